import type { DayFacts } from "../chain/calendar.ts";
import type { Random } from "../random/random.ts";
import { contradict } from "./contradiction.ts";
import { type DayHooks, liveDay } from "./day.ts";
import type { RpcFault } from "./faultyRpc.ts";
import { ALL_STEPS, Killer, type KillsADay } from "./kills.ts";
import { DIRECT_SECONDS, type Scene } from "./scene.ts";
import { type Damage, damageStates, smallDisks } from "./stateFaults.ts";
import { foreignTransaction, secondKeeper, spikeFees, staleCommand } from "./strikes.ts";

/** A fault, and the day that is lived under it. */
export interface Fault {
  readonly name: string;
  /** The day ends without a report: everyone is unwound. */
  readonly unreported?: boolean;
  /** Lives a day. Gives it with the number of times that the fault struck. */
  readonly live: (scene: Scene, random: Random, kills: KillsADay) => Promise<Struck>;
}

export interface Struck {
  readonly facts: DayFacts;
  readonly strikes: number;
  /** Transactions that the fault itself sent with the keeper's key and that got into a block. */
  readonly foreign?: number;
  /** Deaths by agent and step. */
  readonly deaths?: Readonly<Record<string, number>>;
}

/** A day with hooks that strike; `strikes` counts. */
async function under(scene: Scene, hooks: DayHooks, strikes: () => number, foreign?: () => number): Promise<Struck> {
  const facts = await liveDay(scene, hooks);
  return { facts, strikes: strikes(), ...(foreign && { foreign: foreign() }) };
}

/** Each request meets the fault with `percent`, those of `method` alone if given. */
function rpcFault(name: string, fault: RpcFault, percent: number, method?: string): Fault {
  return {
    name,
    live: async (scene, random) => {
      const before = scene.proxy.hurt;
      scene.proxy.faults = (asked) =>
        (method === undefined || asked === method) && random.int(1, 100) <= percent ? fault : "pass";
      const facts = await liveDay(scene).finally(() => {
        scene.proxy.faults = () => "pass";
      });
      return { facts, strikes: scene.proxy.hurt - before };
    },
  };
}

function mangledEvents(name: string, mangle: (logs: unknown[], random: Random) => unknown[]): Fault {
  return {
    name,
    live: async (scene, random) => {
      let strikes = 0;
      scene.proxy.mangle = (logs) => {
        if (logs.length === 0) return logs;
        strikes++;
        return mangle(logs, random);
      };
      const facts = await liveDay(scene).finally(() => {
        scene.proxy.mangle = (logs) => logs;
      });
      return { facts, strikes };
    },
  };
}

function reorg(depth: number): Fault {
  return {
    name: `reorganisation of depth ${depth}`,
    live: async (scene, random) => {
      let strikes = 0;
      const during = async () => {
        for (let i = 0; i < 2; i++) {
          await new Promise((resolve) => setTimeout(resolve, random.int(100, 500)));
          await scene.reorg(depth);
          strikes++;
        }
      };
      return under(scene, { during }, () => strikes);
    },
  };
}

/** Steps of the day at which states are damaged. */
const DAMAGED_AT = ["posted", "cleared", "settled"];

function damagedState(name: string, damage: Damage): Fault {
  return {
    name: `state file ${name}`,
    live: (scene) => {
      let strikes = 0;
      const during = async (step: string) => {
        if (DAMAGED_AT.includes(step)) strikes += await damageStates(scene, damage);
      };
      return under(scene, { during }, () => strikes);
    },
  };
}

function killed(name: string, how: "atSteps" | "atRandom"): Fault {
  return {
    name,
    live: async (scene, random, kills) => {
      const killer = new Killer(scene, kills, random);
      await killer[how]();
      const hooks = how === "atSteps" ? halfWithoutRelay(scene, killer) : {};
      const facts = await liveDay(scene, hooks).finally(() => killer.stop());
      return { facts, strikes: killer.total, deaths: killer.deaths };
    },
  };
}

/** Once the relay has died at each of its steps it stays away, and the broker in it: the other homes post by themselves. */
function halfWithoutRelay(scene: Scene, killer: Killer): DayHooks {
  const relay = scene.process("relay");
  const session = async () => (await scene.sessionOf(scene.nextDay - 1))!;
  return {
    during: async (step) => {
      if (step !== "posted") return;
      const diedOnce = () => ALL_STEPS.every((death) => !death.startsWith("relay") || killer.deaths[death]);
      await scene.until("relayed", async () => diedOnce() || (await session()).rows === scene.members);
      await relay.stop();
      await scene.jumpTo((await session()).gate - DIRECT_SECONDS);
    },
    before: (step) => {
      if (step === "cleared") relay.start();
    },
  };
}

/** The DSO is away for a while from the day's end. */
const dsoAway = (until: "late" | "never"): Fault => ({
  name: until === "late" ? "DSO late by eleven hours" : "DSO missing",
  ...(until === "never" && { unreported: true }),
  live: async (scene) => {
    const hooks: DayHooks = {
      unreported: until === "never",
      before: (step) => (step === "reported" ? scene.process("dso").stop() : undefined),
      during: async (step) => {
        if (step !== "reported" || until === "never") return;
        await scene.jumpTo(scene.now() + 11 * 3600);
        scene.process("dso").start();
      },
    };
    const struck = await under(scene, hooks, () => 1);
    if (until === "never") scene.process("dso").start();
    return struck;
  },
});

const brokerRestart: Fault = {
  name: "broker killed and started again (it lives in the relay)",
  live: (scene) => {
    let strikes = 0;
    const during = () => {
      scene.process("relay").kill();
      strikes++;
    };
    return under(scene, { during }, () => strikes);
  },
};

const SENDS = "eth_sendRawTransaction";

/** Every fault but kills, in the order of the table; the first is a day without any. */
export const FAULTS: readonly Fault[] = [
  { name: "none", live: (scene) => under(scene, {}, () => 0) },
  rpcFault("RPC hangs", "hang", 2),
  rpcFault("RPC answers 503", "unavailable", 3),
  rpcFault("RPC answers 429", "throttled", 3),
  rpcFault("RPC answers no JSON", "malformed", 3),
  rpcFault("RPC cut before the answer", "lost", 3),
  rpcFault("every answer to a transaction sent is lost", "lost", 100, SENDS),
  rpcFault("node takes and forgets half of the transactions", "swallowed", 50, SENDS),
  { name: "another transaction on a later nonce (gap)", live: (scene) => foreignTransaction(scene, 1) },
  { name: "a dearer transaction on the nonce (underpriced)", live: (scene) => foreignTransaction(scene, 0) },
  { name: "base fee above the cap for a while", live: (scene) => spikeFees(scene) },
  reorg(1),
  reorg(2),
  reorg(3),
  mangledEvents("events twice", (logs) => [...logs, ...logs]),
  mangledEvents("events in another order", (logs) => logs.toReversed()),
  mangledEvents("events missing", (logs, random) => logs.filter(() => random.int(0, 2) > 0)),
  brokerRestart,
  { name: "stale retained command", live: (scene) => staleCommand(scene) },
  damagedState("garbled", "garbled"),
  damagedState("truncated", "truncated"),
  damagedState("deleted", "deleted"),
  damagedState("from the step before", "old"),
  { name: "no space left for a while", live: (scene) => smallDisks(scene) },
  { name: "two keepers with one key on one machine", live: (scene) => secondKeeper(scene, "same machine") },
  { name: "two keepers with one key on two machines", live: (scene) => secondKeeper(scene, "two machines") },
  dsoAway("late"),
  dsoAway("never"),
  { name: "DSO contradicts itself", unreported: true, live: (scene) => contradict(scene) },
];

/** Killed by SIGKILL; lived day after day until the wanted number of kills. */
export const KILLS: readonly Fault[] = [
  killed("SIGKILL at every persisted step, and now and then", "atSteps"),
  killed("SIGKILL at random times", "atRandom"),
];
