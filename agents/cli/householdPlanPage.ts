import { DateTime } from "luxon";
import { describeBasis } from "../forecast/forecast.ts";
import type { PlanJson } from "../household/hems/planJson.ts";
import type { PlanNow } from "../household/planNow.ts";
import { DOES, energyCost } from "../household/planText.ts";
import type { HomePlanPage } from "../report/homePlanHtml.ts";
import { decimal, kwh } from "../report/units.ts";

const MICRO = 1e6;

/** A home's plan as its page tells it. Times are the zone's. */
export function homePlanPage({ plan, problem, forecast: { load, pv } }: PlanNow, zone: string): HomePlanPage {
  const { slots, slotSeconds, home, currency } = plan;
  const day = (utc: string) => DateTime.fromISO(utc, { zone }).toFormat("ccc d LLL HH:mm");
  const sum = (of: (slot: PlanJson["slots"][number]) => number) => slots.reduce((total, slot) => total + of(slot), 0);
  const [draws, feeds] = [sum(({ gridWh }) => Math.max(0, gridWh)), sum(({ gridWh }) => Math.max(0, -gridWh))];
  const dearest = slots.reduce((most, slot) => (slot.buyPrice > most.buyPrice ? slot : most));
  const end = DateTime.fromISO(slots.at(-1)!.start, { zone }).plus({ seconds: slotSeconds });
  return {
    home,
    subtitle: `${day(slots[0]!.start)} to ${end.toFormat("ccc d LLL HH:mm")} (${zone}), slots of ${slotSeconds / 60} minutes`,
    heading: `${home} draws ${kwh(draws)} and feeds in ${kwh(feeds)}, for ${decimal(energyCost(plan), 2)} ${currency}.`,
    tiles: [
      ["cost of the plan", `${decimal(plan.cost, 2)} ${currency}`, "wear and missed wishes, less what stays stored"],
      ["most drawn in a slot", kwh(Math.max(0, ...slots.map(({ gridWh }) => gridWh))), "through the meter"],
      ["dearest price", `${decimal(dearest.buyPrice * 100, 1)} ct/kWh`, `from ${day(dearest.start)}`],
      ["things to do", String(plan.actions.length), "each with its reason below"],
      ...insideTiles(plan, problem.tasks),
    ],
    plan: {
      loadWh: Array.from(problem.loadWh),
      pvWh: slots.map(({ curtailedWh }, t) => problem.pvWh[t]! - curtailedWh),
      devices: problem.tasks.map(({ id }) => ({
        name: id,
        drawnWh: slots.map(({ devices }) => devices[id]!.drawnWh),
      })),
      retail: slots.map(({ buyPrice }) => Math.round(buyPrice * MICRO)),
      gridWh: slots.map(({ gridWh }) => gridWh),
      held: problem.tasks.flatMap((task) => {
        const fullWh = capacityOf(task);
        return fullWh === undefined ? [] : [{ name: task.id, wh: levelsOf(plan, task.id).map(Math.round), fullWh }];
      }),
    },
    times: { starts: slots.map(({ start }) => start), slotSeconds, timeZone: zone },
    actions: plan.actions.map(({ device, does, from, to, energyWh, reason }) => [
      ...[`${day(from)} to ${DateTime.fromISO(to, { zone }).toFormat("HH:mm")}`, device, DOES[does], kwh(energyWh)],
      reason,
    ]),
    missed: plan.missed.map(({ sentence }) => sentence),
    basis: [
      `Load by ${describeBasis(load.basis)}; PV by ${describeBasis(pv.basis)}.`,
      "Prices are the supplier's; devices hold what the home's file says. What neighbours may pay or ask is not in it.",
    ],
  };
}

type Task = PlanNow["problem"]["tasks"][number];

/** What a device holds when it is full, Wh; undefined of one that holds nothing. A heat pump's level is the inside temperature. */
function capacityOf(task: Task): number | undefined {
  if (task.kind === "battery") return task.battery.capacityWh;
  if (task.kind === "car") return task.car.capacityWh;
  return task.kind === "tank" ? task.tank.capacityWh : undefined;
}

const levelsOf = ({ slots }: PlanJson, id: string): number[] => slots.map(({ devices }) => devices[id]?.level ?? 0);

/** Between which temperatures the plan keeps the home. */
function insideTiles(plan: PlanJson, tasks: readonly Task[]): HomePlanPage["tiles"] {
  const pump = tasks.find(({ kind }) => kind === "heatPump");
  if (!pump) return [];
  const levels = levelsOf(plan, pump.id);
  const text = `${decimal(Math.min(...levels), 1)} to ${decimal(Math.max(...levels), 1)} °C`;
  return [["inside", text, "with the heat pump"]];
}
