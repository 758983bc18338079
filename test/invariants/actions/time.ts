import type { Action } from "../action.ts";
import type { Ghost } from "../ghost.ts";

/** Seconds at which something begins or ends. */
export function boundaries(ghost: Ghost): number[] {
  const { clearWindow } = ghost.driver.terms;
  const days = ghost.alive.flatMap((day) => [
    day.start,
    day.end,
    ghost.reportBy(day),
    ghost.reviseBy(day),
    ghost.hardBy(day),
    ...(day.acceptedAt === 0 ? [] : [ghost.settleFrom(day), ghost.unprovenFrom(day)]),
  ]);
  const sessions = ghost.sessions.flatMap(({ gate, outcomes }) => (outcomes ? [gate] : [gate, gate + clearWindow]));
  return [...days, ...sessions, ghost.readyAt].filter((second) => second > ghost.now).sort((a, b) => a - b);
}

/** Whether there is something that a boundary would cut short. */
function busy(ghost: Ghost): boolean {
  const quiet = ghost.sessions.some((session) => {
    const stage = ghost.stage(session);
    if (stage === "taking") return session.batches.flat().filter(({ live }) => live).length < session.members;
    return stage === "closed" && session.batches.length > 0;
  });
  const withLeaf = (day: (typeof ghost.alive)[number]) => (member: number) =>
    day.frozen || day.silent || ghost.now >= ghost.unprovenFrom(day) || !day.hidden.has(member);
  const open = ghost.alive.some((day) => {
    const waits =
      ghost.now >= day.end &&
      ghost.state(day) === "awaited" &&
      ghost.traders(day).length > 0 &&
      !day.frozen &&
      !day.silent;
    return waits || (["settleable", "missing"].includes(ghost.state(day)) && ghost.unsettled(day).some(withLeaf(day)));
  });
  return quiet || open;
}

/** The next call happens a second before the next boundary, at it, or a second after. */
export const jump: Action = async (ghost, dice) => {
  const next = boundaries(ghost)[dice.chance(70) ? 0 : 1];
  if (next === undefined || (busy(ghost) && !dice.chance(12))) return undefined;
  ghost.driver.clock.now = Math.max(ghost.now, next + dice.pick([-1, 0, 1, 1, 30])!);
  return "jumped";
};
