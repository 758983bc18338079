import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { network } from "hardhat";
import { expect, it } from "vitest";
import { FUND_RULES } from "../../agents/chain/deploy.ts";
import { SEED } from "../helpers/seed.ts";
import { checkAll } from "./checks.ts";
import { Dice } from "./dice.ts";
import { drain } from "./drain.ts";
import { type Driver, driverOf } from "./driver.ts";
import { EventFold } from "./fold.ts";
import { Ghost } from "./ghost.ts";
import { ACTIONS, type ActionName, FALLBACK, urgent, WEIGHTED } from "./schedule.ts";

/** Sequences for each rule of the fund; a long campaign sets INVARIANT_RUNS. */
const RUNS = Number(process.env.INVARIANT_RUNS ?? 6);
const LENGTH = Number(process.env.INVARIANT_LENGTH ?? 160);

const step = fc.record({ action: fc.constantFrom(...WEIGHTED), seed: fc.nat(0xffff_fffe) });
const sequence = fc.record({
  members: fc.constantFrom(3, 4, 5, 6, 6, 6),
  seed: fc.nat(0xffff_fffe),
  steps: fc.array(step, { minLength: LENGTH / 2, maxLength: LENGTH, size: "max" }),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer T> ? T : never;

/** What calls of each action came to. */
const tally = new Map<string, Map<string, number>>();
let calls = 0;
function count(action: string, result = "nothing to do"): void {
  const results = tally.get(action) ?? new Map<string, number>();
  tally.set(action, results.set(result, (results.get(result) ?? 0) + 1));
  calls++;
}

/** Members join with little money; the supplier has less. */
async function begin(driver: Driver, { members, seed }: Sequence): Promise<Ghost> {
  const ghost = new Ghost(driver);
  const dice = new Dice(seed);
  for (let i = 0; i < members; i++) {
    const { address } = driver.wallets[i]!;
    const amount = BigInt(dice.pick([150, 800, 3000, 9000])!);
    const meter = `0x${(i + 1).toString(16).padStart(64, "0")}`;
    await driver.send("members", "attest", [address, meter, driver.terms.capacity]);
    await driver.send("house", "deposit", [i + 1, amount]);
    ghost.accounts.push({ balance: amount, locked: 0n, debt: 0n, owed: 0n });
    ghost.inflow += amount;
  }
  ghost.supplier = BigInt(dice.pick([1, 4, 60])!);
  ghost.inflow += ghost.supplier;
  await driver.send("house", "depositForSupplier", [ghost.supplier]);
  return ghost;
}

/** The action, or, where there is nothing to do it with, another; what it did. */
async function act(ghost: Ghost, wanted: ActionName, dice: Dice): Promise<string | undefined> {
  const waiting = dice.chance(60) ? dice.pick(urgent(ghost)) : undefined;
  for (let action = waiting ?? wanted, tries = 0; tries < 20; action = dice.pick(FALLBACK)!, tries++) {
    const result = await ACTIONS[action](ghost, dice);
    count(action, result);
    if (result !== undefined) return `${action}: ${result}`;
  }
  return undefined;
}

async function live(driver: Driver, given: Sequence): Promise<void> {
  const fold = new EventFold();
  driver.listeners.push((receipt) => fold.add(receipt));
  const ghost = await begin(driver, given);
  const check = async (every = false) => {
    await checkAll(ghost, every);
    fold.check(ghost);
  };
  const done: string[] = [];
  try {
    for (const { action, seed } of given.steps) {
      const did = await act(ghost, action, new Dice(seed));
      if (did === undefined) continue;
      done.push(did);
      if (!did.startsWith("jump")) await check();
    }
    await check(true);
    await drain(ghost, new Dice(given.seed));
    await check(true);
  } catch (error) {
    (error as Error).message += `\nafter ${done.join(", ")}`;
    throw error;
  }
}

it.each(FUND_RULES)(
  `MONEY, MARKET, ECOIN, FLOW, SETTLE, AUTH, EVENT hold after every call, fund rule %s (seed ${SEED}, ${RUNS} sequences)`,
  async (rule) => {
    const driver = await driverOf(await network.create(), rule, 9);
    let snapshot = await driver.rpc.send("evm_snapshot", []);
    const start = { ...driver.clock };
    const property = fc.asyncProperty(sequence, async (given) => {
      await driver.rpc.send("evm_revert", [snapshot]);
      snapshot = await driver.rpc.send("evm_snapshot", []);
      Object.assign(driver.clock, start);
      await live(driver, given);
    });
    const seed = SEED + FUND_RULES.indexOf(rule);
    const endOnFailure = process.env.INVARIANT_SHRINK === undefined;
    await fc.assert(property, { numRuns: RUNS, seed, endOnFailure });
    expect(report()).toBe(true);
  },
  300_000 + 30_000 * RUNS,
);

/** Prints what came of the calls of each action so far, and how many of the useful ones were its; keeps it for a campaign. */
function report(): boolean {
  const useful = (results: ReadonlyMap<string, number>) =>
    [...results].reduce((sum, [result, n]) => (result === "nothing to do" ? sum : sum + n), 0);
  const all = [...tally.values()].reduce((sum, results) => sum + useful(results), 0);
  const lines = [...tally].sort().map(([action, results]) => {
    const parts = [...results].filter(([result]) => result !== "nothing to do").map(([result, n]) => `${result} ${n}`);
    const share = ((100 * useful(results)) / all).toFixed(1);
    return `${action}: ${useful(results)} useful, ${share} %; ${parts.join(", ")}`;
  });
  const results = [...tally.values()].flatMap((given) => [...given]);
  const refused = results.reduce((sum, [result, n]) => (result.startsWith("refused") ? sum + n : sum), 0);
  console.log(
    `${all} useful of ${calls} actions so far, ${refused} of them refused as they must be\n${lines.join("\n")}`,
  );
  const { INVARIANT_TALLY } = process.env;
  const told = Object.fromEntries([...tally].map(([action, given]) => [action, useful(given)]));
  if (INVARIANT_TALLY) writeFileSync(INVARIANT_TALLY, JSON.stringify({ calls, refused, useful: told }));
  return calls > 0;
}
