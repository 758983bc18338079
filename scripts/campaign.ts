/**
 * Runs the invariants of `test/invariants` with seed after seed, until `--calls` calls (default 10,000,000) of actions have
 * been made in all, or for `--minutes`. What was done is kept in out/campaign.json, so that the next run goes on after it;
 * `--json` prints it. A counterexample ends the campaign with exit code 1: its seed and its sequence are printed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const STATE = "out/campaign.json";
/** Sequences for each rule of the fund in a round: a few minutes, which are lost at most when it is broken off. */
const RUNS = 40;
/** Seeds of rounds are apart, since each rule of the fund takes the next. */
const STRIDE = 10;

interface State {
  rounds: number;
  calls: number;
  refused: number;
  useful: Record<string, number>;
}
const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "10000000" },
    minutes: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});
const state: State = existsSync(STATE)
  ? JSON.parse(readFileSync(STATE, "utf8"))
  : { rounds: 0, calls: 0, refused: 0, useful: {} };
const usefulCalls = () => Object.values(state.useful).reduce((sum, n) => sum + n, 0);

/** One round in a process of its own; adds what it did. */
function round(folder: string): void {
  const seed = 1000 + STRIDE * state.rounds;
  const file = join(folder, "tally.json");
  const env = { ...process.env, SEED: `${seed}`, INVARIANT_RUNS: `${RUNS}`, INVARIANT_TALLY: file };
  const args = ["node_modules/.bin/hardhat", "test", "vitest", "--no-compile", "test/invariants/sequences.test.ts"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`seed ${seed}, ${RUNS} sequences a rule:\n${stdout.slice(-8000)}\n${stderr}`);
  const { calls, refused, useful } = JSON.parse(readFileSync(file, "utf8")) as State;
  state.rounds++;
  state.calls += calls;
  state.refused += refused;
  for (const [action, n] of Object.entries(useful)) state.useful[action] = (state.useful[action] ?? 0) + n;
  mkdirSync("out", { recursive: true });
  writeFileSync(STATE, JSON.stringify(state, undefined, 1));
}

const folder = mkdtempSync(join(tmpdir(), "campaign-"));
const until = Date.now() + 60_000 * Number(values.minutes);
try {
  while (state.calls < Number(values.calls) && Date.now() < until) {
    round(folder);
    process.stderr.write(`round ${state.rounds}: ${state.calls} calls, ${usefulCalls()} of them useful, none broke\n`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
if (values.json)
  console.log(JSON.stringify({ ...state, sequences: 3 * RUNS * state.rounds, usefulCalls: usefulCalls() }));
