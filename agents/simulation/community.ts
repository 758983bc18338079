import type { FlexibleUse } from "../commons/flexible.ts";
import type { DayRange } from "../data/days.ts";
import { HistoryView } from "../data/historyView.ts";
import { homeOf, type MeterData } from "../data/meterData.ts";
import type { Location } from "../forecast/clearSky.ts";
import { dispatch, type Flows, storedAtCut } from "../household/battery.ts";
import type { Home } from "../household/home.ts";
import type { MarketTerms } from "../household/market.ts";
import { finestScale, onScaleDown, onScaleUp, pricePerPacketDown, pricePerPacketUp } from "../model/prices.ts";

/** The homes of one feeder on one day, with their readings before and on it. */
export interface Community {
  readonly origin: "generated" | "measured";
  /** One sentence for every report: what is measured, what is synthetic, what was assigned. */
  readonly label: string;
  readonly currency: string;
  readonly zone: string;
  /** Where the sun is reckoned from, if known. */
  readonly location?: Location;
  readonly data: MeterData;
  /** The day that is traded, metered and settled. */
  readonly day: DayRange;
  readonly homes: readonly Home[];
  /** Loads that can wait which measured homes were assigned, over all readings. */
  readonly assignedUses?: readonly (readonly FlexibleUse[])[];
  /** What a generated community was generated from. */
  readonly generatedFrom?: GeneratedFrom;
}

/** Enough to draw a generated community's devices again. */
export interface GeneratedFrom {
  readonly homes: number;
  readonly seed: number;
  readonly historyDays: number;
}

/**
 * What a home's meter and battery do on the community's day: load and PV as they come, the battery by its rule from
 * what it holds at midnight. Nothing that was planned or traded enters. Assumes no missing readings on the day.
 */
export function actualFlows({ data, day }: Community, { id, battery }: Home): Flows {
  const { loadWh, pvWh } = homeOf(data, id);
  const start = day.firstSlot - data.firstSlot;
  const midnight = new HistoryView(data, id, day.firstSlot * data.slotSeconds);
  const stored = battery ? storedAtCut(midnight, battery) : 0;
  const ofDay = (series: Int32Array) => series.subarray(start, start + day.slotCount);
  return dispatch(ofDay(loadWh), ofDay(pvWh), data.slotSeconds, battery, stored);
}

/**
 * Terms under which every member's honest price is allowed: R is the dearest retail price of any member in the slot,
 * rounded up to the scale; F the lowest feed-in price, rounded down to it. Prices step as finely as 12 bits allow from
 * the lowest F of the day, or 0, to the highest R.
 */
export function marketTerms({ homes, data, day }: Community, packetWh: number, tokenDecimals: number): MarketTerms {
  const slots = Array.from({ length: day.slotCount }, (_, t) => t);
  const dearest = slots.map((t) => highest(homes.map(({ prices }) => prices.retailMicroPerKwh[t] as number)));
  const lowest = slots.map((t) => -highest(homes.map(({ prices }) => -(prices.feedInMicroPerKwh[t] as number))));
  const retail = dearest.map((micro) => pricePerPacketUp(micro, packetWh, tokenDecimals));
  const feedIn = lowest.map((micro) => pricePerPacketDown(micro, packetWh, tokenDecimals));
  const scale = finestScale(-highest(feedIn.map((price) => -price)), highest(retail));
  const retailPrice = retail.map((price) => onScaleUp(price, scale));
  const feedInPrice = feedIn.map((price) => onScaleDown(price, scale));
  return { slotSeconds: data.slotSeconds, packetWh, tokenDecimals, scale, retailPrice, feedInPrice };
}

function highest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value));
}
