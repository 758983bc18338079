import { spawn } from "node:child_process";

/**
 * Runs a command for as long as the process that started this one lives: once its end of stdin is closed, which the
 * system does however a process dies, the command is ended. The exit code is the command's.
 */
const [command, ...args] = process.argv.slice(2);
const child = spawn(command!, args, { stdio: ["ignore", "inherit", "inherit"] });
const end = () => child.kill("SIGTERM");
process.stdin.on("end", end).on("error", end).resume();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, end);
child.once("error", () => process.exit(1));
child.once("exit", (code) => process.exit(code ?? 1));
