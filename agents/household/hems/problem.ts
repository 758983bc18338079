import type { Appliance, Battery, Car, HeatPump, Pv, Tank } from "../../devices/devices.ts";
import type { SlotRange } from "../../model/slots.ts";
import type { HomePrices } from "../home.ts";

/** A battery as it is when the plan begins. */
export interface BatteryTask {
  readonly kind: "battery";
  readonly id: string;
  readonly battery: Battery;
  readonly storedWh: number;
}

/** A car leaves at the beginning of a slot (index in the plan) and needs so much by then. */
export interface Trip {
  readonly slot: number;
  readonly wantedWh: number;
  /** Energy that the trip takes from its battery. */
  readonly usedWh: number;
}

export interface CarTask {
  readonly kind: "car";
  readonly id: string;
  readonly car: Car;
  readonly storedWh: number;
  /** Whether it is at its charger, per slot. */
  readonly plugged: readonly boolean[];
  readonly trips: readonly Trip[];
}

export interface TankTask {
  readonly kind: "tank";
  readonly id: string;
  readonly tank: Tank;
  readonly storedWh: number;
  /** Heat drawn from the tap, per slot. */
  readonly tapWh: readonly number[];
}

/** A programme to be run once between two slots (indices; the end is the first slot in which it must be over). */
export interface ApplianceTask {
  readonly kind: "appliance";
  readonly id: string;
  readonly appliance: Appliance;
  readonly earliest: number;
  readonly latestEnd: number;
}

export interface HeatPumpTask {
  readonly kind: "heatPump";
  readonly id: string;
  readonly pump: HeatPump;
  readonly insideC: number;
  /** Per slot: outside, and the band in which people are comfortable; wider while nobody is there. */
  readonly outsideC: readonly number[];
  readonly lowC: readonly number[];
  readonly highC: readonly number[];
}

/** Energy that a device is to draw between two slots (indices, the second excluded), in any of them, so much at most in each. */
export interface BudgetTask {
  readonly kind: "budget";
  readonly id: string;
  readonly wantedWh: number;
  /** The most it draws in a slot, Wh. */
  readonly mostWh: number;
  readonly earliest: number;
  readonly latestEnd: number;
}

/** A device with its state and what its people want of it within the plan. */
export type Task = BatteryTask | CarTask | TankTask | ApplianceTask | HeatPumpTask | BudgetTask;

/** People decide otherwise: a device draws this power in these slots; negative discharges; an appliance starts there. */
export interface Override {
  readonly device: string;
  readonly slots: SlotRange;
  readonly powerW: number;
}

/** What the local market is expected to ask and to bring, micro-currency per kWh, one per slot of the plan. */
export interface LocalPrices {
  readonly buyMicroPerKwh: ArrayLike<number>;
  readonly sellMicroPerKwh: ArrayLike<number>;
}

/** All that a plan of a home rests on. Series have one entry per slot. */
export interface PlanProblem extends SlotRange {
  readonly home: string;
  readonly slotSeconds: number;
  /** Expected load of everything that is no task, and expected PV; whole Wh. */
  readonly loadWh: ArrayLike<number>;
  readonly pvWh: ArrayLike<number>;
  readonly pv?: Pv;
  /** Retail and feed-in prices; they cover the slots. */
  readonly prices: HomePrices;
  readonly localPrices?: LocalPrices;
  readonly connectionW: number;
  /** Energy already bought (positive) and sold (negative) in the market, Wh. */
  readonly positionWh?: ArrayLike<number>;
  readonly tasks: readonly Task[];
  readonly overrides?: readonly Override[];
}

/**
 * What a missed wish costs in a plan, currency: far above any price of energy, so that wishes are met where they can be,
 * and finite, so that there is always a best plan.
 */
export const COMFORT = {
  /** Per kWh that a car lacks when it leaves. */
  carPerKwh: 2,
  /** Per kWh of hot water that was wanted and not there, and per kWh and hour below the comfortable store. */
  tapPerKwh: 2,
  tankPerKwhHour: 0.5,
  /** Per degree and hour below and above the band. */
  coldPerDegreeHour: 0.5,
  hotPerDegreeHour: 0.25,
  /** Per kWh of a budget that is not drawn. */
  budgetPerKwh: 2,
  /** Per programme that isn't run. */
  programme: 10,
  /** Per kWh beyond the connection. */
  connectionPerKwh: 20,
} as const;

/** The worth of stored energy after the plan's last slot: this share of the mean retail price. */
export const END_SHARE = 0.9;

/** The price at which a slot's energy is bought and sold at the margin, currency per kWh: the better of supplier and market. */
export function marginalPrices({ prices, firstSlot, slotCount, localPrices }: PlanProblem) {
  const start = firstSlot - prices.firstSlot;
  const each = (of: (t: number) => number) => Array.from({ length: slotCount }, (_, t) => of(t) / 1e6);
  return {
    buy: each((t) => Math.min(prices.retailMicroPerKwh[start + t]!, localPrices?.buyMicroPerKwh[t] ?? Infinity)),
    sell: each((t) => Math.max(prices.feedInMicroPerKwh[start + t]!, localPrices?.sellMicroPerKwh[t] ?? -Infinity)),
  };
}
