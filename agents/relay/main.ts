import { verifyTypedData } from "ethers";
import { MarketCalendar, type SessionFacts, STAGES, unlessRefused } from "../chain/calendar.ts";
import { ChainError } from "../chain/chainError.ts";
import type { Seen } from "../chain/node.ts";
import { marketDomain } from "../household/signing.ts";
import { readBook } from "../keeper/book.ts";
import { claimReward, countOrders, leastOf } from "../keeper/rewards.ts";
import { PROFILE_TYPES } from "../model/profileBook.ts";
import { answerTopic, type ProfileMessage, profileMessage, profileOfMessage, profileTopic } from "../mqtt/messages.ts";
import type { Agent, AgentContext, TurnReport } from "../process/agent.ts";
import type { RelayConfig } from "../process/configSchema.ts";
import { crashPoint } from "../store/crash.ts";
import { dueBatches, type Waiting } from "./desk.ts";
import { post, type SignedProfile } from "./relay.ts";

const KIND = "profile";
/** Sessions with orders of ours that are still to be counted. */
const EARNED = "earned";

/** A relay as a process: what it hears is kept, posted in batches, and forgotten once it is on the chain. */
export async function relayAgent({ relay: rule }: RelayConfig, context: AgentContext): Promise<Agent> {
  return new Relay(rule, context);
}

interface Kept {
  readonly message: ProfileMessage;
  /** Chain time at which it came, unix seconds; 0 where nothing was seen yet. */
  readonly since: number;
}

class Relay implements Agent {
  readonly #rule: RelayConfig["relay"];
  readonly #context: AgentContext;
  readonly #calendar: MarketCalendar;
  #now = 0;
  #least: bigint | undefined;

  constructor(rule: RelayConfig["relay"], context: AgentContext) {
    this.#rule = rule;
    this.#context = context;
    this.#calendar = new MarketCalendar(context.contracts);
    context.bus?.listen(profileTopic("+", "+"), profileMessage, ({ topic, value }) => {
      if (topic[1] === `${value.session}` && topic[2] === `${value.member}`) this.#keep(value);
    });
  }

  /** A full disk must not stop it from hearing: what can't be kept comes again. */
  #keep(message: ProfileMessage): void {
    const { store, log } = this.#context;
    const key = `${message.session}/${message.member}`;
    try {
      if (store.get<Kept>(KIND, key) === undefined) store.set(KIND, key, { message, since: this.#now });
      crashPoint("relay.received");
    } catch (error) {
      log.warn({ error: (error as Error).message, key }, "a profile could not be kept");
    }
  }

  async turn(seen: Seen): Promise<TurnReport> {
    this.#now = seen.latestTime;
    const days = await this.#calendar.daysSince(seen.time);
    const sessions = days.flatMap((day) => day.sessions).filter(({ stage }) => stage === "taking");
    const { store } = this.#context;
    const open = new Set(sessions.map(({ session }) => session));
    for (const { key, value } of store.list<Kept>(KIND)) {
      const known = days.some(({ sessions: all }) => all.some(({ session }) => session === value.message.session));
      if (known && !open.has(value.message.session)) store.delete(KIND, key); // its gate has passed
    }
    let posted = 0;
    for (const session of sessions) posted += await this.#post(session);
    if (this.#rule.earn) await this.#earn();
    return { sessionsTaking: sessions.length, waiting: store.list(KIND).length, posted };
  }

  /** Posts what is due for a session; gives the number of profiles taken. */
  async #post(session: SessionFacts): Promise<number> {
    const waiting = await this.#waitingFor(session);
    let taken = 0;
    for (const batch of dueBatches(waiting, session, this.#now, this.#rule))
      taken += await this.#postBatch(session, batch);
    return taken;
  }

  /** Has the orders of sessions that are over counted, and claims what they earned. */
  async #earn(): Promise<void> {
    const { contracts, node, fromBlock, store, wallet, send, log } = this.#context;
    for (const { key, value: session } of store.list<number>(EARNED)) {
      const stage = await unlessRefused(contracts.market.stageOf(session));
      if (stage !== undefined && STAGES.indexOf("cleared") > Number(stage)) continue;
      if (stage !== undefined) {
        const book = await readBook(contracts.market, node, session, fromBlock);
        await countOrders(contracts.rewards, session, book, wallet.address, send);
      }
      store.delete(EARNED, key);
    }
    this.#least ??= await leastOf(contracts, this.#rule.claimLeast);
    const paid = await claimReward(contracts, wallet.address, this.#least, send);
    if (paid > 0n) log.info({ paid: `${paid}` }, "rewards claimed");
  }

  async #postBatch({ session }: SessionFacts, batch: readonly SignedProfile[]): Promise<number> {
    const { contracts, send, log } = this.#context;
    try {
      const door = this.#rule.earn ? contracts.rewards : contracts.market;
      if (this.#rule.earn) this.#context.store.set(EARNED, `${session}`, session);
      const done = await post(contracts.market, session, batch, (sent) => send("post", sent), door);
      for (const { member, reason } of done.refused) this.#refuse(session, member, reason);
      for (const { member } of done.taken) this.#forget(session, member);
      log.info({ session, taken: done.taken.length, refused: done.refused.length }, "batch posted");
      return done.taken.length;
    } catch (error) {
      if (!(error instanceof ChainError && error.message.includes("NothingAccepted"))) throw error;
      if (batch.length === 1) this.#refuse(session, batch[0]!.member, error.message);
      else for (const profile of batch) await this.#postBatch({ session } as SessionFacts, [profile]);
      return 0;
    }
  }

  /** Profiles on the desk that the chain does not have yet and whose signature is right. */
  async #waitingFor({ session }: SessionFacts): Promise<Waiting[]> {
    const { contracts, store } = this.#context;
    const found: Waiting[] = [];
    for (const { value } of store.list<Kept>(KIND)) {
      const { message, since } = value;
      if (message.session !== session) continue;
      const profile = profileOfMessage(message);
      if ((await contracts.market.nonceOf(session, profile.member)) > 0n) this.#forget(session, profile.member);
      else if (profile.nonce !== 1 || !(await this.#isSigned(profile)))
        this.#refuse(session, profile.member, "the signature, or the nonce, is not right");
      else found.push({ profile, since });
    }
    return found;
  }

  /** By the member's key; what a wallet with code signs, the chain judges. */
  async #isSigned({ signature, ...profile }: SignedProfile): Promise<boolean> {
    const { contracts, chainId, node } = this.#context;
    const { account } = await contracts.members.record(profile.member);
    const place = { chainId, verifyingContract: await contracts.market.getAddress() };
    try {
      if (verifyTypedData(marketDomain(place), PROFILE_TYPES, profile, signature) === account) return true;
    } catch {
      // not a signature of a key
    }
    return (await node.getCode(account)) !== "0x";
  }

  #refuse(session: number, member: number, refused: string): void {
    this.#forget(session, member);
    this.#context.bus?.tell(answerTopic(session, member), { refused });
    this.#context.log.warn({ session, member, refused }, "profile refused");
  }

  #forget(session: number, member: number): void {
    this.#context.store.delete(KIND, `${session}/${member}`);
  }
}
