import { DateTime } from "luxon";
import { z } from "zod";
import { slotStart, slotToUtc } from "../../model/slots.ts";
import { marginalPrices, type PlanProblem } from "./problem.ts";
import { actionsOf, missedSentence } from "./reasons.ts";
import type { HomeSchedule } from "./schedule.ts";

/** Version of the plan's JSON; it rises when a field changes its meaning or goes. */
export const PLAN_VERSION = 1;

const wh = z.int();
const utc = z.iso.datetime();

/** The plan of a home as others read it. Energy in whole Wh, import and drawing positive; prices in currency per kWh. */
export const planSchema = z.object({
  version: z.literal(PLAN_VERSION),
  home: z.string(),
  issued: utc.describe("when the plan was made"),
  slotSeconds: z.int(),
  currency: z.string(),
  cost: z
    .number()
    .describe("expected cost of the plan, wear and missed wishes included, less what is left in storages"),
  kept: z.boolean().describe("whether it follows the plan before, because the best one would save too little"),
  slots: z.array(
    z.object({
      start: utc,
      gridWh: wh.describe("what the meter is expected to see"),
      curtailedWh: wh,
      buyPrice: z.number(),
      sellPrice: z.number(),
      devices: z
        .record(z.string(), z.object({ drawnWh: wh, level: z.number().optional() }))
        .describe("what each draws, and what it holds afterwards: Wh, or degrees"),
    }),
  ),
  actions: z.array(
    z.object({
      device: z.string(),
      does: z.enum(["charge", "discharge", "heat", "run", "curtail"]),
      from: utc,
      to: utc,
      energyWh: wh,
      reason: z.string(),
    }),
  ),
  missed: z.array(
    z.object({ device: z.string(), at: utc, what: z.string(), amount: z.number(), sentence: z.string() }),
  ),
});

export type PlanJson = z.infer<typeof planSchema>;

export interface PlanContext {
  /** Unix seconds. */
  readonly issued: number;
  readonly currency: string;
  /** The zone of the home's clock, for its sentences. */
  readonly zone: string;
  readonly kept?: boolean;
}

/** A schedule as JSON with its reasons. */
export function planJson(problem: PlanProblem, schedule: HomeSchedule, context: PlanContext): PlanJson {
  const { currency, zone, issued, kept = false } = context;
  const { firstSlot, slotCount, slotSeconds } = problem;
  const { buy, sell } = marginalPrices(problem);
  const start = (t: number) => slotToUtc(firstSlot + t, slotSeconds);
  const clock = (t: number) => DateTime.fromSeconds(slotStart(firstSlot + t, slotSeconds), { zone }).toFormat("HH:mm");
  return {
    version: PLAN_VERSION,
    home: problem.home,
    issued: `${new Date(issued * 1000).toISOString().slice(0, 19)}Z`,
    slotSeconds,
    currency,
    cost: Math.round(schedule.cost * 1e4) / 1e4,
    kept,
    slots: Array.from({ length: slotCount }, (_, t) => ({
      start: start(t),
      gridWh: schedule.gridWh[t]!,
      curtailedWh: schedule.curtailedWh[t]!,
      buyPrice: buy[t]!,
      sellPrice: sell[t]!,
      devices: Object.fromEntries(
        schedule.devices.map(({ id, drawnWh, level }) => [id, { drawnWh: drawnWh[t]!, ...levelOf(level, t) }]),
      ),
    })),
    actions: actionsOf(problem, schedule, currency, zone).map(({ from, to, ...action }) => ({
      ...action,
      from: start(from),
      to: start(to),
    })),
    missed: schedule.missed.map((missed) => ({
      device: missed.device,
      at: start(missed.slot),
      what: missed.what,
      amount: missed.amount,
      sentence: missedSentence(missed, clock),
    })),
  };
}

const levelOf = (level: Float64Array, t: number) =>
  level.length === 0 ? {} : { level: Math.round(level[t]! * 100) / 100 + 0 };
