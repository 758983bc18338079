import { type Command, Option } from "commander";
import { build } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { Calendar } from "../data/days.ts";
import { InputError } from "../data/inputError.ts";
import type { MeterData } from "../data/meterData.ts";
import { perfectForesight } from "../forecast/perfect.ts";
import { columns, decimal } from "../report/columns.ts";
import { sumOf } from "../report/figures.ts";
import { withAssignedDevices } from "../simulation/assigned.ts";
import { type AloneFigures, type DayFigures, dayFigures, type MeteredFigures } from "../simulation/dayFigures.ts";
import { chainStartFor } from "../simulation/dayTimes.ts";
import { type Progress, SILENT } from "../simulation/progress.ts";
import { agentForecasters, liveSessionedDay } from "../simulation/sessionedDay.ts";
import { STRATEGIES, type Strategy } from "../simulation/strategies.ts";
import { DEFAULT_GATES, type GateTimes, sessionsOf, TIMESCALES, type Timescale } from "../simulation/timescales.ts";
import { addMeterOptions, DATA_TEXT } from "./meterOptions.ts";
import { decimalNumber, isoDate, oneOf, pricePerKwh, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import type { RunOptions } from "./run.ts";
import { askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";

interface WeekOptions extends RunOptions {
  readonly days: number;
  readonly strategy: Strategy;
  readonly sessions?: readonly Timescale[];
  readonly dayAheadGate: number;
  readonly intradayGates: readonly number[];
  readonly realTimeGate: number;
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
  addGates(command, option)
    .addOption(option("--json", "print the figures and nothing else"))
    .addHelpText("after", NOTES)
    .action(week);
}

type OptionOf = (flags: string, text: string, parse?: (value: string) => unknown, value?: unknown) => Option;

/** Which timescales run, and when their gates close. */
function addGates(command: Command, option: OptionOf): Command {
  const { dayAheadHour, intradayHours, realTimeMinutes } = DEFAULT_GATES;
  const hour = wholeNumber("--day-ahead-gate", 0, 23);
  const minutes = wholeNumber("--real-time-gate", 2, 60);
  return command
    .addOption(option("--sessions <names>", `one choice of ${TIMESCALES.join(",")} instead of all`, timescalesIn))
    .addOption(option("--day-ahead-gate <hour>", "hour of the day before", hour, dayAheadHour))
    .addOption(option("--intraday-gates <hours>", "hours from midnight, negative before", hoursIn, intradayHours))
    .addOption(option("--real-time-gate <minutes>", "before each slot", minutes, realTimeMinutes));
}

function timescalesIn(text: string): Timescale[] {
  const names = text.split(",");
  const found = TIMESCALES.filter((timescale) => names.includes(timescale));
  if (found.length === new Set(names).size) return found;
  throw new InputError(
    `--sessions can't be "${text}"`,
    {},
    `give some of ${TIMESCALES.join(",")}, separated by commas`,
  );
}

function hoursIn(text: string): number[] {
  const hours = text.split(",").map(Number);
  if (/^-?\d+(,-?\d+)*$/.test(text) && hours.every((hour) => hour > -12 && hour < 24)) return hours;
  throw new InputError(`--intraday-gates can't be "${text}"`, {}, "give hours from -11 to 23, such as -4,6,12,18");
}

/** One way to hold the sessions of a day. */
interface Variant {
  readonly name: string;
  readonly timescales: readonly Timescale[];
  readonly perfect: boolean;
}

const VARIANTS: readonly Variant[] = [
  { name: "day-ahead only", timescales: ["day-ahead"], perfect: false },
  { name: "with intraday", timescales: ["day-ahead", "intraday"], perfect: false },
  { name: "all three", timescales: TIMESCALES, perfect: false },
  { name: "perfect foresight", timescales: ["day-ahead"], perfect: true },
];

/** A variant with the figures of its days. */
export interface VariantFigures {
  readonly name: string;
  readonly days: readonly DayFigures[];
}

async function week(options: WeekOptions): Promise<void> {
  const { json, sessions } = options;
  const progress = json ? SILENT : new PhaseProgress();
  const variants = sessions ? [{ name: sessions.join(", "), timescales: sessions, perfect: false }] : VARIANTS;
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

async function liveDay(options: WeekOptions, date: string, variant: Variant, progress: Progress): Promise<DayFigures> {
  const seed = options.seed ?? DEFAULT_SEED;
  const asked = askedCommunity({ ...options, day: date }).community;
  const community = options.strategy === "hems" ? withAssignedDevices(asked, seed) : asked;
  const { data, day } = community;
  const gates: GateTimes = {
    dayAheadHour: options.dayAheadGate,
    intradayHours: options.intradayGates,
    realTimeMinutes: options.realTimeGate,
  };
  const chain = await inProcessChain(chainStartFor(day));
  try {
    const sessions = sessionsOf(day, data.slotSeconds, variant.timescales, gates);
    const market = { seed, progress, strategy: options.strategy };
    const forecasters = variant.perfect
      ? (_: Timescale, readings: MeterData) => perfectForesight(readings)
      : agentForecasters(community);
    return dayFigures(await liveSessionedDay(chain, community, sessions, market, forecasters));
  } finally {
    chain.provider.destroy();
  }
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
