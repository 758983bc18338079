import { basename } from "node:path";
import { homeOf } from "../data/meterData.ts";
import { dispatch, type Flows } from "../household/battery.ts";
import { slotToUtc } from "../model/slots.ts";
import { DEFAULT_CO2, DEFAULT_GAS_CASES } from "../report/defaults.ts";
import { avoidedGramsDown, dayGas, fundTookAll, gasCost, orderCount, sumOf } from "../report/figures.ts";
import {
  jsonInteger,
  PHASES,
  type PhaseResult,
  type Result,
  type RoundResult,
  type SlotResult,
} from "../report/result.ts";
import { type ChainDay, type ChainRound, readDay } from "./chainDay.ts";
import { historyWarnings } from "./households.ts";
import { type LivedDay, timedSessions } from "./livedDay.ts";
import { type Stage, TOKEN_DECIMALS } from "./marketDay.ts";
import { memberResults } from "./memberResults.ts";
import { planResults } from "./planResults.ts";
import { sessionResults } from "./sessionResults.ts";
import { versions } from "./versions.ts";

/** What a result says that neither the chain nor the community knows. */
export interface DaySource {
  /** The measured file, if there is one. */
  readonly file?: string;
  readonly baseline?: Result["baseline"];
  /** The same day lived in other ways. */
  readonly ways?: Result["ways"];
  /** What the reader must know of how the input was met. */
  readonly warnings?: Result["warnings"];
}

/** The result of a day that was lived; what the chain knows is read from it. */
export async function dayResult(lived: LivedDay, source: DaySource = {}): Promise<Result> {
  const chainDay = await readDay(lived);
  const { stage } = lived;
  const slots = slotResults(lived, chainDay);
  const members = memberResults(lived, chainDay);
  const fund = fundResult(stage, chainDay, slots);
  const phases = phaseResults(stage, slots);
  const minted = sumOf(members, ({ mintedEcoins }) => mintedEcoins);
  const { gramsPerKwh } = DEFAULT_CO2;
  return {
    schema: "commonwatt-result/1",
    run: runOf(stage, source),
    members,
    slots,
    ...sessionResults(lived, chainDay),
    ways: source.ways ?? null,
    fund,
    supplier: { balanceChange: jsonInteger(chainDay.supplierChange, "supplier.balanceChange") },
    withoutFlexibility: withoutFlexibility(stage),
    homePlans: planResults(lived),
    phases,
    baseline: source.baseline ?? null,
    gasCosts: DEFAULT_GAS_CASES.map((stated) => gasCost(dayGas(phases), stated)),
    co2: { ...DEFAULT_CO2, avoidedGrams: avoidedGramsDown(minted, stage.market.packetWh, gramsPerKwh) },
    warnings: [...(source.warnings ?? []), ...warningsOf(lived)],
  };
}

function runOf({ community, market, options, chain }: Stage, { file }: DaySource): Result["run"] {
  return {
    source: community.origin === "generated" ? "synthetic" : "measured",
    file: file === undefined ? null : basename(file),
    seed: options.seed,
    day: community.day.date,
    timeZone: community.zone.toLowerCase() === "utc" ? "UTC" : community.zone,
    slotSeconds: market.slotSeconds,
    packetWh: market.packetWh,
    token: { symbol: `t${community.currency}`, decimals: TOKEN_DECIMALS },
    auction: "Huang",
    outcome: "settled",
    network: { name: chain.name, chainId: Number(chain.chainId), state: "first day" },
    versions: versions(),
  };
}

function slotResults({ stage, plans }: LivedDay, { slots, minted }: ChainDay): SlotResult[] {
  const { community, market, flows } = stage;
  const { firstSlot } = community.day;
  const nameOf = (member: number) => (member === 0 ? null : community.homes[member - 1]!.id);
  const pv = community.homes.map(({ id }) => homeOf(community.data, id).pvWh);
  const sum = (wh: (of: Flows, i: number) => number) => flows.reduce((total, of, i) => total + wh(of, i), 0);
  const roundOf = ({ session: _session, orders, ...round }: ChainRound): RoundResult => ({
    ...round,
    criticalBid: nameOf(round.criticalBid),
    criticalAsk: nameOf(round.criticalAsk),
    orders: orders.map(({ member, ...order }) => ({ member: nameOf(member)!, ...order })),
  });
  return slots.map(({ retail, feedIn, rounds: [first, ...others] }, t) => ({
    start: slotToUtc(firstSlot + t, market.slotSeconds),
    ...roundOf(first!),
    later: others
      .filter(({ orders }) => orders.length > 0)
      .map((round) => ({ session: round.session, ...roundOf(round) })),
    ...{ retail, feedIn },
    selfWh: sum(({ exportWh, batteryWh }, i) =>
      Math.max(0, pv[i]![firstSlot + t - community.data.firstSlot]! + batteryWh[t]! - exportWh[t]!),
    ),
    importWh: sum(({ importWh }) => importWh[t]!),
    exportWh: sum(({ exportWh }) => exportWh[t]!),
    mintedEcoins: sumOf(minted, (ofMember) => ofMember[t]!),
    forecastNetWh: sumOf(plans, ({ plan }) => plan.flows.importWh[t]! - plan.flows.exportWh[t]!),
  }));
}

function fundResult(
  { options }: Stage,
  { surplus, fundChange }: ChainDay,
  slots: readonly SlotResult[],
): Result["fund"] {
  const fund = {
    rule: options.fundRule,
    took: jsonInteger(surplus, "fund.took"),
    balanceChange: jsonInteger(fundChange, "fund.balanceChange"),
    tookAll: false,
  };
  return { ...fund, tookAll: fundTookAll({ slots: [...slots], fund }) };
}

function phaseResults({ ledger }: Stage, slots: readonly SlotResult[]): PhaseResult[] {
  const orders = orderCount(slots);
  return PHASES.map((name) => {
    const { transactions, gas } = ledger.phases.get(name) ?? { transactions: 0, gas: 0n };
    return { name, transactions, gas: jsonInteger(gas, `gas of ${name}`), orders: name === "setup" ? 0 : orders };
  });
}

/** The same day with every battery standing still. */
function withoutFlexibility({ community }: Stage): Result["withoutFlexibility"] {
  const { data, day, homes } = community;
  const start = day.firstSlot - data.firstSlot;
  const ofDay = (series: Int32Array) => series.subarray(start, start + day.slotCount);
  const plain = homes.map(({ id }) => {
    const { loadWh, pvWh } = homeOf(data, id);
    return dispatch(ofDay(loadWh), ofDay(pvWh), data.slotSeconds);
  });
  const slots = Array.from({ length: day.slotCount }, (_, t) => ({
    imported: sumOf(plain, ({ importWh }) => importWh[t]!),
    exported: sumOf(plain, ({ exportWh }) => exportWh[t]!),
  }));
  return {
    importWh: sumOf(slots, ({ imported }) => imported),
    exportWh: sumOf(slots, ({ exported }) => exported),
    metWh: sumOf(slots, ({ imported, exported }) => Math.min(imported, exported)),
  };
}

function warningsOf(lived: LivedDay): Result["warnings"] {
  const { stage, plans, sessions, kept } = lived;
  const { community, times, market } = stage;
  const history = historyWarnings(plans).map((text) => ({ about: "history" as const, text }));
  const refused = sessions
    .flatMap(({ posted }) => posted.flatMap((batch) => batch.refused))
    .map(({ member, reason }) => ({
      about: "refusal" as const,
      text: `The profile of ${community.homes[member - 1]?.id ?? member} was refused: ${reason}.`,
    }));
  const other: string[] = [];
  if (times.offsetDays > 0)
    other.push(
      `The chain's clock can't go back, so the day was traded ${times.offsetDays} days later on it; all times here are the day's own.`,
    );
  if (market.packetWh !== 10)
    other.push(`A packet is ${market.packetWh} Wh here, so that each home's connection fits in 2,047 packets a slot.`);
  if (community.currency !== "EUR")
    other.push(
      `The prices are in ${community.currency}: wherever EUR, ct or euro is written for them, read ${community.currency} and its hundredth; the test token stands for one ${community.currency}.`,
    );
  if (timedSessions(lived).length > 0) other.push(SESSIONS_NOTE);
  if (kept) other.push(...managedNotes(stage));
  return [...history, ...refused, ...other.map((text) => ({ about: "other" as const, text }))];
}

const SESSIONS_NOTE =
  "Each session is closed, cleared and released before homes sign for the next, with what they know then; a home reads its net position from the chain and offers only what its newest plan differs from it.";

/** What comparing a managed day with one without a market leaves out. */
function managedNotes({ flows, flowsAlone }: Stage): string[] {
  const left = (days: readonly Flows[]) => sumOf(days, ({ storedWh }) => storedWh.at(-1) ?? 0) / 1000;
  return [
    "People say by noon of the day before when washer, dryer, dishwasher, car and heat pump may run; energy managers choose the time, with the market and without it.",
    `Batteries end the day with ${left(flows).toFixed(1)} kWh, without a market with ${left(flowsAlone).toFixed(1)} kWh: no bill counts the difference.`,
  ];
}
