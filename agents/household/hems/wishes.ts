import type { FlexibleUse } from "../../commons/flexible.ts";
import type { Appliance } from "../../devices/devices.ts";
import type { SlotRange } from "../../model/slots.ts";
import type { Task } from "./problem.ts";

const PROGRAMMES: Readonly<Record<string, Appliance["programme"]>> = {
  "washing machine": "washer",
  dryer: "dryer",
  dishwasher: "dishwasher",
};

/** Several wishes of one device are told apart by this and a number. */
export const NEXT = " #";

/**
 * What people want of their devices within a plan as its tasks: a block is a programme, anything else a budget. A wish whose
 * window is not within the plan is left out: it is another plan's.
 */
export function tasksOf(
  wishes: readonly FlexibleUse[],
  { firstSlot, slotCount }: SlotRange,
  slotSeconds: number,
): Task[] {
  const seen = new Map<string, number>();
  const inside = wishes.filter(({ earliest, deadline }) => earliest >= firstSlot && deadline <= firstSlot + slotCount);
  return inside.flatMap((wish) => {
    const count = (seen.get(wish.device) ?? 0) + 1;
    const task = taskOf(wish, count === 1 ? wish.device : `${wish.device}${NEXT}${count}`, firstSlot, slotSeconds);
    if (task.length > 0) seen.set(wish.device, count);
    return task;
  });
}

function taskOf(wish: FlexibleUse, id: string, firstSlot: number, slotSeconds: number): Task[] {
  const { habitWh, shape, device } = wish;
  const [earliest, latestEnd] = [wish.earliest - firstSlot, wish.deadline - firstSlot];
  const wantedWh = habitWh.reduce((sum, wh) => sum + wh, 0);
  if (wantedWh === 0) return [];
  if (shape !== "block") {
    const mostWh = wish.mostWh ?? Math.max(...habitWh);
    return [{ kind: "budget", id, wantedWh, mostWh, earliest, latestEnd }];
  }
  const from = habitWh.findIndex((wh) => wh > 0);
  const profileWh = habitWh.slice(from, habitWh.findLastIndex((wh) => wh > 0) + 1);
  const appliance = { programme: PROGRAMMES[device] ?? "dishwasher", profileWh, spanSeconds: slotSeconds };
  return [{ kind: "appliance", id, appliance, earliest, latestEnd }];
}
