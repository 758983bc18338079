import type { Wallet } from "ethers";
import { z } from "zod";
import { type DayFacts, MarketCalendar, type MarketFacts, marketFacts, unlessRefused } from "../chain/calendar.ts";
import { ChainError } from "../chain/chainError.ts";
import type { Seen } from "../chain/node.ts";
import { digestOf, type FlowReport } from "../model/flowReport.ts";
import type { Hash } from "../model/keccak.ts";
import { leavesTopic, readingsMessage, readingsTopic } from "../mqtt/messages.ts";
import type { Agent, AgentContext, TurnReport } from "../process/agent.ts";
import type { DsoConfig } from "../process/configSchema.ts";
import { secretOf, walletOf } from "../process/secrets.ts";
import { crashPoint } from "../store/crash.ts";
import { reportOf } from "./dso.ts";
import { isComplete, ReadingsLedger } from "./ledger.ts";
import { flowsOf, type MeterDay } from "./readings.ts";
import { ReportLedger, saltOf, signaturesOf } from "./reports.ts";

const AWAITED = 0n;
const DISPUTABLE = 1n;

/** The DSO as a process: gathers readings, reports each day once it is over, and gives leaves to settlers. */
export async function dsoAgent({ dso }: DsoConfig, context: AgentContext): Promise<Agent> {
  const signers = await Promise.all(dso.signers.map((key) => walletOf(key, context.file, context.env)));
  return new Dso(dso, context, signers, secretOf(dso.saltEnv, context.env));
}

class Dso implements Agent {
  readonly #rule: DsoConfig["dso"];
  readonly #context: AgentContext;
  readonly #signers: readonly Wallet[];
  readonly #saltSecret: string;
  readonly #calendar: MarketCalendar;
  readonly #readings: ReadingsLedger;
  readonly #reports: ReportLedger;
  /** Digests that this DSO's signers made known before, by day, revision and signer. */
  readonly #witnessed = new Map<string, Hash>();
  /** Day x 256 + revision of the leaves that are published. */
  readonly #published = new Set<number>();
  /** Days that need nothing more from the DSO. */
  readonly #done = new Set<number>();
  #forgotUpTo = 0;
  #market: MarketFacts | undefined;
  #problem: string | null = null;

  constructor(rule: DsoConfig["dso"], context: AgentContext, signers: readonly Wallet[], saltSecret: string) {
    this.#rule = rule;
    this.#context = context;
    this.#signers = signers;
    this.#saltSecret = saltSecret;
    this.#calendar = new MarketCalendar(context.contracts);
    this.#readings = new ReadingsLedger(context.store);
    this.#reports = new ReportLedger(context.store);
    context.bus?.listen("signed/+/+/+", z.string(), ({ topic, value }) => {
      this.#witnessed.set(topic.slice(1).join("/"), value as Hash);
    });
    context.bus?.listen(readingsTopic("+", "+"), readingsMessage, ({ topic, value }) => {
      this.#hear(Number(topic[1]), Number(topic[2]), value);
    });
  }

  /** A full disk must not stop it from hearing: what can't be kept comes again. */
  #hear(member: number, utcDay: number, message: z.infer<typeof readingsMessage>): void {
    try {
      if (this.#market && message.firstSlot !== (utcDay * 86_400) / this.#market.slotSeconds) return;
      this.#readings.add(member, utcDay, message);
      crashPoint("dso.readings");
    } catch (error) {
      this.#context.log.warn({ error: (error as Error).message, member }, "readings could not be kept");
    }
  }

  async turn(seen: Seen): Promise<TurnReport> {
    this.#market ??= await marketFacts(this.#context.contracts);
    this.#problem = null;
    const latest = await this.#calendar.latestDay();
    const oldest = Math.max(1, latest - this.#market.ringDays + 1);
    let awaited = 0;
    for (let day = oldest; day <= latest; day++) {
      if (this.#done.has(day)) continue;
      const facts = await this.#calendar.day(day);
      if (facts && facts.end <= seen.time && (await this.#advance(facts, seen))) awaited++;
    }
    this.#forget(oldest, seen.time);
    const { contradictions } = this.#readings;
    return { latestDay: latest, awaitedDays: awaited, contradictoryReadings: contradictions, problem: this.#problem };
  }

  /** Reports a day that is over, revises it, or publishes its leaves. True if it still waits for a report. */
  async #advance(facts: DayFacts, seen: Seen): Promise<boolean> {
    const { oracle, dayBook } = this.#context.contracts;
    const status = await unlessRefused(oracle.status(facts.day));
    if (!status || status.frozen) return false;
    const revisions = Number(status.revisions);
    if (status.state > DISPUTABLE && this.#published.has(facts.day * 256 + revisions - 1)) {
      if (!(await dayBook.dayState(facts.day)).closed) return false;
      this.#done.add(facts.day);
      this.#context.bus?.clearState(leavesTopic(facts.day));
      return false;
    }
    if (status.state > DISPUTABLE && revisions === 0) this.#done.add(facts.day); // too late for a report
    const meters = await this.#meters(facts);
    const complete = meters.length > 0 && meters.every(isComplete);
    if (status.state === AWAITED && revisions === 0) {
      if (!complete && seen.time < facts.end + this.#rule.waitSeconds) return true;
      return !(await this.#report(facts, meters, 0));
    }
    if (revisions === 0) return false;
    const latest = this.#reports.kept(facts.day, revisions - 1);
    if (status.state === DISPUTABLE && complete && (latest?.report.estimated ?? 0) > 0)
      await this.#report(facts, meters, revisions);
    else await this.#publishLeaves(facts, meters, revisions - 1);
    return false;
  }

  /** A report that is made is kept, signed and submitted. True if the chain has it. */
  async #report(facts: DayFacts, meters: readonly MeterDay[], revision: number): Promise<boolean> {
    const { contracts, send, log, bus, chainId } = this.#context;
    if (meters.length === 0) return false;
    const { report } = this.#reports.kept(facts.day, revision) ?? (await this.#make(facts, meters, revision));
    const place = { chainId, verifyingContract: await contracts.oracle.getAddress() };
    const key = (signer: string) => `${report.day}/${report.revision}/${signer}`;
    try {
      const signers = await this.#quorum();
      const signatures = await signaturesOf(report, signers, place, this.#reports, (of) =>
        this.#witnessed.get(key(of)),
      );
      for (const { address } of signers) bus?.setState(`signed/${key(address)}`, digestOf(report, place));
      await send("prove", contracts.oracle.submit(report, signatures));
      log.info({ day: facts.day, revision, estimated: report.estimated }, "proof of flow submitted");
      return true;
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== "Contradiction" && !(error instanceof ChainError)) throw error;
      this.#problem = `day ${facts.day}: ${message}`;
      log.error({ day: facts.day, revision, error: message }, "no report");
      return false;
    }
  }

  async #make(facts: DayFacts, meters: readonly MeterDay[], revision: number): Promise<{ report: FlowReport }> {
    const { oracle } = this.#context.contracts;
    const at = await oracle.getAddress();
    const previous = revision === 0 ? undefined : ((await oracle.digestOf(facts.day, revision - 1)) as Hash);
    const header = {
      ...{ feeder: (await oracle.feeder()) as Hash, day: facts.day, firstSlot: facts.firstSlot },
      ...{ count: facts.slotCount, revision, epoch: Number((await oracle.signers()).epoch) },
      ...(previous && { previous }),
    };
    const flows = meters.map((day, i) => flowsOf(day, this.#market!.packetWh, this.#history(facts, i + 1)));
    const salts = meters.map((_, i) => saltOf(this.#saltSecret, at, facts.day, i + 1));
    const made = reportOf(header, flows, salts);
    this.#reports.keep(made);
    return made;
  }

  /** Readings of every member, member 1 first. */
  async #meters({ firstSlot, slotCount }: DayFacts): Promise<MeterDay[]> {
    const members = Number(await this.#context.contracts.members.count());
    const { slotSeconds } = this.#market!;
    return Array.from({ length: members }, (_, i) => this.#readings.day(i + 1, firstSlot, slotCount, slotSeconds));
  }

  /** The same slots of earlier days, the latest last. */
  #history({ firstSlot, slotCount }: DayFacts, member: number): MeterDay[] {
    const { slotSeconds } = this.#market!;
    const perDay = 86_400 / slotSeconds;
    const back = Array.from({ length: this.#rule.historyDays }, (_, i) => this.#rule.historyDays - i);
    return back.map((days) => this.#readings.day(member, firstSlot - days * perDay, slotCount, slotSeconds));
  }

  /** The signers at hand that are in force, as many as a report needs. Throws ChainError if they are too few. */
  async #quorum(): Promise<Wallet[]> {
    const { set, threshold } = await this.#context.contracts.oracle.signers();
    const inForce = this.#signers.filter(({ address }) => set.includes(address));
    if (inForce.length >= Number(threshold)) return inForce.slice(0, Number(threshold));
    throw new ChainError(`${inForce.length} signers of those in force are here, ${threshold} must sign.`);
  }

  /** Leaves of the accepted report, from what was kept, or, where that is lost, made again if the root is the same. */
  async #publishLeaves(facts: DayFacts, meters: readonly MeterDay[], revision: number): Promise<void> {
    const { contracts, bus } = this.#context;
    if (!bus || this.#published.has(facts.day * 256 + revision)) return;
    if (!this.#reports.kept(facts.day, revision)) await this.#make(facts, meters, revision);
    const { leaves } = this.#reports.kept(facts.day, revision)!;
    const { root } = await contracts.oracle.rootOf(facts.day, revision);
    if (leaves.root !== root) {
      this.#reports.drop(facts.day, revision); // made anew when more readings have come
      this.#problem = `day ${facts.day}: the readings at hand don't give the accepted report, so its leaves can't be given`;
      return;
    }
    bus.setState(leavesTopic(facts.day), leaves);
    this.#published.add(facts.day * 256 + revision);
  }

  #forget(oldest: number, time: number): void {
    const utcDay = Math.floor(time / 86_400);
    if (utcDay === this.#forgotUpTo) return;
    this.#forgotUpTo = utcDay;
    for (const day of this.#done) if (day < oldest) this.#done.delete(day);
    for (const each of this.#published) if (each < oldest * 256) this.#published.delete(each);
    this.#reports.forgetBefore(oldest);
    this.#readings.forgetBefore(utcDay - this.#market!.ringDays - this.#rule.historyDays);
  }
}
