import { formatUtc } from "../model/slots.ts";
import type { OverrideCommand } from "../mqtt/deviceMessages.ts";
import type { Store } from "../store/store.ts";
import type { Override } from "./hems/problem.ts";
import { overrideOf } from "./homeProblem.ts";

const OVERRIDE = "override";
const HOURS = 2;

/** One that people gave over MQTT: it outlives a restart, one per device. */
interface Said {
  readonly powerW: number;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
}

/** Keeps a command; without times it counts from `now` (unix seconds) for two hours. Gives what counts, if any. */
export function takeOverride(store: Store, device: string, command: OverrideCommand, now: number): Said | undefined {
  if ("clear" in command) {
    store.delete(OVERRIDE, device);
    return undefined;
  }
  const from = command.from ?? formatUtc(Math.floor(now));
  const to = command.to ?? formatUtc(Math.floor(Date.parse(from) / 1000 + (command.hours ?? HOURS) * 3600));
  const said = { powerW: command.powerW, from, to };
  store.set(OVERRIDE, device, said);
  return said;
}

/** What people said and is not over at `now`. */
export function saidOverrides(store: Store, now: number, slotSeconds: number): Override[] {
  return store.list<Said>(OVERRIDE).flatMap(({ key, value: { powerW, from, to } }) => {
    if (Date.parse(to) / 1000 > now) return [overrideOf(key, from, to, powerW, slotSeconds)];
    store.delete(OVERRIDE, key);
    return [];
  });
}
