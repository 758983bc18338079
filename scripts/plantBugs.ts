/**
 * Plants the bugs of `test/bugs/bugs.ts` one at a time in a copy of the built project, runs the tests that must notice, and
 * says which of them did. First the same tests run without a bug. Names of bugs, or parts of them, as arguments choose some;
 * `--json` prints the verdicts, `--again` forgets what is known. What is caught is kept in out/bugs.json and not run again
 * until a contract or the bug changes. `--seconds N` is the most one bug may take (default 600). Exit code 1 if one lives.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Bug, Verdict } from "../test/bugs/bug.ts";
import { BUGS } from "../test/bugs/bugs.ts";
import { Workshop } from "../test/bugs/workshop.ts";

const STATE = "out/bugs.json";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    seconds: { type: "string", default: "600" },
  },
});

const contracts = readdirSync("contracts", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".sol"))
  .sort()
  .map((file) => readFileSync(`contracts/${file}`, "utf8"));
const keyOf = (what: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([what, contracts]))
    .digest("hex");

/** Verdicts by key of the bug; for each control that passed, its key. */
interface State {
  readonly verdicts: Record<string, Verdict>;
  readonly controls: Record<string, true>;
}
function known(): State {
  if (values.again || !existsSync(STATE)) return { verdicts: {}, controls: {} };
  return JSON.parse(readFileSync(STATE, "utf8"));
}
const state = known();
const keep = (): void => {
  mkdirSync("out", { recursive: true });
  writeFileSync(STATE, JSON.stringify(state, undefined, 1));
};
const say = (line: string) => process.stderr.write(`${line}\n`);

/** The bugs' tests pass without a bug, or nothing that follows would mean anything. */
function control(workshop: Workshop, bugs: readonly Bug[]): void {
  const untried = bugs.filter((bug) => !state.controls[keyOf([bug.file, bug.tests])]);
  if (untried.length === 0) return;
  const tests = [...new Set(untried.flatMap(({ tests }) => tests))];
  const started = Date.now();
  say(`control: ${tests.length} test files without a bug`);
  const run = workshop.without(untried, () => workshop.run(tests, 10));
  if (run.result !== "passed") throw new Error(`the tests fail without a bug: ${run.by ?? run.result}: ${run.says}`);
  for (const bug of untried) state.controls[keyOf([bug.file, bug.tests])] = true;
  keep();
  say(`control: all pass, ${Math.round((Date.now() - started) / 1000)} s`);
}

function judge(workshop: Workshop, bug: Bug): Verdict {
  const started = Date.now();
  const { result, ...rest } = workshop.with(bug, () => workshop.run(bug.tests));
  const seconds = Math.round((Date.now() - started) / 1000);
  const verdict = result === "failed" ? "caught" : result === "passed" ? "lives" : result;
  return { name: bug.name, threats: bug.threats, result: verdict, ...rest, seconds };
}

const wanted = BUGS.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
const open = wanted.filter((bug) => (state.verdicts[keyOf(bug)]?.result ?? "lives") === "lives");
if (open.length > 0) {
  const workshop = new Workshop(Number(values.seconds));
  try {
    control(workshop, open);
    for (const [i, bug] of open.entries()) {
      const verdict = judge(workshop, bug);
      state.verdicts[keyOf(bug)] = verdict;
      keep();
      say(`${i + 1}/${open.length} ${verdict.result}: ${bug.name} (${verdict.seconds} s) ${verdict.by ?? ""}`);
    }
  } finally {
    workshop.end();
  }
}

const verdicts = wanted.map((bug) => state.verdicts[keyOf(bug)]!);
const alive = verdicts.filter(({ result }) => result === "lives");
if (values.json) console.log(JSON.stringify(verdicts, undefined, 2));
else
  for (const { result, name, by, says } of verdicts)
    console.log(`${result.padEnd(9)} ${name}${by ? `\n            ${by}\n            ${says}` : ""}`);
say(`${verdicts.length - alive.length} of ${verdicts.length} caught`);
process.exitCode = alive.length > 0 ? 1 : 0;
