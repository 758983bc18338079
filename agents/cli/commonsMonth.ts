import { type Command, Option } from "commander";
import { Calendar } from "../data/days.ts";
import { InputError } from "../data/inputError.ts";
import { columns } from "../report/columns.ts";
import { decimal, whole } from "../report/units.ts";
import {
  commonsMonth,
  FORECAST_VARIANTS,
  type ForecastVariant,
  type MonthFigures,
} from "../simulation/commonsMonth.ts";
import { DEFAULT_VOTE } from "../simulation/commonsSettings.ts";
import { actualFlows, type Community } from "../simulation/community.ts";
import { packetSize } from "../simulation/packetSize.ts";
import { SILENT } from "../simulation/progress.ts";
import { addMeterOptions, DATA_TEXT, type MeterOptions } from "./meterOptions.ts";
import { isoDate, pricePerKwh, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import { askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";

interface MonthFlags extends MeterOptions {
  readonly data: string;
  readonly day: string;
  readonly tz?: string;
  readonly days: number;
  readonly seed: number;
  readonly allowanceW: number;
  readonly retail: number;
  readonly json?: boolean;
}

/** Adds `commons month`: promises of a month of measured homes, with forecasts right and wrong. */
export function addCommonsMonth(commons: Command): void {
  const number = (flags: string, text: string, preset: number, least: number, most: number) =>
    new Option(flags, text).default(preset).argParser(wholeNumber(flags.split(" ")[0]!, least, most));
  addMeterOptions(commons.command("month"))
    .description("promises kept and broken over some weeks of measured homes, with forecasts right and wrong by 30 %")
    .addOption(new Option("--data <file>", DATA_TEXT).makeOptionMandatory())
    .addOption(
      new Option("--day <date>", "first day, YYYY-MM-DD in the time zone")
        .argParser(isoDate("--day"))
        .makeOptionMandatory(),
    )
    .option("--tz <zone>", "time zone of the days: IANA name, or utc (default)")
    .addOption(number("--days <n>", "days", 28, 1, 366))
    .addOption(number("--seed <n>", "seed of the assigned loads and of lots", DEFAULT_SEED, 0, 0xffff_ffff))
    .addOption(
      number("--allowance-w <n>", "import that requests may count on, W a home", DEFAULT_VOTE.allowanceW, 0, 100_000),
    )
    .addOption(
      new Option("--retail <price>", "what import costs, per kWh")
        .argParser(pricePerKwh("--retail"))
        .default(383_500, "0.3835"),
    )
    .option("--json", "print {seed, homes, days, variants: [figures of agents/simulation/commonsMonth.ts]}")
    .action(month);
}

async function month(options: MonthFlags): Promise<void> {
  const { json, seed, days, retail, allowanceW } = options;
  const progress = json ? SILENT : new PhaseProgress();
  const { community, warnings } = askedCommunity({ ...options, retail, feedIn: 0, mode: "commons" });
  const range = rangeOf(community, days);
  const flows = community.homes.map((home) => actualFlows(community, home));
  const packetWh = packetSize(community.homes, flows, community.data.slotSeconds);
  const variants: MonthFigures[] = [];
  const given = { packetWh, seed, vote: { ...DEFAULT_VOTE, allowanceW }, retailMicroPerKwh: retail };
  const live = (variant: ForecastVariant) =>
    commonsMonth(community, range, variant, { ...given, step: () => progress.step() });
  for (const variant of FORECAST_VARIANTS) {
    progress.phase(`forecast ${variant.name}`, range.slotCount);
    variants.push(await live(variant));
  }
  if (progress instanceof PhaseProgress) progress.end();
  const head = { seed, homes: community.homes.length, days, first: community.day.date, allowanceW, variants };
  if (json) process.stdout.write(`${JSON.stringify(head, null, 1)}\n`);
  else
    process.stdout.write(
      textOf(
        head,
        warnings.map(({ text }) => text),
      ),
    );
}

/** The slots of so many days from the community's day on. */
function rangeOf({ day, data, zone }: Community, days: number) {
  const last = new Calendar(zone, data.slotSeconds).shift(day.date, days - 1);
  const slotCount = last.firstSlot + last.slotCount - day.firstSlot;
  if (day.firstSlot + slotCount <= data.firstSlot + data.slotCount) return { firstSlot: day.firstSlot, slotCount };
  throw new InputError(
    `the readings end before ${last.date} does`,
    { value: `${days}` },
    "give fewer --days or an earlier --day",
  );
}

interface Month {
  readonly seed: number;
  readonly homes: number;
  readonly days: number;
  readonly first: string;
  readonly allowanceW: number;
  readonly variants: readonly MonthFigures[];
}

function textOf({ seed, homes, days, first, allowanceW, variants }: Month, warnings: readonly string[]): string {
  const kwh = (wh: number) => decimal(wh / 1000, 1);
  const rows: [string, (figures: MonthFigures) => string][] = [
    ["requests admitted", ({ admitted }) => whole(admitted)],
    ["  as emergencies", ({ emergencies }) => whole(emergencies)],
    ["promises kept by the deadline", ({ kept }) => whole(kept)],
    ["  of them with import beyond the allowance", ({ keptAtACost }) => whole(keptAtACost)],
    ["promises late or broken", ({ broken }) => whole(broken)],
    ["promised, kWh", ({ promisedWh }) => kwh(promisedWh)],
    ["beyond the allowance as metered, kWh", ({ beyondWh }) => kwh(beyondWh)],
    ["  as booked from the forecast, kWh", ({ announcedWh }) => kwh(announcedWh)],
    ["  what it cost, EUR", ({ costMicro }) => decimal(costMicro / 1e6, 2)],
    ["wanted and not given, kWh", ({ unmetWh }) => kwh(unmetWh)],
    ["from neighbours, kWh", ({ sharedWh }) => kwh(sharedWh)],
    ["from suppliers, kWh", ({ supplierWh }) => kwh(supplierWh)],
    ["peak at the feeder, kW", ({ peakW }) => decimal(peakW / 1000, 1)],
  ];
  const table = [
    ["", ...variants.map(({ forecast }) => forecast)],
    ...rows.map(([name, of]) => [name, ...variants.map(of)]),
  ];
  const title = `${homes} measured homes, ${days} days from ${first}, allowance ${allowanceW} W a home, seed ${seed}`;
  const notes = ["Loads that can wait are ASSIGNED to the homes by the seed, out of their readings.", ...warnings];
  return `${title}\n\n${columns(table, 1)}\n\n${notes.join("\n")}\n`;
}
