import { type DayFacts, MarketCalendar, marketFacts, type SessionFacts, unlessRefused } from "../chain/calendar.ts";
import { ChainError } from "../chain/chainError.ts";
import type { Seen } from "../chain/node.ts";
import { type LeavesMessage, leavesMessage, leavesOfMessage, leavesTopic } from "../mqtt/messages.ts";
import type { Agent, AgentContext, TurnReport } from "../process/agent.ts";
import type { KeeperConfig } from "../process/configSchema.ts";
import { liveProfiles, readBook, type SessionBook } from "./book.ts";
import { certifyDue } from "./certificates.ts";
import { earning, type Keeping } from "./desk.ts";
import * as keeper from "./keeper.ts";
import { claimReward, leastOf, paysForWork } from "./rewards.ts";
import { isDone, nextLook, type Settlement, type Task, tasksOf } from "./tasks.ts";

const STATES = ["awaited", "disputable", "settleable", "missing"] as const;
/** A day is looked at again after each thing done, at most so often in a turn. */
const MOST_ROUNDS = 8;

/** A keeper as a process: brings every day of the ring as far as it will go. */
export async function keeperAgent({ keeper: wishes }: KeeperConfig, context: AgentContext): Promise<Agent> {
  return new Keeper(wishes, context);
}

class Keeper implements Agent {
  readonly #wishes: KeeperConfig["keeper"];
  readonly #context: AgentContext;
  readonly #calendar: MarketCalendar;
  readonly #leaves = new Map<number, LeavesMessage>();
  readonly #books = new Map<number, SessionBook>();
  readonly #done = new Set<number>();
  /** Days and the time until which nothing can come up for them, unix seconds. */
  readonly #sleeps = new Map<number, number>();
  /** The contracts to work on: through the rewards where these pay. */
  #work: Keeping | undefined;
  #least = 0n;
  #ringDays = 0;
  #settleLimit = 0;
  #problem: string | null = null;

  constructor(wishes: KeeperConfig["keeper"], context: AgentContext) {
    this.#wishes = wishes;
    this.#context = context;
    this.#calendar = new MarketCalendar(context.contracts);
    context.bus?.listen(leavesTopic("+"), leavesMessage, ({ value }) => this.#leaves.set(value.day, value));
  }

  async turn(seen: Seen): Promise<TurnReport> {
    const { contracts } = this.#context;
    this.#ringDays ||= (await marketFacts(contracts)).ringDays;
    this.#settleLimit ||= Number(await contracts.oracle.settleLimit());
    this.#work ??= await this.#workplace();
    this.#problem = null;
    const latest = await this.#calendar.latestDay();
    const oldest = Math.max(1, latest - this.#ringDays + 1);
    for (const kept of [this.#leaves, this.#done, this.#sleeps])
      for (const day of kept.keys()) if (day < oldest) kept.delete(day);
    let waiting = 0;
    for (let day = oldest; day <= latest; day++) if (!(await this.#advance(day, seen))) waiting++;
    if (this.#work.desk) await this.#claim();
    if (this.#wishes.certify) await certifyDue(this.#context, latest, this.#ringDays);
    return { latestDay: latest, waitingDays: waiting, problem: this.#problem };
  }

  async #workplace(): Promise<Keeping> {
    const { contracts } = this.#context;
    if (!this.#wishes.earn || !(await paysForWork(contracts))) return contracts;
    this.#least = await leastOf(contracts, this.#wishes.claimLeast);
    return earning(contracts);
  }

  async #claim(): Promise<void> {
    const { contracts, wallet, send, log } = this.#context;
    const paid = await claimReward(contracts, wallet.address, this.#least, send);
    if (paid > 0n) log.info({ paid: `${paid}` }, "rewards claimed");
  }

  /** Does what can be done for a day now. True if it is done for good. */
  async #advance(day: number, seen: Seen): Promise<boolean> {
    if (this.#done.has(day)) return true;
    if ((this.#sleeps.get(day) ?? 0) > seen.time) return false;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const facts = await this.#calendar.day(day);
      if (!facts) return true;
      const settlement = await this.#settlementOf(facts);
      if (isDone(facts, settlement, seen.time)) return this.#forget(facts);
      const tasks = tasksOf(facts, settlement, seen.time, this.#wishes);
      const results = [];
      for (const task of tasks) results.push(await this.#try(task, facts));
      if (!results.includes("did")) {
        if (tasks.length === 0) this.#sleeps.set(day, nextLook(facts, settlement));
        return false;
      }
    }
    return false;
  }

  #forget(facts: DayFacts): true {
    this.#done.add(facts.day);
    this.#leaves.delete(facts.day);
    for (const { session } of facts.sessions) this.#books.delete(session);
    return true;
  }

  async #settlementOf({ day }: DayFacts): Promise<Settlement> {
    const { oracle, dayBook } = this.#context.contracts;
    const [status, { unsettled, closed }] = await Promise.all([
      unlessRefused(oracle.status(day)),
      dayBook.dayState(day),
    ]);
    const state = STATES[Number(status?.state ?? 0)]!;
    const reported = state === "settleable" || state === "disputable";
    const settleFrom = reported ? Number((await oracle.deadlines(day)).settleFrom) : 0;
    const closesAt = settleFrom + this.#settleLimit;
    const leaves = state === "settleable" && (await this.#leavesOf(day)) !== undefined;
    return { state, settleFrom, closesAt, unsettled: Number(unsettled), closed, leaves };
  }

  /** The leaves of the day's latest report, if they give the root that the chain has. */
  async #leavesOf(day: number): Promise<keeper.Leaves | undefined> {
    const message = this.#leaves.get(day);
    if (!message) return undefined;
    const { oracle } = this.#context.contracts;
    const { root } = await oracle.rootOf(day, await oracle.latestRevision(day));
    const leaves = leavesOfMessage(message);
    if (leaves.tree.at(-1)![0] === root) return leaves;
    this.#problem = `the leaves of day ${day} that were published don't give the report's root`;
    return undefined;
  }

  /** What the chain refuses is said and left for a later turn; it holds up nothing else. */
  async #try(task: Task, facts: DayFacts): Promise<"did" | "left"> {
    const what = "session" in task ? `${task.do} session ${task.session.session}` : `${task.do} of day ${facts.day}`;
    try {
      const did = await this.#do(task, facts);
      if (did) this.#context.log.info({ what, reason: task.reason }, "done");
      return did ? "did" : "left";
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      this.#problem = `${what}: ${error.message}`;
      this.#context.log.warn({ what, error: error.message }, "left for a later turn");
      return "left";
    }
  }

  async #do(task: Task, facts: DayFacts): Promise<boolean> {
    const { contracts, send } = this.#context;
    switch (task.do) {
      case "close":
        await keeper.close(contracts, task.session.session, send);
        return true;
      case "clear":
        return this.#clear(task.session);
      case "release":
        return this.#release(task.session);
      case "close the day":
        await keeper.closeDay(contracts, facts.day, send);
        return true;
      default:
        return this.#settle(task.do, facts);
    }
  }

  async #clear(session: SessionFacts): Promise<boolean> {
    const { contracts, node, send, fromBlock } = this.#context;
    if ((node.believed ?? 0) < session.closedAt + 2) return false; // the seed's block is still to come
    const shape = await keeper.shapeOf(contracts, session.session);
    const book = await this.#bookOf(session);
    const seed = await keeper.seedOf(contracts, node, session.session);
    try {
      await keeper.clear(this.#work!, shape, book, seed, send, { fromBlock, gasPlan: this.#wishes.gasPlan });
    } catch (error) {
      if (!(error instanceof ChainError && error.message.includes("SeedMissed"))) throw error;
      await keeper.close(contracts, session.session, send); // its block's hash is gone: another seed
    }
    return true;
  }

  /** Releases whoever of a session that is over is not released yet. */
  async #release(session: SessionFacts): Promise<boolean> {
    const { contracts, send } = this.#context;
    const book = await this.#unreleased(session);
    if (!book.flat().some(({ live }) => live)) return false;
    await keeper.release(contracts, session.session, book, send);
    return true;
  }

  /** The book of a session with those that were released as if they did not count. */
  async #unreleased(session: SessionFacts): Promise<SessionBook> {
    const { dayBook } = this.#context.contracts;
    const book = await this.#bookOf(session);
    const logs = await dayBook.queryFilter(dayBook.filters.ProfileReleased(session.session), this.#context.fromBlock);
    const released = new Set(logs.map(({ args }) => Number(args.member)));
    return book.map((batch) => batch.map((each) => ({ ...each, live: each.live && !released.has(each.member) })));
  }

  /** A book does not change once its session is closed. */
  async #bookOf({ session, stage }: SessionFacts): Promise<SessionBook> {
    const { contracts, node, fromBlock } = this.#context;
    const known = this.#books.get(session);
    if (known) return known;
    const book = await readBook(contracts.market, node, session, fromBlock);
    if (stage !== "taking") this.#books.set(session, book);
    return book;
  }

  async #settle(how: "settle" | "settle unproven" | "unwind", facts: DayFacts): Promise<boolean> {
    const { send } = this.#context;
    const { day } = facts;
    const traded = facts.sessions.filter(({ rows }) => rows > 0);
    const who = await this.#unsettled(day, traded);
    if (who.size === 0) return false;
    if (await this.#releaseTheRest(day, traded, who)) return true;
    const sessions = await this.#sessionsOf(traded);
    if (how === "settle") {
      const leaves = await this.#leavesOf(day);
      if (!leaves) return false;
      const proven = new Set([...who].filter((member) => member <= leaves.leaves.length));
      await keeper.settle(this.#work!, day, leaves, sessions, send, proven);
    } else if (how === "settle unproven") await keeper.settleUnproven(this.#work!, day, who, sessions, send);
    else await keeper.unwind(this.#work!, day, sessions, send, who);
    return true;
  }

  async #sessionsOf(traded: readonly SessionFacts[]): Promise<keeper.DaySessions> {
    const { contracts } = this.#context;
    const read = async (each: SessionFacts) => ({
      shape: await keeper.shapeOf(contracts, each.session),
      book: await this.#unreleased(each),
    });
    return Promise.all(traded.map(read));
  }

  /** A member some of whose profiles are released is settled only when all are. */
  async #releaseTheRest(day: number, traded: readonly SessionFacts[], who: ReadonlySet<number>): Promise<boolean> {
    const { dayBook } = this.#context.contracts;
    const profiles = await Promise.all([...who].map((member) => dayBook.profilesOf(day, member)));
    if (!profiles.some(({ released, unreleased }) => released && unreleased > 0n)) return false;
    for (const session of traded) await this.#release(session);
    return true;
  }

  /** Traders of the day whom nobody settled yet. */
  async #unsettled(day: number, traded: readonly SessionFacts[]): Promise<Set<number>> {
    const { dayBook } = this.#context.contracts;
    const books = await Promise.all(traded.map((each) => this.#bookOf(each)));
    const traders = [...new Set(books.flatMap(liveProfiles).map(({ member }) => member))];
    const by = await Promise.all(traders.map((member) => dayBook.settledBy(day, member)));
    return new Set(traders.filter((_, i) => by[i] === 0n));
  }
}
