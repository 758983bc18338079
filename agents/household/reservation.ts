import type { Battery } from "../devices/devices.ts";
import type { Flows } from "./battery.ts";
import { type Home, type HomePrices, pricesOf } from "./home.ts";
import type { Plan } from "./plan.ts";

/**
 * What one more kWh is worth to a home in each slot of its plan, micro-currency per kWh, from its own tariff and
 * devices alone: the honest price. Without trade the home buys at its retail price and is paid its feed-in price. So a
 * kWh it lacks is worth the retail price, a kWh it has too much the feed-in price. A battery moves this only where the
 * plan leaves it free to act in that very slot:
 * - a kWh lacked could come out of the battery: worth at most (value of what is stored + wear) / discharge efficiency;
 * - a kWh too much could go into it: worth at least value of what is stored x charge efficiency.
 *
 * Under the plain self-consumption rule, which no trade moves, the battery is empty or at its limit whenever the home
 * lacks, full or at its limit whenever it has too much: then these are the tariff's prices, and the battery changes
 * quantities only. A plan of an optimiser brings its own worths (`hems/fillWorths`).
 */
export interface Reservation {
  /** The most it would pay, rounded down. */
  readonly buyMicroPerKwh: Int32Array;
  /** The least it would take, rounded up. */
  readonly sellMicroPerKwh: Int32Array;
}

/** Reservation prices of every slot of a plan. Throws RangeError if the home's prices don't cover it. */
export function reservation(home: Home, plan: Plan): Reservation {
  if (plan.reservation) return plan.reservation;
  const prices = pricesOf(home, plan);
  const { battery } = home;
  const { retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn } = prices;
  if (!battery) return { buyMicroPerKwh: retail, sellMicroPerKwh: feedIn };
  const stored = storedValues(battery, plan.flows, prices);
  const { spareChargeWh, spareDischargeWh } = plan.flows;
  return {
    buyMicroPerKwh: retail.map((price, t) =>
      spareDischargeWh[t] ? Math.min(price, takenOut(battery, at(stored, t))) : price,
    ),
    sellMicroPerKwh: feedIn.map((price, t) =>
      spareChargeWh[t] ? Math.max(price, putIn(battery, at(stored, t))) : price,
    ),
  };
}

/**
 * Value of one more kWh in store at the end of each slot, micro-currency, by going back from the plan's end: it is used
 * in the next slot that imports (saves retail x discharge efficiency - wear), unless a slot comes first in which the
 * battery is full while surplus flows (then that much more flows out, paid the feed-in price). Neither before the end:
 * 0.
 */
function storedValues(battery: Battery, flows: Flows, prices: HomePrices): Int32Array {
  const values = new Int32Array(flows.importWh.length);
  for (let t = values.length - 2; t >= 0; t--)
    values[t] = valueOnward(battery, flows, prices, t + 1, at(values, t + 1));
  return values;
}

function valueOnward(battery: Battery, flows: Flows, prices: HomePrices, t: number, later: number): number {
  if (at(flows.importWh, t) > 0) return used(battery, at(prices.retailMicroPerKwh, t));
  if (at(flows.exportWh, t) === 0 || at(flows.spareChargeWh, t) > 0) return later;
  return Math.floor((at(prices.feedInMicroPerKwh, t) * 1000) / battery.chargePermille);
}

function used({ dischargePermille, wearMicroPerKwh }: Battery, retail: number): number {
  return Math.max(0, Math.floor(((retail - wearMicroPerKwh) * dischargePermille) / 1000));
}

/** What taking one kWh out costs: more than that leaves the store, and wear. */
function takenOut({ dischargePermille, wearMicroPerKwh }: Battery, stored: number): number {
  return Math.floor((stored * 1000) / dischargePermille) + wearMicroPerKwh;
}

/** What one kWh put in is worth. */
function putIn({ chargePermille }: Battery, stored: number): number {
  return Math.ceil((stored * chargePermille) / 1000);
}

function at(series: Int32Array, index: number): number {
  return series[index] as number;
}
