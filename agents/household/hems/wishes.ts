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

/** The same wishes, each with a name of its own: the second of a device is `device #2`. */
export function named(wishes: readonly FlexibleUse[]): FlexibleUse[] {
  const seen = new Map<string, number>();
  return wishes.map((wish) => {
    const count = (seen.get(wish.device) ?? 0) + 1;
    seen.set(wish.device, count);
    return count === 1 ? wish : { ...wish, device: `${wish.device}${NEXT}${count}` };
  });
}

/**
 * What people want of their devices within a plan as its tasks, under the names of the wishes (`named`): a block is a programme,
 * anything else a budget. A wish whose window is not within the plan is left out: it is another plan's.
 */
export function tasksOf(
  wishes: readonly FlexibleUse[],
  { firstSlot, slotCount }: SlotRange,
  slotSeconds: number,
): Task[] {
  const inside = wishes.filter(({ earliest, deadline }) => earliest >= firstSlot && deadline <= firstSlot + slotCount);
  return inside.flatMap((wish) => taskOf(wish, firstSlot, slotSeconds));
}

function taskOf(wish: FlexibleUse, firstSlot: number, slotSeconds: number): Task[] {
  const { habitWh, shape, device: id } = wish;
  const [earliest, latestEnd] = [wish.earliest - firstSlot, wish.deadline - firstSlot];
  const wantedWh = habitWh.reduce((sum, wh) => sum + wh, 0);
  if (wantedWh === 0) return [];
  if (shape !== "block") {
    const mostWh = wish.mostWh ?? Math.max(...habitWh);
    return [{ kind: "budget", id, wantedWh, mostWh, earliest, latestEnd }];
  }
  const from = habitWh.findIndex((wh) => wh > 0);
  const profileWh = habitWh.slice(from, habitWh.findLastIndex((wh) => wh > 0) + 1);
  const appliance = { programme: PROGRAMMES[id.split(NEXT)[0]!] ?? "dishwasher", profileWh, spanSeconds: slotSeconds };
  return [{ kind: "appliance", id, appliance, earliest, latestEnd }];
}
