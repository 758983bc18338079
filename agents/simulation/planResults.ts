import { missedSentence } from "../household/hems/reasons.ts";
import type { HomeSchedule } from "../household/hems/schedule.ts";
import { NEXT } from "../household/hems/wishes.ts";
import { slotToUtc } from "../model/slots.ts";
import type { HomePlanResult, Result } from "../report/result.ts";
import { clock } from "../report/units.ts";
import type { LivedDay } from "./livedDay.ts";

/** What each home's devices kept to, null without energy managers. */
export function planResults({ stage, kept }: LivedDay): Result["homePlans"] {
  if (!kept) return null;
  const { community, market } = stage;
  const at = (slot: number) =>
    clock(slotToUtc(community.day.firstSlot + slot, market.slotSeconds), { timeZone: community.zone });
  return kept.map(({ schedule, loadWh, pvWh }, i): HomePlanResult => {
    const { prices } = community.homes[i]!;
    const { importWh, exportWh } = stage.flows[i]!;
    const battery = schedule.devices.find(({ kind }) => kind === "battery");
    return {
      member: community.homes[i]!.id,
      retail: [...prices.retailMicroPerKwh],
      feedIn: [...prices.feedInMicroPerKwh],
      loadWh: [...loadWh],
      pvWh: [...pvWh],
      devices: devicesOf(schedule),
      storedWh: battery ? Array.from(battery.level, Math.round) : null,
      gridWh: [...schedule.gridWh],
      meteredWh: Array.from(importWh, (wh, t) => wh - exportWh[t]!),
      missed: schedule.missed.map((missed) => missedSentence(missed, at)),
    };
  });
}

/** Several wishes of one device are one device here. */
function devicesOf({ devices }: HomeSchedule): HomePlanResult["devices"] {
  const byName = new Map<string, number[]>();
  for (const { id, drawnWh } of devices) {
    const name = id.split(NEXT)[0]!;
    const known = byName.get(name);
    byName.set(
      name,
      Array.from(drawnWh, (wh, t) => wh + (known?.[t] ?? 0)),
    );
  }
  return [...byName].map(([name, drawnWh]) => ({ name, drawnWh }));
}
