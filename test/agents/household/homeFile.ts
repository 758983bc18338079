import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { csvOf } from "../../../agents/community/trialHomes.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";

/** A home with every device, without chain, key and market. Its readings end on Wednesday 2026-05-20, 00:00 UTC. */
export const HOME = `agent: household
name: h01
site: { zone: Europe/Berlin, connectionW: 17250, pvKw: 6, curtailable: true }
meters: { readings: readings.csv, home: h02 }
tariffs:
  grid: 0.36
  feedin: 0.0778
  zones:
    - { from: "23:00", to: "05:00", grid: 0.24 }
battery: { capacityWh: 8000, powerW: 4000, wearPerKwh: 0.04, startWh: 3000 }
loadpoints:
  - name: car
    capacityWh: 58000
    powerW: 11000
    startWh: 20000
    trips: [{ days: [mon, tue, wed, thu, fri], leave: "07:30", back: "17:15", wantedPercent: 60, usedWh: 9000 }]
hotwater: { capacityWh: 9000, powerW: 2000, comfortWh: 2000, taps: [{ at: "07:00", heatWh: 1500 }] }
heating: { powerW: 2500, lossWPerDegree: 180, heldWhPerDegree: 9000, setbacks: [{ from: "22:00", to: "06:00", lowC: 18 }] }
appliances:
  - { name: washer, programme: washer, from: "09:00", to: "18:00" }
`;

const folder = mkdtempSync(join(tmpdir(), "commonwatt-home-"));
const { data } = generateCommunity({ homes: 4, slotSeconds: 1800, historyDays: 21, zone: "utc" });
writeFileSync(join(folder, "readings.csv"), csvOf(data));
let written = 0;

/** A home's file with this text, beside four homes' readings in slots of half an hour. */
export function homeFile(text = HOME): string {
  const file = join(folder, `home-${written++}.yaml`);
  writeFileSync(file, text);
  return file;
}
