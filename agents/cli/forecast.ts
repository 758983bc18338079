import { basename } from "node:path";
import { type Command, Option } from "commander";
import { Calendar, type CalendarDay } from "../data/days.ts";
import { describeGaps } from "../data/gapReport.ts";
import { InputError } from "../data/inputError.ts";
import type { MeterData } from "../data/meterData.ts";
import { flatPrices, readTariffCsv, tariffPrices } from "../data/tariff.ts";
import { scorableDays } from "../forecast/evaluate.ts";
import type { ImbalancePrices } from "../forecast/imbalanceCost.ts";
import { type ForecastRow, type ScoredForecasts, scoreForecasts } from "../forecast/scoreForecasts.ts";
import { columns, decimal } from "../report/columns.ts";
import { noonBefore } from "../simulation/dayTimes.ts";
import { SILENT } from "../simulation/progress.ts";
import { addMeterOptions, askedMeters, DATA_TEXT, type MeterOptions } from "./meterOptions.ts";
import { decimalNumber, isoDate, pricePerKwh, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";

interface ScoreOptions extends MeterOptions {
  readonly data: string;
  readonly tz: string;
  readonly from?: string;
  readonly to?: string;
  readonly history: number;
  readonly lead: number;
  readonly lat?: number;
  readonly lon?: number;
  readonly tariff?: string;
  readonly retail: number;
  readonly feedIn: number;
  readonly json?: boolean;
}

const NOTES = `
A day of a home is scored if all its readings are there, and some of each of the days before that the forecast wants.
Forecasts of the day are issued at noon of the day before; "slot" rows are issued --lead minutes before each slot begins.

Example:
  npm run -s commonwatt -- forecast score --data FILE.csv --tz America/Los_Angeles --lat 34.09 --lon -117.43`;

/** Adds the verb that holds forecasts against what was measured. */
export function addForecast(program: Command): void {
  const option = (flags: string, text: string, parse: (value: string) => unknown, value?: unknown) =>
    new Option(flags, text).argParser(parse).default(value);
  const forecast = program.command("forecast").description("forecasts of load and PV, held against measured homes");
  addMeterOptions(forecast.command("score"))
    .description("how wrong the default forecast and its control are on measured homes, and what that costs")
    .requiredOption("--data <file>", DATA_TEXT)
    .option("--tz <zone>", "time zone of the days: IANA name, or utc", "utc")
    .addOption(option("--from <date>", "first day to score (default: all)", isoDate("--from")))
    .addOption(option("--to <date>", "last day to score", isoDate("--to")))
    .addOption(option("--history <days>", "measured days wanted before a day", wholeNumber("--history", 1, 366), 21))
    .addOption(option("--lead <minutes>", "a slot is forecast so long before it", wholeNumber("--lead", 0, 1440), 5))
    .addOption(option("--lat <degrees>", "where the homes are, for PV", decimalNumber("--lat", -90, 90)))
    .addOption(option("--lon <degrees>", "east is positive", decimalNumber("--lon", -180, 180)))
    .option("--tariff <file>", "retail prices, CSV with start_utc and a price column")
    .addOption(option("--retail <price>", "retail price per kWh", pricePerKwh("--retail"), 287_200))
    .addOption(option("--feed-in <price>", "feed-in price per kWh", pricePerKwh("--feed-in"), 77_800))
    .option("--json", "print the scores as JSON and nothing else")
    .addHelpText("after", NOTES)
    .action(scoreVerb);
}

function scoreVerb(options: ScoreOptions): void {
  const { data, report } = askedMeters(options.data, options);
  const progress = options.json ? SILENT : new PhaseProgress();
  for (const line of describeGaps(report).slice(0, 1)) progress.phase(line);
  const days = scorableDays(data, daysOf(data, options), options.history).filter(({ day }) => wanted(day, options));
  if (days.length === 0) throw nothingToScore(options);
  const scored = scoreForecasts({
    ...{ data, days, progress, dayAheadCut: noonBefore, leadSeconds: options.lead * 60 },
    zone: options.tz,
    ...(options.lat !== undefined &&
      options.lon !== undefined && { location: { latitude: options.lat, longitude: options.lon } }),
    prices: pricesOf(options, data.slotSeconds),
  });
  if (progress instanceof PhaseProgress) progress.end();
  process.stdout.write(
    options.json ? `${JSON.stringify({ file: basename(options.data), ...scored }, null, 1)}\n` : tableOf(scored),
  );
}

/** Every whole local day from the first to the last reading. */
function daysOf(data: MeterData, { tz }: ScoreOptions): CalendarDay[] {
  const calendar = new Calendar(tz, data.slotSeconds);
  const days: CalendarDay[] = [];
  const end = data.firstSlot + data.slotCount;
  for (let day = calendar.dayAt(data.firstSlot); day.firstSlot < end; day = calendar.shift(day.date, 1)) days.push(day);
  return days;
}

const wanted = ({ date }: CalendarDay, { from, to }: ScoreOptions): boolean =>
  (from === undefined || date >= from) && (to === undefined || date <= to);

function nothingToScore({ data, history }: ScoreOptions): InputError {
  const remedy = "give readings of more days in a row, fewer --history days, or another --from and --to";
  return new InputError(`no home has a complete day after ${history} measured days`, { file: data }, remedy);
}

/** Retail and feed-in price of each day. */
function pricesOf(
  { tariff, retail, feedIn }: ScoreOptions,
  slotSeconds: number,
): (day: CalendarDay) => ImbalancePrices {
  const series = tariff === undefined ? undefined : readTariffCsv(tariff);
  return (day) => ({
    retailMicroPerKwh: series ? tariffPrices(series, day, slotSeconds) : flatPrices(retail, day.slotCount),
    feedInMicroPerKwh: flatPrices(feedIn, day.slotCount),
  });
}

const HEADER = ["of", "issued", "forecast", "MAE Wh", "nMAE", "pinball Wh 10/50/90", "cover %", "lost per home-day"];

/** The scores as a table for people. */
export function tableOf({ homes, homeDays, slotSeconds, rows, sumOfHomes, betterHomes }: ScoredForecasts): string {
  const cells = (row: ForecastRow) => [
    ...[row.quantity, row.issued, row.forecaster, decimal(row.maeWh, 1), decimal(row.nmae, 3)],
    [row.pinballWh.p10, row.pinballWh.p50, row.pinballWh.p90].map((wh) => decimal(wh, 1)).join(" / "),
    decimal(100 * row.coverage, 1),
    row.lostPerHomeDay === null ? "" : decimal(row.lostPerHomeDay, 3),
  ];
  const sums = sumOfHomes.map(({ forecaster, nmae, days }) => `${forecaster} ${decimal(nmae, 3)} (${days} days)`);
  return [
    `${homes} homes, ${homeDays} home-days, slots of ${slotSeconds / 60} minutes`,
    columns([HEADER, ...rows.map(cells)], 3),
    sums.length > 0 ? `nMAE of the load of all homes together, day-ahead: ${sums.join(", ")}` : "",
    `the default errs less than the control on the load of ${betterHomes} of ${homes} homes`,
    "",
  ]
    .filter((line, i, all) => line !== "" || i === all.length - 1)
    .join("\n");
}
