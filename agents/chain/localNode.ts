import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A node that was started here, and how to end it. */
export interface LocalNode {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface LocalNodeOptions {
  /** A free port is taken if left out. */
  readonly port?: number;
  /** Blocks are made only on demand (`evm_mine`), not for each transaction. */
  readonly noMining?: boolean;
  /** Unix seconds of the first block. */
  readonly startAt?: number;
  /** It ends when this process dies, however it dies; otherwise it outlives one that is killed. */
  readonly tied?: boolean;
}

/** Blocks as of which anvil can still be asked; left to itself it writes the states before to the home folder, for good: gigabytes. */
const STATES = 500;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TIED = fileURLToPath(new URL("./tied.ts", import.meta.url));
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64" };

/** The native anvil of this platform; undefined where the package has none. */
export function anvilBinary(): string | undefined {
  const binary = `${ROOT}node_modules/@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch]}/bin/anvil`;
  return existsSync(binary) ? binary : undefined;
}

/** anvil with mainnet's cap on the gas of a transaction. */
export async function startAnvil(binary: string, options: LocalNodeOptions = {}): Promise<LocalNode> {
  const port = options.port ?? (await freePort());
  const args = ["--host", "127.0.0.1", "--port", `${port}`, "--hardfork", "osaka", "--enable-tx-gas-limit"];
  args.push("--prune-history", `${STATES}`);
  if (options.noMining) args.push("--no-mining");
  if (options.startAt !== undefined) args.push("--timestamp", `${options.startAt}`);
  return started(binary, args, /Listening on/, port, options.tied);
}

/** `hardhat node`, by the node that runs this. */
export async function startHardhatNode({ port, noMining, tied }: LocalNodeOptions = {}): Promise<LocalNode> {
  const at = port ?? (await freePort());
  const cli = fileURLToPath(import.meta.resolve("hardhat/package.json")).replace(/package\.json$/, "dist/src/cli.js");
  const args = [cli, "node", "--hostname", "127.0.0.1", "--port", `${at}`];
  const node = await started(process.execPath, args, /Started HTTP and WebSocket JSON-RPC server/, at, tied);
  if (noMining) await rpc(node.url, "evm_setAutomine", [false]);
  return node;
}

/** anvil where there is one, else a hardhat node. */
export function startLocalNode(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const anvil = anvilBinary();
  return anvil === undefined ? startHardhatNode(options) : startAnvil(anvil, options);
}

/** One JSON-RPC request to a local node. Throws Error with the node's message. */
export async function rpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** A port that is free now. */
export function freePort(): Promise<number> {
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
function started(command: string, args: string[], ready: RegExp, port: number, tied = false): Promise<LocalNode> {
  const [program, given] = tied ? [process.execPath, [TIED, command, ...args]] : [command, args];
  const child = spawn(program, given, { cwd: ROOT, stdio: [tied ? "pipe" : "ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-20_000);
      if (ready.test(said)) resolve({ url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) });
    };
    child.stdout!.on("data", listen);
    child.stderr!.on("data", listen);
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
