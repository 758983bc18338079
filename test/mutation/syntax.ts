import { readFileSync } from "node:fs";
import solc from "solc";

/** A node of the compiler's syntax tree, Solidity or Yul: its kind, and what of it its kind has. */
export interface Node {
  readonly nodeType: string;
  /** Start, length and file, in bytes. */
  readonly src: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind of node has fields of its own
  readonly [field: string]: any;
}

/** Where a node stands in its file. */
export function spanOf({ src }: Node): { start: number; end: number } {
  const [start, length] = src.split(":").map(Number) as [number, number];
  return { start, end: start + length };
}

/** The syntax tree of one file. Throws where it can't be read. */
export function syntaxOf(file: string, source: string): Node {
  const input = {
    language: "Solidity",
    sources: { [file]: { content: source } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const read = (path: string) => {
    for (const place of [path, `node_modules/${path}`])
      try {
        return { contents: readFileSync(place, "utf8") };
      } catch {}
    return { error: "not there" };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const ast = output.sources?.[file]?.ast;
  if (!ast) throw new Error(`${file} can't be read: ${output.errors?.[0]?.formattedMessage}`);
  return ast;
}

/** The node's parts, in order. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Node => typeof value === "object" && value !== null && typeof value.src === "string");
}
