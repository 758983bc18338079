import { homeOf } from "../data/meterData.ts";
import type { MeterDay } from "../dso/readings.ts";
import type { RuleBills, WayName, WayResult } from "../report/compareResult.ts";
import { DEFAULT_CO2 } from "../report/defaults.ts";
import { gini } from "../report/fairness.ts";
import { sumOf } from "../report/figures.ts";
import type { GasCost } from "../report/result.ts";
import type { Community } from "./community.ts";

/** A day of a community in one way, as far as its meters and its money say. */
export interface LivedWay {
  readonly name: WayName;
  readonly community: Community;
  readonly flows: readonly (MeterDay & { readonly batteryWh: Int32Array })[];
  /** Wh of base load by slot: what is drawn beyond it, loads that can wait drew. */
  readonly baseWh: readonly number[];
  /** Wh of each slot that were drawn as neighbours'; and of each member over the day. */
  readonly matchedWh: readonly number[];
  readonly receivedWh: readonly number[];
  readonly unmetWh: readonly number[];
  readonly broken: WayResult["broken"];
  /** What each member owes, by rule; base units. */
  readonly bills: readonly { readonly rule: string; readonly bills: readonly number[] }[];
  readonly fundKept: number;
  readonly gas: { readonly used: number; readonly transactions: number; readonly costs: readonly GasCost[] };
}

const total = (series: ArrayLike<number>): number => Array.from(series).reduce((sum, value) => sum + value, 0);

/** What members used in each slot, Wh: what came through the meter, from the roof and out of the battery. */
export function usedWh({ community: { data, day, homes }, flows }: Pick<LivedWay, "community" | "flows">): number[][] {
  const start = day.firstSlot - data.firstSlot;
  return homes.map(({ id }, i) => {
    const { importWh, exportWh, batteryWh } = flows[i]!;
    const { pvWh } = homeOf(data, id);
    return Array.from(importWh, (wh, t) => wh - exportWh[t]! + pvWh[start + t]! + batteryWh[t]!);
  });
}

/** What members would have used, Wh: their readings of the day. */
export function readWh({ data, day, homes }: Community): number[] {
  const start = day.firstSlot - data.firstSlot;
  return homes.map(({ id }) => total(homeOf(data, id).loadWh.subarray(start, start + day.slotCount)));
}

/** The figures of a way; `alone` is what each member owes without sharing, base units. */
export function wayResult(way: LivedWay, alone: readonly number[]): WayResult {
  const { name, community, flows, broken, fundKept, gas } = way;
  const usedBySlot = usedWh(way);
  const slots = slotsOf(way, usedBySlot);
  const used = usedBySlot.map(total);
  const sum = (of: (slot: WayResult["slots"][number]) => number) => sumOf(slots, of);
  const most = (of: (slot: WayResult["slots"][number]) => number) => Math.max(0, ...slots.map(of));
  const watts = (energyWh: number) => Math.ceil((energyWh * 3600) / community.data.slotSeconds);
  const supplierWh = sum(({ importWh, matchedWh }) => importWh - matchedWh);
  const feederWh = sum(({ importWh, exportWh }) => Math.max(0, importWh - exportWh));
  const grams = (energyWh: number) => Math.floor((energyWh * DEFAULT_CO2.gramsPerKwh) / 1000);
  const local = flows.map(({ importWh }, i) => localShare(used[i]!, total(importWh), way.receivedWh[i]!));
  return {
    ...{ name, broken, fundKept, slots, supplierWh },
    usedWh: total(used),
    importWh: sum(({ importWh }) => importWh),
    exportWh: sum(({ exportWh }) => exportWh),
    matchedWh: total(way.matchedWh),
    coincidentWh: sum(({ importWh, exportWh }) => Math.min(importWh, exportWh)),
    batteryWh: sum(({ batteryWh }) => batteryWh),
    peakW: watts(most(({ importWh, exportWh }) => importWh - exportWh)),
    supplierPeakW: watts(most(({ importWh, matchedWh }) => importWh - matchedWh)),
    unmetWh: total(way.unmetWh),
    shares: { local, gini: gini(local), least: Math.min(...local) },
    bills: way.bills.map(({ rule, bills }) => ruleBills(rule, bills, alone)),
    co2: { boughtGrams: grams(supplierWh), feederGrams: grams(feederWh) },
    gas: { ...gas, costs: [...gas.costs] },
  };
}

function slotsOf(
  { community, flows, matchedWh, baseWh }: LivedWay,
  used: readonly (readonly number[])[],
): WayResult["slots"] {
  return Array.from({ length: community.day.slotCount }, (_, t) => ({
    importWh: sumOf(flows, ({ importWh }) => importWh[t]!),
    exportWh: sumOf(flows, ({ exportWh }) => exportWh[t]!),
    matchedWh: matchedWh[t]!,
    flexibleWh: Math.max(0, sumOf(used, (own) => own[t]!) - baseWh[t]!),
    batteryWh: sumOf(flows, ({ batteryWh }) => batteryWh[t]!),
  }));
}

/** Share of a member's use that no supplier delivered, 0 .. 1. */
const localShare = (used: number, importWh: number, receivedWh: number): number =>
  used === 0 ? 1 : Math.min(1, Math.max(0, 1 - Math.max(0, importWh - receivedWh) / used));

function ruleBills(rule: string, bills: readonly number[], alone: readonly number[]): RuleBills {
  const savings = bills.map((bill, i) => alone[i]! - bill);
  return {
    ...{ rule, bills: [...bills], total: total(bills), gini: gini(bills.map((bill) => Math.max(0, bill))) },
    savings: {
      least: Math.min(...savings),
      most: Math.max(...savings),
      worseOff: savings.filter((saved) => saved < 0).length,
    },
  };
}
