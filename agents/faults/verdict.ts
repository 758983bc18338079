import { Wallet } from "ethers";
import type { DayFacts } from "../chain/calendar.ts";
import type { Scene } from "./scene.ts";

/** What the chain says of a day that was lived under a fault. */
export interface Verdict {
  readonly day: number;
  /** What is not as it must be; nothing where all is well. */
  readonly wrong: readonly string[];
  /** Transactions by agent that changed nothing, since the last verdict. */
  readonly wasted: Readonly<Record<string, number>>;
}

const AGENTS = ["operator", "relay", "keeper", "dso", "households"] as const;
type Agent = (typeof AGENTS)[number];

/** Judges days by the chain alone: state, events, balances and nonces. */
export class Judge {
  readonly #scene: Scene;
  #sent: Record<Agent, number> = { operator: 0, relay: 0, keeper: 0, dso: 0, households: 0 };
  #useful: Record<Agent, number> = { operator: 0, relay: 0, keeper: 0, dso: 0, households: 0 };

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** @param foreign Transactions that the fault itself sent with the keys of an agent. */
  async judge(
    { day, sessions }: DayFacts,
    unreported: boolean,
    foreign: Partial<Record<Agent, number>> = {},
  ): Promise<Verdict> {
    const wrong: string[] = [];
    const must = (is: boolean, what: string) => {
      if (!is) wrong.push(what);
    };
    const { market, oracle, dayBook, house, token } = this.#scene.contracts;
    const count = async (logs: Promise<readonly unknown[]>) => (await logs).length;
    const { session } = sessions[0]!;
    const posts = await market.queryFilter(market.filters.BatchPosted(session));
    const heads = posts.flatMap(({ args }) => [...args.heads]);
    must(heads.length === this.#scene.members, `${heads.length} profiles posted, not ${this.#scene.members}`);
    must((await count(market.queryFilter(market.filters.ProfileRefused(session)))) === 0, "a profile was posted twice");
    must((await count(market.queryFilter(market.filters.SessionCleared(session)))) === 1, "not cleared once");
    const reports = await count(oracle.queryFilter(oracle.filters.ReportAccepted(day)));
    const { frozen } = await oracle.status(day);
    if (!unreported) must(reports === 1 && !frozen, `${reports} reports`);
    const settled = await dayBook.queryFilter(dayBook.filters.MembersSettled(day));
    const times = settled.reduce((sum, { args }) => sum + Number(args.members), 0);
    must(times === this.#scene.members, `${times} settlements of ${this.#scene.members} members`);
    const closed = await count(dayBook.queryFilter(dayBook.filters.DayClosed(day)));
    must(closed === (unreported ? 0 : 1), `the day was closed ${closed} times`);
    let held = (await house.fundBalance()) + (await house.supplierAccount()).balance;
    for (let member = 1; member <= this.#scene.members; member++) {
      const { balance, locked } = await house.accountOf(member);
      held += balance;
      must(locked === 0n, `${locked} of member ${member} is still locked`);
      const by = Number(await dayBook.settledBy(day, member));
      must(by === (unreported ? 126 : 1), `member ${member} is settled by ${by}`);
    }
    must(held === (await token.balanceOf(house)), "balances don't add up to the tokens held");
    return { day, wrong, wasted: await this.#wasted(foreign) };
  }

  async #wasted(foreign: Partial<Record<Agent, number>>): Promise<Record<Agent, number>> {
    const [sent, useful] = [await this.#sentSoFar(), await this.#usefulSoFar()];
    const wasted = { ...sent };
    for (const agent of AGENTS) {
      const before = this.#sent[agent] - this.#useful[agent];
      wasted[agent] = sent[agent] - useful[agent] - before - (foreign[agent] ?? 0);
    }
    [this.#sent, this.#useful] = [sent, useful];
    return wasted;
  }

  /** Transactions of each agent's keys in blocks. Households and relay share what they post. */
  async #sentSoFar(): Promise<Record<Agent, number>> {
    const sent: Record<Agent, number> = { operator: 0, relay: 0, keeper: 0, dso: 0, households: 0 };
    for (const [name, key] of Object.entries(this.#scene.secrets)) {
      if (!name.startsWith("COMMONWATT_KEY_")) continue;
      const agent = name.slice("COMMONWATT_KEY_".length).toLowerCase() as Agent;
      const nonce = await this.#scene.provider.getTransactionCount(new Wallet(key).address);
      sent[AGENTS.includes(agent) ? agent : "households"] += nonce;
    }
    return sent;
  }

  /** Transactions that did what they were for, by their events. */
  async #usefulSoFar(): Promise<Record<Agent, number>> {
    const { market, oracle, dayBook, tariff } = this.#scene.contracts;
    const keys = Object.fromEntries(
      Object.entries(this.#scene.secrets).map(([name, key]) => [new Wallet(key).address, name]),
    );
    const useful: Record<Agent, number> = { operator: 0, relay: 0, keeper: 0, dso: 0, households: 0 };
    const filters = [
      ...[market.filters.BatchPosted(), market.filters.SessionOpened(), market.filters.SessionClosed()],
      ...[market.filters.ClearingAdvanced(), market.filters.SessionCleared()],
    ];
    const logs = [
      ...(await Promise.all(filters.map((filter) => market.queryFilter(filter as never)))).flat(),
      ...(await tariff.queryFilter(tariff.filters.DayFixed())),
      ...(await oracle.queryFilter(oracle.filters.ReportAccepted())),
      ...(await dayBook.queryFilter(dayBook.filters.MembersSettled())),
      ...(await dayBook.queryFilter(dayBook.filters.DayClosed())),
    ];
    for (const hash of new Set(logs.map(({ transactionHash }) => transactionHash))) {
      const tx = await this.#scene.provider.getTransaction(hash);
      const name = keys[tx!.from]?.slice("COMMONWATT_KEY_".length).toLowerCase() as Agent | undefined;
      if (name !== undefined) useful[AGENTS.includes(name) ? name : "households"]++;
    }
    return useful;
  }
}
