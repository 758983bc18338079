/**
 * Dies by SIGKILL at a named step, if COMMONWATT_KILL_AT asks for it: `outbox.signed` at its first time, or
 * `outbox.signed:3` at its third. Fault tests use it to die between two writes; without the variable it does nothing.
 */
export function crashPoint(step: string): void {
  const asked = process.env.COMMONWATT_KILL_AT;
  if (asked === undefined) return;
  const [name, times = "1"] = asked.split(":");
  if (name !== step) return;
  const seen = (counts.get(step) ?? 0) + 1;
  counts.set(step, seen);
  if (seen === Number(times)) process.kill(process.pid, "SIGKILL");
}

const counts = new Map<string, number>();

/** Every step at which a process may be made to die. */
export const CRASH_STEPS = [
  "outbox.intent",
  "outbox.signed",
  "outbox.sent",
  "outbox.included",
  "outbox.final",
  "household.profile",
  "relay.received",
  "dso.readings",
  "dso.signed",
  "keeper.chunk",
] as const;
