import type { DayFacts, MarketFacts } from "../chain/calendar.ts";
import type { Battery } from "../devices/devices.ts";
import { formatUtc, slotToUtc } from "../model/slots.ts";
import type { Fill } from "./fills.ts";
import type { Home } from "./home.ts";
import type { MeterSeries } from "./meter.ts";
import type { SlotDecision } from "./traders.ts";

/** What a home publishes of itself, one JSON object per topic: for its people, not for the market. */

const SHOWN_SLOTS = 24;
export const PLAN_SCHEMA = "commonwatt-plan/1";

/** The session's decisions as sentences; `now` is the next one's. */
export function planState(
  day: DayFacts,
  first: number,
  decisions: readonly SlotDecision[],
  market: MarketFacts,
): object {
  const slots = decisions.map((decision, i) => ({
    start: slotToUtc(day.firstSlot + first + i, market.slotSeconds),
    say: sentence(decision, market),
  }));
  const said = slots.filter(({ say }) => say !== "");
  return { schema: PLAN_SCHEMA, now: said[0]?.say ?? "nothing to trade", slots: said };
}

function sentence(decision: SlotDecision, market: MarketFacts): string {
  if (decision.side === "none") return "";
  const { side, packets, price, reason } = decision;
  const amount = `${packets * market.packetWh} Wh`;
  const verb = side === "bid" ? "buy" : "sell";
  return `${verb} up to ${amount} at ${perKwh(price, market).toFixed(4)} per kWh: ${reason}`;
}

/** What was traded for the slots that are still to come. */
export function slotsState(day: DayFacts, fills: readonly Fill[], nowSlot: number, market: MarketFacts): object {
  const coming = fills.filter(({ slot }) => day.firstSlot + slot >= nowSlot);
  const slots = coming.slice(0, SHOWN_SLOTS).map(({ slot, packets, price }) => ({
    start: slotToUtc(day.firstSlot + slot, market.slotSeconds),
    tradedWh: packets * market.packetWh,
    perKwh: perKwh(price, market),
  }));
  const traded = coming.reduce((sum, { packets }) => sum + packets * market.packetWh, 0);
  return { schema: "commonwatt-slots/1", traded, slots };
}

/** The home's own tariff, and what its next trade costs. */
export function pricesState({ prices }: Home, fills: readonly Fill[], market: MarketFacts): object {
  const [retail, feedIn] = [prices.retailMicroPerKwh[0]! / 1e6, prices.feedInMicroPerKwh[0]! / 1e6];
  const next = fills[0];
  return {
    now: next ? perKwh(next.price, market) : retail,
    retail,
    feedIn,
    local: next ? perKwh(next.price, market) : null,
  };
}

/** Money at the clearing house, in whole units of the currency. */
export function billState(balance: bigint, locked: bigint, debt: bigint, { tokenDecimals }: MarketFacts): object {
  const units = (base: bigint) => Number(base) / 10 ** tokenDecimals;
  return { balance: units(balance), locked: units(locked), debt: units(debt) };
}

/** Registers, Wh, that only ever rise. */
export const energyState = (importWh: number, exportWh: number): object => ({ importWh, exportWh });

/**
 * State of charge, and until when this is to be believed: who steers a battery by it must leave it to its own control
 * after that, for then the agent is dead.
 */
export function batteryState(battery: Battery, storedWh: number, validUntil: number): object {
  const percent = Math.round((1000 * storedWh) / battery.capacityWh) / 10;
  return { percent, storedWh, capacityWh: battery.capacityWh, validUntil: formatUtc(validUntil) };
}

/** Sums of a series, nulls left out. */
export const sumsOf = ({ importWh, exportWh }: MeterSeries): { importWh: number; exportWh: number } => ({
  importWh: importWh.reduce<number>((sum, wh) => sum + (wh ?? 0), 0),
  exportWh: exportWh.reduce<number>((sum, wh) => sum + (wh ?? 0), 0),
});

function perKwh(price: number, { packetWh, tokenDecimals }: MarketFacts): number {
  return (price * 1000) / packetWh / 10 ** tokenDecimals;
}
