import { type Command, Option } from "commander";
import { build } from "../chain/artifacts.ts";
import { Calendar } from "../data/days.ts";
import { columns, decimal } from "../report/columns.ts";
import { sumOf } from "../report/figures.ts";
import { withAssignedDevices } from "../simulation/assigned.ts";
import type { AloneFigures, DayFigures, MeteredFigures } from "../simulation/dayFigures.ts";
import { type Progress, SILENT } from "../simulation/progress.ts";
import { STRATEGIES, type Strategy } from "../simulation/strategies.ts";
import { TIMESCALES, type Timescale } from "../simulation/timescales.ts";
import { liveWay, type TimescaleWay, WAYS } from "../simulation/timescaleWays.ts";
import { addMeterOptions, DATA_TEXT } from "./meterOptions.ts";
import { decimalNumber, isoDate, oneOf, pricePerKwh, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import type { RunOptions } from "./run.ts";
import { askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";
import { addGates, gatesOf, timescalesIn } from "./sessionOptions.ts";

interface WeekOptions extends Omit<RunOptions, "sessions"> {
  readonly days: number;
  readonly strategy: Strategy;
  readonly sessions?: readonly Timescale[];
}

const NOTES = `
Each day is lived from the same start with day-ahead sessions only, with intraday sessions too, with all three timescales,
and day-ahead with perfect foresight. --sessions names one choice instead.

Example:
  npm run -s commonwatt -- week --data FILE.csv --day 2016-08-22 --tz America/Los_Angeles`;

/** Adds the verb that compares timescales over some days. */
export function addWeek(program: Command): void {
  const option = (flags: string, text: string, parse?: (value: string) => unknown, value?: unknown) => {
    const added = new Option(flags, text).default(value);
    return parse ? added.argParser(parse) : added;
  };
  const command = addMeterOptions(program.command("week"))
    .description("some days with one, two and three timescales of trade, against no market and perfect foresight")
    .addOption(option("--data <file>", `${DATA_TEXT} (else homes are generated)`))
    .addOption(option("--day <date>", "first day, YYYY-MM-DD in the time zone", isoDate("--day")))
    .addOption(option("--days <n>", "number of days", wholeNumber("--days", 1, 366), 7))
    .addOption(option("--tz <zone>", "time zone of the days: IANA name, or utc"))
    .addOption(option("--homes <n>", "number of generated homes", wholeNumber("--homes", 1, 10_000)))
    .addOption(option("--seed <n>", "seed of everything random", wholeNumber("--seed", 0, 0xffff_ffff)))
    .addOption(option("--lat <degrees>", "where the homes are, for PV", decimalNumber("--lat", -90, 90)))
    .addOption(option("--lon <degrees>", "east is positive", decimalNumber("--lon", -180, 180)))
    .addOption(option("--tariff <file>", "retail prices of all homes: CSV with start_utc and a price column"))
    .addOption(option("--retail <price>", "retail price of all homes per kWh", pricePerKwh("--retail")))
    .addOption(option("--feed-in <price>", "feed-in price of all homes per kWh", pricePerKwh("--feed-in")))
    .addOption(
      option("--strategy <name>", `how homes bid: ${STRATEGIES.join(", ")}`, oneOf("--strategy", STRATEGIES), "hems"),
    );
  command.addOption(option("--sessions <names>", `one choice of ${TIMESCALES.join(",")} instead of all`, timescalesIn));
  addGates(command)
    .addOption(option("--json", "print the figures and nothing else"))
    .addHelpText("after", NOTES)
    .action(week);
}

/** A variant with the figures of its days. */
export interface VariantFigures {
  readonly name: string;
  readonly days: readonly DayFigures[];
}

async function week(options: WeekOptions): Promise<void> {
  const { json, sessions } = options;
  const progress = json ? SILENT : new PhaseProgress();
  const variants = sessions ? [{ name: sessions.join(", "), timescales: sessions, perfect: false }] : WAYS;
  await build();
  const found: VariantFigures[] = variants.map(({ name }) => ({ name, days: [] }));
  for (const date of datesOf(options)) {
    for (const [v, variant] of variants.entries()) {
      progress.phase(`${date ?? "the day"}, ${variant.name}`);
      found[v] = { name: variant.name, days: [...found[v]!.days, await liveDay(options, date, variant, progress)] };
    }
  }
  if (progress instanceof PhaseProgress) progress.end();
  const seed = options.seed ?? DEFAULT_SEED;
  process.stdout.write(
    json ? `${JSON.stringify({ seed, variants: found }, null, 1)}\n` : `seed ${seed}\n${tableOf(found)}`,
  );
}

function datesOf({ day, days, ...options }: WeekOptions): string[] {
  const first = day ?? askedCommunity(options).community.day.date;
  const calendar = new Calendar("utc", 86_400);
  return Array.from({ length: days }, (_, i) => calendar.shift(first, i).date);
}

async function liveDay(options: WeekOptions, date: string, way: TimescaleWay, progress: Progress): Promise<DayFigures> {
  const seed = options.seed ?? DEFAULT_SEED;
  const asked = askedCommunity({ ...options, day: date }).community;
  const community = options.strategy === "hems" ? withAssignedDevices(asked, seed) : asked;
  return liveWay(community, way, gatesOf(options), { seed, progress, strategy: options.strategy });
}

const HEADER = [
  "",
  "bills",
  "self-sufficient %",
  "met kWh",
  "local kWh",
  "contracts kWh",
  "short kWh",
  "unused kWh",
  "imbalance",
  "peak kW",
  "stored kWh",
];

/**
 * Rows with devices by habit, without market, and one per variant; money in currency, imbalance what the supplier got for it.
 * `met` is import and export that fall in the same slot behind different meters; `stored` what batteries hold as the days end.
 */
export function tableOf(variants: readonly VariantFigures[]): string {
  const [{ days }] = variants as [VariantFigures];
  const rows = [
    aloneRow("devices by habit", days, ({ byHabit }) => byHabit),
    aloneRow("no market", days, ({ withoutMarket }) => withoutMarket),
    ...variants.map(tradedRow),
  ];
  return `${columns([HEADER, ...rows], 1)}\n`;
}

const kwh = (wh: number) => decimal(wh / 1000, 1);
const money = (units: number) => decimal(units / 1e6, 2);
const peak = (all: readonly MeteredFigures[]) =>
  decimal(Math.max(...all.map(({ peakImportW }) => peakImportW)) / 1000, 1);
const share = (part: number, whole: number) => decimal((100 * part) / whole, 1);

function aloneRow(name: string, days: readonly DayFigures[], of: (day: DayFigures) => AloneFigures): string[] {
  const all = days.map(of);
  const [loadWh, importWh] = [sumOf(days, (day) => day.loadWh), sumOf(all, (day) => day.importWh)];
  return [
    ...[name, money(sumOf(all, ({ bill }) => bill)), share(loadWh - importWh, loadWh)],
    ...[kwh(sumOf(all, ({ metWh }) => metWh)), kwh(0), "", "", "", ""],
    ...[peak(all), kwh(sumOf(all, ({ storedWh }) => storedWh))],
  ];
}

function tradedRow({ name, days }: VariantFigures): string[] {
  const sum = (of: (day: DayFigures) => number) => sumOf(days, of);
  return [
    ...[name, money(sum(({ billWith }) => billWith))],
    share(
      sum((day) => day.loadWh - day.importWh + day.localWh),
      sum(({ loadWh }) => loadWh),
    ),
    ...(["metWh", "localWh", "boughtWh", "shortWh", "unusedWh"] as const).map((name) => kwh(sum((day) => day[name]))),
    ...[money(sum(({ imbalance }) => imbalance)), peak(days), kwh(sum(({ storedWh }) => storedWh))],
  ];
}
