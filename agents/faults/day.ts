import type { DayFacts } from "../chain/calendar.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { ISSUE_SECONDS, type Scene } from "./scene.ts";

/** The steps of a day, in order. */
export const STEPS = ["opened", "posted", "cleared", "reported", "settled", "closed"] as const;
export type Step = (typeof STEPS)[number];

export interface DayHooks {
  /** Called before the chain's time is moved to where the step can be done. */
  readonly before?: (step: Step, scene: Scene) => Promise<void> | void;
  /** Called once time is there, before waiting for the step. */
  readonly during?: (step: Step, scene: Scene) => Promise<void> | void;
  /** The day ends without a report: it is unwound. */
  readonly unreported?: boolean;
}

/** Lives one day of a scene. Gives the day; throws Error where it gets stuck. */
export async function liveDay(scene: Scene, hooks: DayHooks = {}): Promise<DayFacts> {
  const day = await nextDayOf(scene);
  const { oracle, dayBook } = scene.contracts;
  const step = async (name: Step, time: number | undefined, look: () => Promise<unknown>) => {
    await hooks.before?.(name, scene);
    if (time !== undefined) await scene.jumpTo(time);
    await hooks.during?.(name, scene);
    await scene.until(name, async () => (await look()) || undefined);
  };
  await step("opened", undefined, () => scene.sessionOf(day));
  const session = async () => (await scene.sessionOf(day))!;
  const { gate } = await session();
  await step("posted", gate - ISSUE_SECONDS, async () => (await session()).rows === scene.members);
  await step("cleared", gate, async () => (await session()).stage === "cleared");
  const facts = (await scene.calendar.day(day))!;
  const deadlines = () => oracle.deadlines(day);
  if (hooks.unreported) await step("reported", Number((await deadlines()).reportBy), async () => true);
  else await step("reported", facts.end, async () => (await oracle.status(day)).revisions > 0n);
  const settleFrom = hooks.unreported ? undefined : Number((await deadlines()).settleFrom);
  await step("settled", settleFrom, async () => (await dayBook.dayState(day)).unsettled === 0n);
  if (settleFrom === undefined) return facts;
  const closesAt = settleFrom + Number(await oracle.settleLimit());
  await step("closed", closesAt, async () => (await dayBook.dayState(day)).closed);
  return facts;
}

/** The first day that was not lived and whose gate is well ahead: a fault may have let one go by. */
async function nextDayOf(scene: Scene): Promise<number> {
  const passed = scene.now() % DAY_SECONDS > DAY_SECONDS / 2;
  if (passed) await toMidnight(scene);
  return scene.until("opened", async () => {
    const session = await scene.sessionOf(scene.nextDay);
    if (!session) return undefined;
    scene.nextDay++;
    if (session.gate - ISSUE_SECONDS / 2 > scene.now()) return session.day;
    await toMidnight(scene);
    return undefined;
  });
}

/** Once a gate has passed the operator opens no other before midnight. */
const toMidnight = (scene: Scene) => scene.jumpTo(Math.ceil(scene.now() / DAY_SECONDS) * DAY_SECONDS);
