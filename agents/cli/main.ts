import { failed, program } from "./program.ts";

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// What goes wrong outside any call, such as in a connection's own events.
process.on("uncaughtException", (error) => process.exit(failed(error)));

process.exitCode = await program(process.argv.slice(2));
