import type { Override, PlanProblem } from "./problem.ts";
import { type HomeSchedule, schedule } from "./schedule.ts";

/** A schedule with the slot it begins in. */
export interface Earlier {
  readonly firstSlot: number;
  readonly schedule: HomeSchedule;
}

/** What a new plan must save before an earlier one is given up, currency. */
export const LEAST_GAIN = 0.02;

/** A plan, and whether it follows the earlier one. */
export interface Replanned {
  readonly schedule: HomeSchedule;
  readonly kept: boolean;
  /** What the best plan would have saved against following the earlier one, currency; undefined without one. */
  readonly gain?: number;
}

/**
 * The best plan, unless following the earlier one costs hardly more with what is known now: then that, so that a plan
 * does not swing with every forecast. People's overrides count in both.
 */
export function replan(problem: PlanProblem, earlier?: Earlier, leastGain = LEAST_GAIN): Replanned {
  const best = schedule(problem);
  if (!earlier) return { schedule: best, kept: false };
  const followed = schedule({ ...problem, overrides: [...(problem.overrides ?? []), ...ordersOf(earlier, problem)] });
  const gain = followed.cost - best.cost;
  return gain < leastGain ? { schedule: followed, kept: true, gain } : { schedule: best, kept: false, gain };
}

/** The earlier schedule as orders, for the slots that both cover and people haven't decided themselves. */
function ordersOf({ firstSlot, schedule: { devices } }: Earlier, problem: PlanProblem): Override[] {
  const { slotSeconds, overrides = [], tasks } = problem;
  const end = problem.firstSlot + problem.slotCount;
  const isPeoples = (device: string, slot: number) =>
    overrides.some(
      (said) =>
        said.device === device && slot >= said.slots.firstSlot && slot < said.slots.firstSlot + said.slots.slotCount,
    );
  return devices.flatMap(({ id, kind, drawnWh }) => {
    const drawn = [...drawnWh].map((wh, t) => ({ slot: firstSlot + t, wh }));
    const mine = drawn.filter(
      ({ slot, wh }) =>
        slot >= problem.firstSlot && slot < end && !isPeoples(id, slot) && (kind !== "appliance" || wh > 0),
    );
    const known = tasks.some((task) => task.id === id);
    const orders = known
      ? mine.map(({ slot, wh }) => ({
          device: id,
          slots: { firstSlot: slot, slotCount: 1 },
          powerW: (wh * 3600) / slotSeconds,
        }))
      : [];
    return kind === "appliance" ? orders.slice(0, 1) : orders;
  });
}
