import { InputError } from "../data/inputError.ts";
import { flowFor } from "../devices/storage.ts";
import { addExchange } from "../optimiser/exchange.ts";
import { LinearModel, type Outcome } from "../optimiser/model.ts";
import { addStorage, type StorageVariables } from "../optimiser/storage.ts";
import { costOf, type Site, siteNet } from "./site.ts";

/** The cheapest day of the site, kWh per step; schedules are seldom unique, costs are. */
export interface Optimum {
  /** Pence. */
  readonly cost: number;
  readonly gridKwh: readonly number[];
  /** Discharge positive, charge negative. */
  readonly batteryKwh: readonly number[];
  readonly storedKwh: readonly number[];
  /** Whether prices made a mixed-integer model of it: a unit sold brings more than one bought costs, or one is below 0. */
  readonly isMixedInteger: boolean;
}

/**
 * The least cost with all of the day known before, by equations 4 to 6 of Petri et al. (2020) as corrected: what is
 * bought is paid at the buying price, what is sold at the selling price, and the battery loses what its efficiency
 * says. `endAtLeastKwh` is what must be stored at the end. Throws InputError if that can't be reached. `wear` is what a
 * kWh of discharge costs besides, pence; it is not in the cost.
 *
 * With 0 <= selling price <= buying price this is a linear program. Else it would be unbounded (buy and sell at once,
 * without end) or burn energy in the battery's losses, and binaries forbid that in the steps concerned.
 */
export function optimum(site: Site, endAtLeastKwh = site.endAtLeastKwh, wear = 0): Optimum {
  const model = new LinearModel();
  const battery = addStorage(model, site.battery, {
    steps: site.buyPrice.length,
    startStored: site.startKwh,
    endAtLeast: endAtLeastKwh,
    wear,
    burningPays: (step) => site.buyPrice[step]! < 0 || site.sellPrice[step]! < 0,
  });
  const net = siteNet(site);
  for (const [step, kwh] of net.entries()) addMeter(model, site, battery, kwh, step);
  const outcome = model.solve();
  if (outcome.status !== "optimal") throw unsolved(site, outcome, endAtLeastKwh);
  const storedKwh = battery.stored.map((variable) => outcome.values[variable]!);
  const batteryKwh = flowsOf(site, storedKwh);
  const gridKwh = net.map((kwh, step) => kwh - batteryKwh[step]!);
  return { cost: costOf(site, gridKwh), gridKwh, batteryKwh, storedKwh, isMixedInteger: model.hasIntegers };
}

/**
 * The battery's flows along what is stored. Where energy is worth nothing the model may hold a flow in a circle, which
 * costs the same and is left out here.
 */
function flowsOf({ battery, startKwh }: Site, storedKwh: readonly number[]): number[] {
  return storedKwh.map((stored, step) => flowFor(battery, stored - (storedKwh[step - 1] ?? startKwh)));
}

function addMeter(model: LinearModel, site: Site, battery: StorageVariables, net: number, step: number): void {
  const { buy, sell } = addExchange(model, {
    buyPrice: site.buyPrice[step]!,
    sellPrice: site.sellPrice[step]!,
    mostBuy: net + site.battery.mostIn,
    mostSell: site.battery.mostOut - net,
  });
  const flows = [
    [1, buy],
    [-1, sell],
    [-1, battery.in[step]!],
    [1, battery.out[step]!],
  ] as const;
  model.equal(flows, net);
}

function unsolved({ id }: Site, { status }: Outcome, endAtLeastKwh: number): InputError {
  return new InputError(
    `instance "${id}": no schedule leaves ${endAtLeastKwh} kWh in the battery at the end (${status})`,
    {},
    "ask for less at the end, start with more, or give the battery more power or a wider window",
  );
}
