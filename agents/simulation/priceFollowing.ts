import type { FlexibleLoad } from "../commons/flexible.ts";
import type { HomePrices } from "../household/home.ts";
import type { SlotRange } from "../model/slots.ts";

/** Wh that a load draws by slot of `range` if it runs by habit. Assumes that its window lies in the range. */
export function byHabit({ use, movedWh }: FlexibleLoad, range: SlotRange): number[] {
  const drawn = new Array<number>(range.slotCount).fill(0);
  for (const [t, wh] of movedWh.entries()) drawn[use.firstSlot + t - range.firstSlot]! += wh;
  return drawn;
}

/**
 * Wh that a load draws by slot of `range` if its home shifts it into its cheapest slots: a block to the cheapest start of its
 * window, a budget into the cheapest slots. Of equally cheap ones the earliest; where no shift saves anything it stays.
 */
export function byPrice(load: FlexibleLoad, range: SlotRange, prices: HomePrices, packetWh: number): number[] {
  const habit = byHabit(load, range);
  const price = (t: number) => prices.retailMicroPerKwh[range.firstSlot + t - prices.firstSlot]!;
  const costOf = (drawn: readonly number[]) => drawn.reduce((sum, wh, t) => (wh === 0 ? sum : sum + wh * price(t)), 0);
  const moved = load.spec.shape === "block" ? cheapestBlock(load, range, price) : cheapestBudget(load, range, price);
  const wh = moved.map((packets) => packets * packetWh);
  return costOf(wh) < costOf(habit) ? wh : habit;
}

type Price = (t: number) => number;

/** Packets by slot. */
function cheapestBlock({ spec }: FlexibleLoad, range: SlotRange, price: Price): number[] {
  const run = spec.packets / spec.perSlot;
  const starts = Array.from(
    { length: spec.deadline - spec.earliest - run + 1 },
    (_, i) => spec.earliest + i - range.firstSlot,
  );
  const cost = (start: number) =>
    Array.from({ length: run }, (_, i) => price(start + i)).reduce((sum, each) => sum + each, 0);
  const best = starts.reduce((found, start) => (cost(start) < cost(found) ? start : found));
  return Array.from({ length: range.slotCount }, (_, t) => (t >= best && t < best + run ? spec.perSlot : 0));
}

function cheapestBudget({ spec }: FlexibleLoad, range: SlotRange, price: Price): number[] {
  const packets = new Array<number>(range.slotCount).fill(0);
  const window = Array.from({ length: spec.deadline - spec.earliest }, (_, i) => spec.earliest + i - range.firstSlot);
  let left = spec.packets;
  for (const t of window.sort((a, b) => price(a) - price(b) || a - b)) {
    packets[t] = Math.min(left, spec.perSlot);
    left -= packets[t]!;
  }
  return packets;
}
