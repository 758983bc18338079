import { createHash } from "node:crypto";
import { type Change, changesOf, type Operator } from "./operators.ts";
import { childrenOf, type Node, spanOf, syntaxOf } from "./syntax.ts";

/** A file with one change. */
export interface Mutant {
  /** The same for the same change of the same text. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: Operator;
  readonly right: string;
  readonly wrong: string;
  /** The whole file with the change. */
  readonly source: string;
}

/** Every mutant of a file: of all functions, modifiers and constants. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const bytes = Buffer.from(source);
  const slice = (start: number, end: number) => bytes.subarray(start, end).toString();
  const text = (node: Node) => slice(spanOf(node).start, spanOf(node).end);
  /** A statement goes with its semicolon, which the compiler leaves out of its place. */
  const whole = (change: Change): Change =>
    change.text === "{}" && bytes[change.end] === 0x3b ? { ...change, end: change.end + 1 } : change;
  const mutant = ({ operator, start, end, text: wrong }: Change): Mutant => ({
    id: createHash("sha256")
      .update(JSON.stringify([file, source, start, end, wrong]))
      .digest("hex")
      .slice(0, 16),
    file,
    line: slice(0, start).split("\n").length,
    operator,
    right: slice(start, end),
    wrong,
    source: slice(0, start) + wrong + slice(end, bytes.length),
  });
  return codeOf(syntaxOf(file, source))
    .flatMap((node) => [...walk(node)].flatMap((part) => changesOf(part, text)))
    .map(whole)
    .map(mutant);
}

const CODE = ["FunctionDefinition", "ModifierDefinition"];

/** Functions, modifiers, and values of constants. */
function codeOf(node: Node): Node[] {
  if (CODE.includes(node.nodeType)) return [...(node.modifiers ?? []), ...(node.body ? [node.body] : [])];
  if (node.nodeType === "VariableDeclaration") return node.value ? [node.value] : [];
  return childrenOf(node).flatMap(codeOf);
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}
