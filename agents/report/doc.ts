import { z } from "zod";
import { RULES } from "./check.ts";
import { resultSchema } from "./result.ts";

/** The part of a JSON schema that the page prints. */
export interface Node {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
}

/** `docs/result.md`, from the schema and the rules: what each field of `result.json` is, and what always holds. */
export function resultDoc(): string {
  const schema = z.toJSONSchema(resultSchema) as Node;
  const rules = RULES.map(({ id, says }) => `- **${id}** ${says}`);
  return `# result.json

What a day on the market came to. \`npm start\` writes it with its tables (CSV) and \`report.html\`, which draws nothing else.
This page is printed by \`agents/report/doc.ts\` from the schema in \`agents/report/result.ts\`; a test keeps it fresh.

- Money is in whole base units of the token; one token stands for one euro. Bills are positive when owed, balance changes
  positive when received, without deposits and withdrawals. A price is base units per packet and may be negative.
- Energy is in Wh or in packets of \`run.packetWh\` Wh. Import (from the grid into the home) and export are two fields,
  never negative; where they are netted, import is positive. Times are ISO 8601 in UTC.
- Numbers are integers within 2^53 but where a field says decimal: what is larger is refused, never rounded.
- Shares and sums follow from these fields and are not repeated here. \`members.csv\`, \`slots.csv\`, \`orders.csv\`, \`phases.csv\`
  and, on a day of several sessions, \`sessions.csv\` have the same columns in the same units, and \`saving\`, \`localWh\`, \`gasPerOrder\`
  (rounded up) and a session's mean prices worked out. \`later\` is there a number of sessions, \`orders\` one of orders.

| field | type | what it is |
|---|---|---|
${fieldRows(schema, "").join("\n")}

## What always holds

A result that breaks one of these is not written; the error names the rule.

${rules.join("\n")}
`;
}

/** A row of field, type and meaning for each field of a schema. */
export function fieldRows(node: Node, prefix = ""): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.anyOf?.find(({ type }) => type !== "null") ?? field;
    const [mark, below] = inner.type === "array" ? ["[]", inner.items ?? {}] : ["", inner];
    const text = (field.description ?? String(field.const)).replaceAll("|", "\\|");
    return [`| \`${path}${mark}\` | ${typeText(field)} | ${text} |`, ...fieldRows(below, `${path}${mark}.`)];
  });
}

function typeText(node: Node): string {
  if (node.anyOf) return node.anyOf.map(typeText).join(" or ");
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === "array") return node.items?.properties ? "list" : `list of ${typeText(node.items ?? {})}`;
  if (node.type === "object" && !node.properties) return "map of string";
  return [node.type ?? []].flat().join(" or ").replace("number", "decimal");
}

if (import.meta.main) process.stdout.write(resultDoc());
