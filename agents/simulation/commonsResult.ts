import { basename } from "node:path";
import { homeOf } from "../data/meterData.ts";
import { owedOf } from "../model/costRules.ts";
import { slotToUtc } from "../model/slots.ts";
import { type CommonsResult, commonsSchema } from "../report/commonsResult.ts";
import { DEFAULT_GAS_CASES } from "../report/defaults.ts";
import { gasCost, sumOf } from "../report/figures.ts";
import { jsonInteger } from "../report/result.ts";
import type { LivedCommonsDay } from "./commonsDay.ts";
import { beyondOf, costOfWh } from "./commonsPromises.ts";
import { devicesOf } from "./memberResults.ts";
import { versions } from "./versions.ts";

/** What a result says that the day doesn't know. */
export interface CommonsSource {
  readonly file?: string;
  readonly warnings?: readonly string[];
}

/** The result of a commons' day; what the chain knows is read from it. Throws where it does not add up. */
export function commonsResult(lived: LivedCommonsDay, source: CommonsSource = {}): CommonsResult {
  const slots = slotResults(lived);
  const phases = phaseResults(lived);
  const { rules, terms } = lived.scene;
  const gas = sumOf(phases, (phase) => (phase.name === "setup" ? 0 : phase.gas));
  return commonsSchema.parse({
    schema: "commonwatt-commons/1",
    run: runOf(lived, source),
    rules: {
      ...{ rule: rules.rule, goal: rules.goal, shares: [...rules.shares], bufferShare: rules.bufferShare },
      importAllowance: rules.importAllowance,
      feederLimit: terms.feederLimit,
      emergencyQuota: rules.emergencyQuota,
    },
    members: memberResults(lived),
    slots,
    requests: requestResults(lived),
    promises: promisesOf(lived, slots),
    messages: lived.run.log.counts(),
    supplierChange: {
      equalGain: jsonInteger(lived.supplierChanges["equal-gain"], "supplierChange"),
      byUse: jsonInteger(lived.supplierChanges["by-use"], "supplierChange"),
    },
    phases,
    gasCosts: DEFAULT_GAS_CASES.map((stated) => gasCost(gas, stated)),
    warnings: [...(source.warnings ?? []), ...warningsOf(lived)],
  });
}

function runOf({ community, market, seed, chain }: LivedCommonsDay, { file }: CommonsSource): CommonsResult["run"] {
  return {
    source: community.origin === "generated" ? "synthetic" : "measured",
    file: file === undefined ? null : basename(file),
    seed,
    day: community.day.date,
    timeZone: community.zone.toLowerCase() === "utc" ? "UTC" : community.zone,
    slotSeconds: market.slotSeconds,
    packetWh: market.packetWh,
    token: { symbol: `t${community.currency}`, decimals: market.tokenDecimals },
    network: { name: chain.name, chainId: Number(chain.chainId), state: "first day" },
    versions: versions(),
  };
}

const total = (series: ArrayLike<number>): number => Array.from(series).reduce((sum, value) => sum + value, 0);

/** Series of a home over the day. */
function daySeries({ community: { data, day } }: LivedCommonsDay, series: Int32Array): Int32Array {
  const start = day.firstSlot - data.firstSlot;
  return series.subarray(start, start + day.slotCount);
}

function memberResults(lived: LivedCommonsDay): CommonsResult["members"] {
  const { community, scene, run, bills, changes, market } = lived;
  const ended = run.outcomes.flatMap(({ closed }) => closed.map(({ cell }) => cell.member));
  return community.homes.map((home, i) => {
    const flows = scene.world.flows[i]!;
    const bill = bills[i]!;
    const missed = sumOf(run.homes[i]!.clients, (client) => client.missed);
    const loadWh = total(daySeries(lived, homeOf(community.data, home.id).loadWh));
    const of = (name: string, value: bigint) => jsonInteger(value, `${name} of ${home.id}`);
    const [equalGainChange, byUseChange] = [changes["equal-gain"][i]!, changes["by-use"][i]!];
    return {
      id: home.id,
      devices: devicesOf(community, home),
      tariff: home.tariff,
      usedWh: loadWh - missed * market.packetWh,
      flexibleWh: total(flows.flexibleWh),
      importWh: total(flows.importWh),
      exportWh: total(flows.exportWh),
      received: total(bill.received),
      given: total(bill.given),
      requests: ended.filter((member) => member === i + 1).length,
      unmetPackets: missed,
      charged: of("charged", bill.charged),
      paidForFeedIn: of("paid", bill.paid),
      alone: of("alone", bill.alone),
      equalGain: of("equalGain", owedOf(bill) - equalGainChange),
      byUse: of("byUse", owedOf(bill) - byUseChange),
      equalGainChange: of("equalGainChange", equalGainChange),
      byUseChange: of("byUseChange", byUseChange),
    };
  });
}

function slotResults(lived: LivedCommonsDay): CommonsResult["slots"] {
  const { community, scene, run, bills, market } = lived;
  const { flows } = scene.world;
  const homes = community.homes.map(({ id }) => homeOf(community.data, id));
  const beyond = beyondOf(scene);
  const habit = habitWh(lived);
  const start = community.day.firstSlot - community.data.firstSlot;
  const sum = (of: (home: number) => number) => flows.reduce((all, _, i) => all + of(i), 0);
  return Array.from({ length: community.day.slotCount }, (_, t) => {
    const { balance, grants } = run.outcomes[t]!;
    const forecast = run.forecasts[t]!;
    const loadWh = sum((i) => homes[i]!.loadWh[start + t]!);
    return {
      start: slotToUtc(community.day.firstSlot + t, market.slotSeconds),
      ...{ source: forecast.source, baseload: forecast.baseload, plannedImport: forecast.import },
      ...{ served: balance.served, imported: balance.imported, beyondAllowance: balance.beyondAllowance },
      byClass: scene.rules.shares.map((_, level) =>
        sumOf(
          grants.filter((grant) => grant.level === level),
          ({ packets }) => packets,
        ),
      ),
      localPackets: run.local[t]!,
      baseWh: loadWh - habit[t]!,
      flexibleWh: sum((i) => flows[i]!.flexibleWh[t]!),
      habitWh: habit[t]!,
      pvWh: sum((i) => homes[i]!.pvWh[start + t]!),
      batteryWh: sum((i) => flows[i]!.batteryWh[t]!),
      importWh: sum((i) => flows[i]!.importWh[t]!),
      exportWh: sum((i) => flows[i]!.exportWh[t]!),
      sharedPackets: sumOf(bills, ({ received }) => received[t]!),
      beyondWh: beyond[t]!,
    };
  });
}

/** What all flexible loads would have drawn by habit, Wh by slot of the day. */
function habitWh({ scene, community: { day } }: LivedCommonsDay): number[] {
  const habit = new Array<number>(day.slotCount).fill(0);
  for (const { use, movedWh } of scene.loads.flat())
    for (const [t, wh] of movedWh.entries()) habit[use.firstSlot + t - day.firstSlot]! += wh;
  return habit;
}

function requestResults({ community, run, times }: LivedCommonsDay): CommonsResult["requests"] {
  return run.outcomes.flatMap(({ closed }) =>
    closed.map(({ cell, ending }) => ({
      member: community.homes[cell.member - 1]!.id,
      device: run.homes[cell.member - 1]!.clients[cell.client]!.name,
      shape: cell.block ? ("block" as const) : ("budget" as const),
      packets: promised(run, cell),
      perSlot: cell.perSlot,
      arrival: cell.arrival - times.firstSlot,
      deadline: cell.deadline - times.firstSlot,
      urgent: cell.urgent,
      ending,
    })),
  );
}

/** Packets that were given to a cell over its life, and those it was still promised. */
function promised(
  { outcomes }: LivedCommonsDay["run"],
  cell: LivedCommonsDay["run"]["outcomes"][number]["closed"][number]["cell"],
): number {
  const given = outcomes.flatMap(({ grants }) => grants.filter((grant) => grant.cell === cell));
  return sumOf(given, ({ packets }) => packets) + cell.left;
}

function promisesOf(lived: LivedCommonsDay, slots: CommonsResult["slots"]): CommonsResult["promises"] {
  const { run, market } = lived;
  const answers = run.log.messages.filter(({ kind }) => kind === "answer");
  const requests = requestResults(lived);
  const ended = (wanted: string) => requests.filter(({ ending }) => ending === wanted).length;
  return {
    asked: answers.length,
    admitted: answers.filter(({ text }) => text === "yes").length,
    rejected: answers.filter(({ text }) => text !== "yes").length,
    ...{ kept: ended("kept"), broken: ended("broken"), excused: ended("excused") },
    emergencies: requests.filter(({ urgent }) => urgent).length,
    promisedPackets: sumOf(requests, ({ packets }) => packets),
    beyondPackets: sumOf(slots, ({ beyondAllowance }) => beyondAllowance),
    beyondWh: sumOf(slots, ({ beyondWh }) => beyondWh),
    beyondCost: costOfWh(
      slots.map(({ beyondWh }) => beyondWh),
      market,
    ),
    unmetPackets: sumOf(run.homes, ({ clients }) => sumOf(clients, ({ missed }) => missed)),
  };
}

const PHASES = ["setup", "open", "forecast", "post", "allocate", "prove", "settle"] as const;

const phaseResults = ({ ledger }: LivedCommonsDay): CommonsResult["phases"] =>
  PHASES.map((name) => {
    const { transactions, gas } = ledger.phases.get(name) ?? { transactions: 0, gas: 0n };
    return { name, transactions, gas: jsonInteger(gas, `gas of ${name}`) };
  });

function warningsOf({ times, market, community, scene }: LivedCommonsDay): string[] {
  const warnings: string[] = [];
  if (times.offsetDays > 0)
    warnings.push(
      `The chain's clock can't go back, so the day was lived ${times.offsetDays} days later on it; all times here are the day's own.`,
    );
  if (market.packetWh !== 10) warnings.push(`A packet is ${market.packetWh} Wh here.`);
  if (scene.loads.every((own) => own.length === 0))
    warnings.push(
      "No home has a flexible load: nothing was asked of the commons, which shared surplus and batteries only.",
    );
  if (community.currency !== "EUR")
    warnings.push(`Prices are in ${community.currency}; read it wherever EUR is written.`);
  return warnings;
}
