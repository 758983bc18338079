import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { InputError } from "../data/inputError.ts";
import {
  AGENT_KINDS,
  type AgentKind,
  type AnyConfig,
  type Configs,
  type HomeConfig,
  homeSchema,
  SCHEMAS,
} from "./configSchema.ts";

/** One thing that is wrong in a configuration file. */
export interface Finding {
  readonly line: number;
  /** Such as `chain.rpc`. */
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}

/** A configuration, read and found right, or what is wrong with it. */
export type Checked<C = AnyConfig> =
  | { readonly file: string; readonly config: C; readonly findings: readonly [] }
  | { readonly file: string; readonly findings: readonly Finding[] };

/** Reads the configuration of a process of `kind`. Throws InputError with line and remedy at the first thing wrong. */
export function readConfig<K extends AgentKind>(file: string, kind: K): Configs[K] {
  const checked = checkConfig(file);
  if (!("config" in checked)) throw asInputError(file, checked.findings);
  if (checked.config.agent === kind) return checked.config as Configs[K];
  const message = `the file is for the agent ${checked.config.agent}, not ${kind}`;
  throw new InputError(message, { file }, `run "commonwatt ${checked.config.agent} --config ${file}"`);
}

/**
 * Reads what a home's plan needs of a household's file: chain, key and market may be left out. Throws InputError as
 * `readConfig` does.
 */
export function readHome(file: string): HomeConfig {
  const checked = checkHome(file);
  if ("config" in checked) return checked.config;
  throw asInputError(file, checked.findings, "household check");
}

/** Checks a household's file as far as its plan goes. Throws InputError only where the file can't be read at all. */
export const checkHome = (file: string): Checked<HomeConfig> =>
  checkedBy(file, (agent) => (agent === "household" ? homeSchema : undefined));

/** The first finding as an error, with how many more there are. */
export function asInputError(file: string, [first, ...more]: readonly Finding[], verb = "check"): InputError {
  const { key, line, message, remedy } = first!;
  const rest = more.length > 0 ? ` (and ${more.length} more: "commonwatt ${verb} --config ${file}" shows all)` : "";
  return new InputError(`${key}: ${message}${rest}`, { file, line }, remedy);
}

/** A path that a configuration names, which is relative to its file. */
export const pathIn = (file: string, path: string): string => resolve(dirname(resolve(file)), path);

/** Checks a configuration file against its schema. Throws InputError only where the file can't be read at all. */
export function checkConfig(file: string): Checked {
  return checkedBy(file, (agent) => SCHEMAS[agent] as z.ZodType<AnyConfig>);
}

function checkedBy<C>(file: string, schemaOf: (agent: AgentKind) => z.ZodType<C> | undefined): Checked<C> {
  const lines = new LineCounter();
  const doc = parseDocument(textOf(file), { lineCounter: lines, prettyErrors: false });
  const broken = doc.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    key: "YAML",
    message: error.message.split("\n")[0]!,
    remedy: "mend the YAML: two spaces per level, key: value, no tabs",
  }));
  if (broken.length > 0) return { file, findings: broken };
  const given: unknown = doc.toJS() ?? {};
  if (!isMap(doc.contents) && doc.contents !== null) return { file, findings: [NO_KEYS] };
  const agent = (given as { agent?: unknown }).agent;
  const schema = AGENT_KINDS.includes(agent as AgentKind) ? schemaOf(agent as AgentKind) : undefined;
  if (!schema) return { file, findings: [unknownAgent(doc, lines)] };
  const parsed = schema.safeParse(given);
  if (parsed.success) return { file, config: parsed.data, findings: [] };
  const described = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  const findings = parsed.error.issues.flatMap((issue) => findingsOf(issue, doc, lines, described));
  return { file, findings: findings.sort((a, b) => a.line - b.line) };
}

const NO_KEYS: Finding = {
  ...{ line: 1, key: "the file", message: "has no keys" },
  remedy: 'write lines such as "agent: household" and "name: h01"',
};

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`the configuration can't be read (${code})`, { file }, "give the path of a YAML file");
  }
}

function unknownAgent(doc: Document, lines: LineCounter): Finding {
  const line = lineOf(doc, lines, ["agent"]);
  const remedy = `write "agent: ${AGENT_KINDS[0]}", or ${AGENT_KINDS.slice(1).join(", ")}`;
  return { line, key: "agent", message: "missing, or none that there is", remedy };
}

/** The part of a JSON Schema that remedies come from. */
interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

type Path = readonly PropertyKey[];

function findingsOf(issue: z.core.$ZodIssue, doc: Document, lines: LineCounter, schema: JsonSchema): Finding[] {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(schemaAt(schema, issue.path)?.properties ?? {});
    return issue.keys.map((key) => ({
      line: lineOf(doc, lines, [...issue.path, key]),
      key: nameOf([...issue.path, key]),
      message: `no such key${nearest(key, known)}`,
      remedy: `take it out, or use one of ${known.join(", ")}`,
    }));
  }
  const value = doc.getIn(issue.path as string[]);
  const missing = value === undefined;
  const message = missing ? "missing" : `${shown(value)} is refused (${issue.message})`;
  const remedy = descriptionAt(schema, issue.path) ?? "see the JSON Schema in schemas/";
  return [{ line: lineOf(doc, lines, issue.path), key: nameOf(issue.path), message, remedy }];
}

/** The key that was probably meant: one that differs by a letter more, less or other, or two swapped. */
function nearest(key: string, known: readonly string[]): string {
  const found =
    known.find((other) => other.toLowerCase() === key.toLowerCase()) ?? known.find((other) => isSlip(key, other));
  return found === undefined ? "" : `: is it ${found}?`;
}

/** Whether two words are the same but for one slip of the finger. */
function isSlip(a: string, b: string): boolean {
  let from = 0;
  while (from < Math.min(a.length, b.length) && a[from] === b[from]) from++;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  const isSwap = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return isSwap || restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}

const nameOf = (path: Path): string => path.map(String).join(".") || "the file";
const shown = (value: unknown): string => (isNode(value) ? "this" : JSON.stringify(value));

/** The description of what stands at `path`; that of the list for an entry of one. */
function descriptionAt(schema: JsonSchema, path: Path): string | undefined {
  const { description } = schemaAt(schema, path) ?? {};
  if (description !== undefined || typeof path.at(-1) !== "number") return description;
  return schemaAt(schema, path.slice(0, -1))?.description;
}

function schemaAt(schema: JsonSchema | undefined, path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((at, part) => {
    if (typeof part === "number") return at?.items;
    const forms = [at, ...(at?.anyOf ?? [])];
    return forms.map((form) => form?.properties?.[String(part)]).find((found) => found !== undefined);
  }, schema);
}

/** Line of the key at `path`, or of the nearest there is above it. */
function lineOf(doc: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const above = depth === 1 ? doc.contents : doc.getIn(path.slice(0, depth - 1) as string[], true);
    const pair = isMap(above) && above.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1]);
    if (pair && isScalar(pair.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
  }
  return 1;
}
