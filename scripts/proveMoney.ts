/**
 * Judges three properties of money (conservation, solvency, withdrawal; test/proofs/properties.ts) in every state that calls of
 * the built `ClearingHouse` lead to, breadth first, each call tried on the EVM; then each planted bug of test/proofs/bugs.ts
 * must be refuted. `--amount`, `--tokens`, `--debt`, `--pot` bound the amounts (default 1, 2, 1, 1), `--depth` the length
 * of sequences (default: no bound); `--token fee` is a token that keeps half. `--minutes N` stops after N minutes; what is
 * known is kept in `--state` (default out/proofs.json), and the next run goes on from there until the contract or the scope
 * changes. `--json` prints figures. Exit code 1 with the calls that lead there where a property breaks or a bug lives.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { artifactPath } from "../test/bugs/compile.ts";
import { HOUSE_BUGS, HOUSE_FILE } from "../test/proofs/bugs.ts";
import { startChain } from "../test/proofs/chains.ts";
import { refutation } from "../test/proofs/plant.ts";
import { PROPERTIES } from "../test/proofs/properties.ts";
import type { Scope } from "../test/proofs/scope.ts";
import { type Counterexample, type Progress, Search } from "../test/proofs/search.ts";
import { type Request, stageOf, type Token } from "../test/proofs/stage.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    state: { type: "string", default: "out/proofs.json" },
    minutes: { type: "string", default: "100000" },
    amount: { type: "string", default: "1" },
    tokens: { type: "string", default: "2" },
    debt: { type: "string", default: "1" },
    pot: { type: "string", default: "1" },
    depth: { type: "string", default: "Infinity" },
    token: { type: "string", default: "euro" },
  },
});
const { amount, tokens, debt, pot, depth, token } = values;
if (token !== "euro" && token !== "fee") throw new Error(`--token is euro or fee, not ${token}`);
const bounds = { amount: BigInt(amount), tokens: BigInt(tokens), debt: BigInt(debt), pot: BigInt(pot) };
const scope: Scope = { ...bounds, depth: Number(depth) };
const say = (line: string) => process.stderr.write(`${line}\n`);

/** A run is of one build, one alphabet and one scope. */
const sources = ["alphabet", "properties", "search"].map((name) => readFileSync(`test/proofs/${name}.ts`, "utf8"));
const code = JSON.parse(readFileSync(artifactPath(HOUSE_FILE), "utf8")).bytecode;
const key = createHash("sha256")
  .update(JSON.stringify([code, sources, amount, tokens, debt, pot, depth, token]))
  .digest("hex");

function known(): Progress | undefined {
  if (!existsSync(values.state)) return undefined;
  const kept = JSON.parse(readFileSync(values.state, "utf8"));
  return kept.key === key ? kept.progress : undefined;
}
function keep(progress: Progress): void {
  mkdirSync(dirname(values.state), { recursive: true });
  writeFileSync(values.state, JSON.stringify({ key, progress }));
}

/** Judges states until none is left, time is up, or a property breaks. */
async function prove(request: Request, token: Token): Promise<{ progress: Progress; found?: Counterexample }> {
  const search = new Search(await stageOf(request, token), scope, PROPERTIES, known());
  const { progress } = search;
  const until = Date.now() + 60_000 * Number(values.minutes);
  for (let told = Date.now(); Date.now() < until; ) {
    const step = await search.step();
    if (typeof step === "object") return { progress, found: step };
    if (!step) break;
    if (Date.now() - told < 5000) continue;
    told = Date.now();
    keep(progress);
    say(
      `${progress.next} of ${progress.keys.length} states judged, sequences of ${progress.depth}, ${progress.calls} tries`,
    );
  }
  keep(progress);
  return { progress };
}

const chain = await startChain();
const { progress, found } = await prove(chain.request, token);
const complete = progress.next === progress.keys.length && !found;
if (found) say(`${found.property} does not hold: ${found.says}, after\n  ${found.calls.join("\n  ")}`);

const bugs = [];
for (const bug of complete ? HOUSE_BUGS : []) {
  const refuted = await refutation(chain.request, bug, scope);
  bugs.push({ name: bug.name, property: bug.property, refuted: refuted !== undefined, ...refuted });
  say(
    `${bug.property}: ${bug.name}: ${refuted ? `refuted by ${refuted.calls.length} calls, ${refuted.says}` : "LIVES"}`,
  );
}
await chain.stop();

const figures = {
  token,
  scope: { ...values, json: undefined, state: undefined, minutes: undefined, token: undefined },
  states: progress.keys.length,
  judged: progress.next,
  longest: progress.depth,
  tries: progress.calls,
  complete,
};
if (values.json) console.log(JSON.stringify({ ...figures, found, bugs }, undefined, 1));
else
  say(
    `${figures.judged} of ${figures.states} states judged, ${figures.tries} tries, sequences of up to ${figures.longest} calls`,
  );
process.exitCode = found || bugs.some(({ refuted }) => !refuted) ? 1 : 0;
