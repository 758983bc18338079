import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The published books, as the repository has them. */
export const VECTORS = join(ROOT, "test/vectors/auction.json");

/** What the published books must give, as the verb `auction` prints it. */
export function expectedResults() {
  const { vectors } = JSON.parse(readFileSync(VECTORS, "utf8")) as { vectors: Vector[] };
  return vectors.map(({ name, expect: { buyPrice, sellPrice, fills } }) => ({ name, buyPrice, sellPrice, fills }));
}

interface Vector {
  readonly name: string;
  readonly expect: { buyPrice: number | null; sellPrice: number | null; fills: Record<string, number> };
}

/** Runs the program in the repository's folder. */
export function commonwatt(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["agents/cli/main.ts", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...withoutTests(process.env), ...env },
  });
  return { status, stdout, stderr };
}

/** Runs the program while this process goes on: what it talks to may be a child of ours whose output has to be read. */
export function commonwattBeside(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 2 ** 28, env: { ...withoutTests(process.env), ...env } };
    execFile(process.execPath, ["agents/cli/main.ts", ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** The environment without what belongs to the test run (coverage, say) or to whoever runs it. */
function withoutTests(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(HARDHAT_|HH_|VITEST|COMMONWATT_|NODE_OPTIONS$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** A file with this text, in a folder of its own; JSON of anything that is not text. */
export function fileOf(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), "commonwatt-")), "books.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}
