import { DateTime } from "luxon";
import { describeBasis } from "../forecast/forecast.ts";
import type { HomeForecast } from "../forecast/net.ts";
import type { PlanJson } from "./hems/planJson.ts";

/** What a plan's action is called. */
export const DOES = {
  charge: "charges",
  discharge: "gives",
  heat: "heats",
  run: "runs",
  curtail: "feeds in less by",
} as const;
const kwh = (wh: number) => `${(wh / 1000).toFixed(2)} kWh`;

/** What the supplier is paid for what the meter sees, less what it pays, currency. */
export const energyCost = ({ slots }: PlanJson): number =>
  slots.reduce(
    (total, { gridWh, buyPrice, sellPrice }) => total + (gridWh * (gridWh > 0 ? buyPrice : sellPrice)) / 1000,
    0,
  );

/** A plan for the people of a home: what each device does, why, and what is missed. Times are the zone's. */
export function planText(plan: PlanJson, { load, pv }: HomeForecast, zone: string): string {
  const clock = (utc: string) => DateTime.fromISO(utc, { zone }).toFormat("ccc HH:mm");
  const [first, last] = [plan.slots[0]!, plan.slots.at(-1)!];
  const end = DateTime.fromISO(last.start, { zone }).plus({ seconds: plan.slotSeconds }).toFormat("ccc HH:mm");
  const sum = (of: (slot: PlanJson["slots"][number]) => number) =>
    plan.slots.reduce((total, slot) => total + of(slot), 0);
  const width = Math.max(...plan.actions.map(({ device }) => device.length), 6);
  const actions = plan.actions.map(({ device, does, from, to, energyWh, reason }) =>
    [`${clock(from)} - ${clock(to)}  ${device.padEnd(width)}  ${DOES[does]} ${kwh(energyWh)}`, `  ${reason}`].join(
      "\n",
    ),
  );
  return `${[
    `${plan.home}, ${clock(first.start)} to ${end} (${zone}), slots of ${plan.slotSeconds / 60} minutes`,
    `draws ${kwh(sum(({ gridWh }) => Math.max(0, gridWh)))}, feeds in ${kwh(sum(({ gridWh }) => Math.max(0, -gridWh)))}, for ${energyCost(plan).toFixed(2)} ${plan.currency}`,
    `with wear and missed wishes, less what storages hold in the end, the plan costs ${plan.cost.toFixed(2)} ${plan.currency}`,
    `load by ${describeBasis(load.basis)}; PV by ${describeBasis(pv.basis)}`,
    "",
    ...(actions.length > 0 ? actions : ["There is nothing to steer."]),
    "",
    ...(plan.missed.length > 0
      ? ["Missed:", ...plan.missed.map(({ sentence }) => `  ${sentence}`)]
      : ["Nothing is missed."]),
  ].join("\n")}\n`;
}
