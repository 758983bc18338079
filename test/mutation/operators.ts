import { type Node, spanOf } from "./syntax.ts";

/** A change of one place: what stands there instead. */
export interface Change {
  readonly operator: Operator;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What is changed, as the field names it. */
export type Operator =
  | "arithmetic"
  | "relational"
  | "logical"
  | "bitwise"
  | "assignment"
  | "unary"
  | "constant"
  | "condition"
  | "branches"
  | "arguments"
  | "modifier"
  | "check"
  | "statement";

const BINARY: Readonly<Record<string, readonly [Operator, readonly string[]]>> = {
  "+": ["arithmetic", ["-"]],
  "-": ["arithmetic", ["+"]],
  "*": ["arithmetic", ["/"]],
  "/": ["arithmetic", ["*"]],
  "%": ["arithmetic", ["*"]],
  "<": ["relational", ["<=", ">="]],
  "<=": ["relational", ["<", ">"]],
  ">": ["relational", [">=", "<="]],
  ">=": ["relational", [">", "<"]],
  "==": ["relational", ["!="]],
  "!=": ["relational", ["=="]],
  "&&": ["logical", ["||"]],
  "||": ["logical", ["&&"]],
  "&": ["bitwise", ["|"]],
  "|": ["bitwise", ["&"]],
  "^": ["bitwise", ["&"]],
  "<<": ["bitwise", [">>"]],
  ">>": ["bitwise", ["<<"]],
};
const ASSIGNED: Readonly<Record<string, readonly string[]>> = {
  "+=": ["-=", "="],
  "-=": ["+=", "="],
  "|=": ["&=", "="],
  "&=": ["|=", "="],
  "*=": ["/="],
  "/=": ["*="],
  "<<=": [">>="],
  ">>=": ["<<="],
};
const YUL: Readonly<Record<string, readonly [Operator, readonly string[]]>> = {
  add: ["arithmetic", ["sub"]],
  sub: ["arithmetic", ["add"]],
  mul: ["arithmetic", ["div"]],
  div: ["arithmetic", ["mul"]],
  mod: ["arithmetic", ["mul"]],
  lt: ["relational", ["gt"]],
  gt: ["relational", ["lt"]],
  slt: ["relational", ["sgt"]],
  sgt: ["relational", ["slt"]],
  eq: ["relational", ["xor"]],
  and: ["bitwise", ["or"]],
  or: ["bitwise", ["and"]],
  xor: ["bitwise", ["and"]],
  shl: ["bitwise", ["shr"]],
  shr: ["bitwise", ["shl"]],
};

/** Every change of this node alone, parts of it left as they are. `text` is what stands at a node. */
export function changesOf(node: Node, text: (node: Node) => string): Change[] {
  return OPERATORS[node.nodeType]?.(node, text) ?? [];
}

type Changes = (node: Node, text: (node: Node) => string) => Change[];

const instead = (operator: Operator, node: Node, text: string): Change => ({ operator, ...spanOf(node), text });

/** The operator between two nodes is another. */
function between(operator: Operator, left: Node, right: Node, text: string): Change {
  return { operator, start: spanOf(left).end, end: spanOf(right).start, text: ` ${text} ` };
}

function swapped(list: readonly Node[], text: (node: Node) => string): Change[] {
  return list.slice(1).flatMap((second, i): Change[] => {
    const first = list[i]!;
    if (text(first) === text(second)) return [];
    const [start, end] = [spanOf(first).start, spanOf(second).end];
    return [{ operator: "arguments", start, end, text: `${text(second)}, ${text(first)}` }];
  });
}

function neighbours(node: Node, value: string): Change[] {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(value)) return [];
  const n = BigInt(value);
  return [n + 1n, ...(n > 0n ? [n - 1n] : [])].map((next) => instead("constant", node, String(next)));
}

const reverts = (node: Node): boolean =>
  node.nodeType === "RevertStatement" || node.expression?.expression?.name === "revert";

const onlyReverts = (body: Node): boolean => reverts(body.nodeType === "Block" ? (body.statements[0] ?? body) : body);

const OPERATORS: Readonly<Record<string, Changes>> = {
  BinaryOperation: ({ operator, leftExpression, rightExpression }) => {
    const [kind, others] = BINARY[operator] ?? ["arithmetic", []];
    return others.map((other) => between(kind, leftExpression, rightExpression, other));
  },
  Assignment: ({ operator, leftHandSide, rightHandSide }) =>
    (ASSIGNED[operator] ?? []).map((other) => between("assignment", leftHandSide, rightHandSide, other)),
  UnaryOperation: (node, text) => {
    const { operator, subExpression } = node;
    if (operator === "++" || operator === "--") {
      const other = operator === "++" ? "--" : "++";
      const inner = text(subExpression);
      return [instead("unary", node, node.prefix ? other + inner : inner + other)];
    }
    return ["!", "-", "~"].includes(operator) ? [instead("unary", node, text(subExpression))] : [];
  },
  Literal: (node) => {
    if (node.kind === "bool") return [instead("constant", node, node.value === "true" ? "false" : "true")];
    return node.kind === "number" && !node.subdenomination ? neighbours(node, node.value.replaceAll("_", "")) : [];
  },
  Conditional: (node, text) => {
    const [yes, no] = [text(node.trueExpression), text(node.falseExpression)];
    return yes === no ? [] : [instead("branches", node, `(${text(node.condition)}) ? (${no}) : (${yes})`)];
  },
  IfStatement: (node) =>
    onlyReverts(node.trueBody)
      ? [instead("check", node, "{}")]
      : ["true", "false"].map((value) => instead("condition", node.condition, value)),
  FunctionCall: ({ arguments: list }, text) => swapped(list, text),
  ModifierInvocation: (node) => [instead("modifier", node, "")],
  ExpressionStatement: (node) => [instead("statement", node, "{}")],
  EmitStatement: (node) => [instead("statement", node, "{}")],
  Continue: (node) => [instead("statement", node, "{}")],
  Break: (node) => [instead("statement", node, "{}")],
  YulFunctionCall: (node, text) => {
    const { name } = node.functionName;
    const list: Node[] = node.arguments;
    const written = list.map(text).join(", ");
    const [kind, others] = YUL[name] ?? ["arithmetic", []];
    const changed = others.map((other) => instead(kind, node, `${other}(${written})`));
    if (name === "iszero") changed.push(instead("unary", node, text(list[0]!)));
    const ordered = ["sub", "div", "mod", "shl", "shr", "mstore", "sstore", "keccak256"].includes(name);
    return ordered ? [...changed, ...swapped(list, text)] : changed;
  },
  YulLiteral: (node) => (node.kind === "number" ? neighbours(node, node.value) : []),
  YulAssignment: (node) => [instead("statement", node, "{}")],
  YulExpressionStatement: (node) => [instead("statement", node, "{}")],
};
