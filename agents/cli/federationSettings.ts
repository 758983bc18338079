import { readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, parse, parseDocument } from "yaml";
import { InputError } from "../data/inputError.ts";
import { type Choices, DEFAULTS, NO_CHURN, type Settings, settingsOf } from "../federation/settings.ts";

type Given = Readonly<Record<string, unknown>>;

/** What a file says, and in which line each key is, churn's with a dot. */
interface Read {
  readonly given: Given;
  readonly lines: ReadonlyMap<string, number>;
}

/** The settings of a file and options; the options win. Throws InputError with file and line where that is wrong. */
export function settingsFrom(file: string | undefined, set: readonly string[]): Settings {
  const { given, lines } = file === undefined ? { given: {}, lines: new Map<string, number>() } : read(file);
  try {
    const choices = set.reduce(withPair, given);
    refuseUnknown(choices);
    return settingsOf(choices as Choices);
  } catch (error) {
    if (!(error instanceof InputError) || file === undefined) throw error;
    const { key } = error.details;
    const line = key === undefined || set.some((pair) => pair.startsWith(`${key}=`)) ? undefined : lines.get(key);
    throw line === undefined ? error : new InputError(error.message, { file, line }, error.remedy);
  }
}

function read(file: string): Read {
  const counter = new LineCounter();
  const doc = parseDocument(textOf(file), { lineCounter: counter, prettyErrors: false });
  const [broken] = doc.errors;
  if (broken) {
    const { line } = counter.linePos(broken.pos[0]);
    throw new InputError(`the YAML is broken: ${broken.message}`, { file, line }, "write one key: value per line");
  }
  const given: unknown = doc.toJS() ?? {};
  if (typeof given !== "object" || Array.isArray(given))
    throw new InputError("the settings are no list of keys", { file, line: 1 }, "write one key: value per line");
  return { given: given as Given, lines: linesOf(doc.contents, counter) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new InputError(`the settings can't be read (${why})`, { file }, "give a YAML file of settings");
  }
}

function linesOf(contents: unknown, counter: LineCounter, above = ""): ReadonlyMap<string, number> {
  if (!isMap(contents)) return new Map();
  return new Map(
    contents.items.flatMap(({ key, value }) => {
      if (!isScalar(key) || !key.range) return [];
      const name = `${above}${key.value}`;
      return [[name, counter.linePos(key.range[0]).line] as const, ...linesOf(value, counter, `${name}.`)];
    }),
  );
}

function withPair(choices: Given, pair: string): Given {
  const [, path, text] = /^([\w.]+)=(.*)$/.exec(pair) ?? [];
  if (path === undefined) throw new InputError(`--set can't be "${pair}"`, {}, "write KEY=VALUE, such as nodes=500");
  const value: unknown = parse(text!);
  const [outer, inner] = path.split(".");
  if (inner === undefined) return { ...choices, [outer!]: value };
  return { ...choices, [outer!]: { ...(choices[outer!] as Given | undefined), [inner]: value } };
}

function refuseUnknown(choices: Given): void {
  const known = (given: Given, keys: readonly string[], where: string) => {
    const stranger = Object.keys(given).find((key) => !keys.includes(key));
    if (stranger !== undefined)
      throw new InputError(
        `there is no setting ${where}${stranger}`,
        { key: `${where}${stranger}` },
        `use ${keys.join(", ")}`,
      );
  };
  known(choices, Object.keys(DEFAULTS), "");
  const { churn } = choices;
  if (churn === undefined || churn === null) return;
  if (typeof churn !== "object")
    throw new InputError("churn is no list of keys", { key: "churn" }, "give churn.add and so on");
  known(churn as Given, Object.keys(NO_CHURN), "churn.");
}
