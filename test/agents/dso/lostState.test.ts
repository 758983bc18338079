import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../../agents/dso/dso.ts";
import { ReadingsLedger } from "../../../agents/dso/ledger.ts";
import { flowsOf } from "../../../agents/dso/readings.ts";
import { ReportLedger, saltOf } from "../../../agents/dso/reports.ts";
import { keccakOf } from "../../../agents/model/keccak.ts";
import type { ReadingsMessage } from "../../../agents/mqtt/messages.ts";
import { Store } from "../../../agents/store/store.ts";

const SLOTS = 24;
const DAY = 100;
const [MEMBERS, SECONDS, PACKET_WH] = [3, 3600, 50];
const newFile = () => join(mkdtempSync(join(tmpdir(), "commonwatt-dso-")), "dso.sqlite");

/** What a meter publishes of a UTC day, of which it has read so many slots. */
function message(member: number, utcDay: number, slots = SLOTS): ReadingsMessage {
  const wh = (t: number) => (t < slots ? 100 * member + 7 * t + utcDay : null);
  const importWh = Array.from({ length: SLOTS }, (_, t) => wh(t));
  const exportWh = importWh.map((value) => value && value % 60);
  return { schema: "commonwatt-readings/1", firstSlot: utcDay * SLOTS, importWh, exportWh };
}

/** The report of the day from what the ledger holds, estimated from `back` days before. */
function made(readings: ReadingsLedger, back = 2) {
  const members = Array.from({ length: MEMBERS }, (_, i) => i + 1);
  const day = (member: number, utcDay: number) => readings.day(member, utcDay * SLOTS, SLOTS, SECONDS);
  const history = (member: number) => Array.from({ length: back }, (_, i) => day(member, DAY - back + i));
  const flows = members.map((member) => flowsOf(day(member, DAY), PACKET_WH, history(member)));
  const salts = members.map((member) => saltOf("secret", "0x12", 1, member));
  const header = { feeder: keccakOf("feeder"), day: 1, firstSlot: DAY * SLOTS, count: SLOTS, revision: 0, epoch: 1 };
  return reportOf(header, flows, salts);
}

const heard = (store: Store, utcDays: readonly number[], slots = SLOTS): ReadingsLedger => {
  const readings = new ReadingsLedger(store);
  for (const utcDay of utcDays)
    for (let member = MEMBERS; member > 0; member--) readings.add(member, utcDay, message(member, utcDay, slots));
  return readings;
};

describe("a DSO whose state is overwritten with garbage still gives the leaves of the report that the chain has", () => {
  const damages: [string, (file: string) => void][] = [
    ["garbled", (file) => writeFileSync(file, "garbled ".repeat(2000))],
    ["truncated", (file) => truncateSync(file, 5000)],
    ["deleted", (file) => rmSync(file)],
  ];

  it.each(damages)("%s: the copy beside it has them, estimates included", (_, damage) => {
    const file = newFile();
    const store = new Store(file);
    heard(store, [DAY - 2, DAY - 1]);
    const estimated = made(heard(store, [DAY], SLOTS - 3));
    expect(estimated.report.estimated).toBe(3 * MEMBERS);
    new ReportLedger(store).keep(estimated);
    store.close();
    damage(file);
    const again = new Store(file);
    const ledger = new ReportLedger(again);
    const { report: kept, leaves } = ledger.kept(1, 0)!;
    expect(kept).toEqual(estimated.report);
    expect(leaves.root).toBe(estimated.report.root);
    expect(made(heard(again, [DAY])).report.root).not.toBe(kept.root); // the readings alone would not give it
    ledger.forgetBefore(2);
    expect(ledger.kept(1, 0)).toBeUndefined();
    expect(readdirSync(`${file}.reports`)).toEqual([]);
    again.close();
  });

  it("with the copy lost too: complete readings, published again in any order, give the same root", () => {
    const [first, second] = [new Store(newFile()), new Store(newFile())];
    const { root } = made(heard(first, [DAY - 1, DAY])).report;
    const readings = heard(second, [DAY], 5);
    expect(made(readings).report.root).not.toBe(root); // too few so far: those leaves must not be given away
    for (const member of [2, 1, 3, 1]) readings.add(member, DAY, message(member, DAY));
    expect(made(readings).report.root).toBe(root);
    expect(readings.contradictions).toBe(0);
  });

  it("a copy that is damaged itself counts as lost", () => {
    const file = newFile();
    const store = new Store(file);
    const ledger = new ReportLedger(store);
    ledger.keep(made(heard(store, [DAY])));
    const copy = join(`${file}.reports`, "1-0.json");
    expect(existsSync(copy)).toBe(true);
    truncateSync(copy, 100);
    expect(ledger.kept(1, 0)).toBeDefined();
    store.close();
    rmSync(file);
    expect(new ReportLedger(new Store(file)).kept(1, 0)).toBeUndefined();
  });
});
