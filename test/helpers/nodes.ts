import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A node that was started for a test, and how to end it. */
export interface StartedNode {
  readonly url: string;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64" };

/** `hardhat node`, by the node that runs this. */
export async function startHardhatNode(): Promise<StartedNode> {
  const port = await freePort();
  const cli = fileURLToPath(import.meta.resolve("hardhat/package.json")).replace(/package\.json$/, "dist/src/cli.js");
  const args = [cli, "node", "--hostname", "127.0.0.1", "--port", `${port}`];
  return started(process.execPath, args, /Started HTTP and WebSocket JSON-RPC server/, port);
}

/** The native anvil of this platform; undefined where the package has none. */
export function anvilBinary(): string | undefined {
  const binary = `${ROOT}node_modules/@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch]}/bin/anvil`;
  return existsSync(binary) ? binary : undefined;
}

/** anvil with mainnet's cap on the gas of a transaction. */
export async function startAnvil(binary: string): Promise<StartedNode> {
  const port = await freePort();
  const args = ["--host", "127.0.0.1", "--port", `${port}`, "--hardfork", "osaka", "--enable-tx-gas-limit"];
  return started(binary, args, /Listening on/, port);
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Resolves when the program says that it is ready. */
function started(command: string, args: string[], ready: RegExp, port: number): Promise<StartedNode> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-20_000);
      if (ready.test(said)) resolve({ url: `http://127.0.0.1:${port}`, stop: () => stop(child) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}:\n${said}`)));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
