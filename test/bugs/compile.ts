import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import solc from "solc";

/** What an artifact needs of a contract. */
export interface Compiled {
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly linkReferences: Readonly<Record<string, unknown>>;
}

/** The project's Solidity files, by path. */
function sourcesOf(): Map<string, string> {
  const files = readdirSync("contracts", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sol"));
  return new Map(files.map((file) => [`contracts/${file}`, readFileSync(`contracts/${file}`, "utf8")]));
}

const importsOf = (file: string, source: string): string[] =>
  [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, path]) => posix.join(posix.dirname(file), path!));

/** Paths of the contracts that are made anew when `file` changes: it, and what imports it, directly or not. */
export function touchedBy(file: string): string[] {
  const sources = sourcesOf();
  const touched = new Set([file]);
  for (let before = 0; before < touched.size; ) {
    before = touched.size;
    for (const [path, source] of sources) if (importsOf(path, source).some((at) => touched.has(at))) touched.add(path);
  }
  return [...touched].filter((path) => existsSync(artifactPath(path)));
}

/** Where the build puts the contract of a file. */
export const artifactPath = (file: string): string => `artifacts/${file}/${posix.basename(file, ".sol")}.json`;

/**
 * Compiles the contracts of `targets` the quick way, `changed` in the place of what is on the disk; nothing is written.
 * Throws with the compiler's words where it can't.
 */
export function compile(targets: readonly string[], changed: ReadonlyMap<string, string>): Map<string, Compiled> {
  const read = (path: string) =>
    changed.get(path) ?? readFileSync(existsSync(path) ? path : `node_modules/${path}`, "utf8");
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(targets.map((path) => [path, { content: read(path) }])),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "prague",
      metadata: { bytecodeHash: "none" },
      outputSelection: Object.fromEntries(
        targets.map((path) => [path, { "*": ["evm.bytecode", "evm.deployedBytecode"] }]),
      ),
    },
  };
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: (path: string) => ({ contents: read(path) }) }),
  );
  const errors = (output.errors ?? []).filter(({ severity }: { severity: string }) => severity === "error");
  if (errors.length > 0) throw new Error(errors[0].formattedMessage);
  return new Map(targets.map((path) => [path, compiledOf(output.contracts[path][posix.basename(path, ".sol")])]));
}

// biome-ignore lint/suspicious/noExplicitAny: the compiler's answer
const compiledOf = ({ evm: { bytecode, deployedBytecode } }: any): Compiled => ({
  bytecode: `0x${bytecode.object}`,
  deployedBytecode: `0x${deployedBytecode.object}`,
  linkReferences: bytecode.linkReferences,
});
