/**
 * Mutation testing of the money and auction files (`test/mutation/targets.ts`): changes one place at a time in a copy of the
 * built project, makes the contracts it touches the quick way, and runs the tests that touch it, to the first failure. Parts
 * of paths as arguments choose files; `--sample N` judges the first N mutants in an order drawn from `--seed` (default 1), so
 * that a larger sample goes on where a smaller one ended; `--minutes N` stops after N minutes; `--part 1/2` takes every second
 * one, for a run beside another with a state of its own. Verdicts are kept in `--state` (default out/mutants.json) until the
 * file changes; `--retry` judges survivors again, for when there are new tests. `--json` prints figures and survivors.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { Workshop } from "../test/bugs/workshop.ts";
import { figuresOf, tableOf } from "../test/mutation/figures.ts";
import { Judge, type Verdict } from "../test/mutation/judge.ts";
import { type Mutant, mutantsOf } from "../test/mutation/mutants.ts";
import { TARGETS } from "../test/mutation/targets.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    retry: { type: "boolean", default: false },
    state: { type: "string", default: "out/mutants.json" },
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "1000000" },
    part: { type: "string", default: "1/1" },
    minutes: { type: "string", default: "100000" },
    seconds: { type: "string", default: "240" },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
/** Verdicts by mutant; for each stage of tests that passed without one, its key. */
interface State {
  readonly verdicts: Record<string, Verdict>;
  readonly controls: Record<string, true>;
}
const state: State = existsSync(values.state)
  ? JSON.parse(readFileSync(values.state, "utf8"))
  : { verdicts: {}, controls: {} };
const { verdicts } = state;
const keep = (): void => {
  mkdirSync(dirname(values.state), { recursive: true });
  writeFileSync(values.state, JSON.stringify(state, undefined, 1));
};

const placeOf = ({ id }: Mutant): string => createHash("sha256").update(`${values.seed} ${id}`).digest("hex");
const byPlace = (a: Mutant, b: Mutant): number => (placeOf(a) < placeOf(b) ? -1 : 1);
const targets = TARGETS.filter(
  ({ file }) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
);
const targetOf = new Map(targets.map((target) => [target.file, target]));
const all = targets.flatMap(({ file }) => mutantsOf(file, readFileSync(file, "utf8"))).sort(byPlace);
const sample = all.slice(0, Number(values.sample));

const [part, parts] = values.part.split("/").map(Number) as [number, number];
const again = new Set(
  values.retry ? sample.filter(({ id }) => verdicts[id]?.result === "survived").map(({ id }) => id) : [],
);
const isOpen = ({ id }: Mutant): boolean => again.has(id) || (verdicts[id]?.result ?? "unclear") === "unclear";
const open = sample.filter((mutant, i) => i % parts === part - 1 && isOpen(mutant));

const until = Date.now() + 60_000 * Number(values.minutes);
say(`${all.length} mutants, ${sample.length} in the sample (seed ${values.seed}), ${open.length} of them to be judged`);
if (open.length > 0) {
  const workshop = new Workshop(Number(values.seconds));
  const judge = new Judge(workshop, state.controls);
  try {
    for (const [i, mutant] of open.entries()) {
      if (Date.now() > until) break;
      const verdict = judge.judge(mutant, targetOf.get(mutant.file)!);
      verdicts[mutant.id] = verdict;
      keep();
      const { result, seconds, file, line, operator, right, wrong } = verdict;
      const change = `${right} -> ${wrong}`.replaceAll(/\s+/g, " ").slice(0, 90);
      say(`${i + 1}/${open.length} ${result} ${seconds} s ${file}:${line} ${operator}: ${change}`);
    }
  } finally {
    workshop.end();
  }
}

const judged = sample.flatMap(({ id }) => verdicts[id] ?? []);
const figures = { mutants: all.length, seed: Number(values.seed), ...figuresOf(judged) };
console.log(values.json ? JSON.stringify(figures, undefined, 1) : tableOf(figures));
