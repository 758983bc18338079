import { basename } from "node:path";
import { describeGaps, type GapReport } from "../data/gapReport.ts";
import { InputError } from "../data/inputError.ts";
import type { MeterData } from "../data/meterData.ts";
import { flatPrices, readTariffCsv, tariffPrices } from "../data/tariff.ts";
import type { Location } from "../forecast/clearSky.ts";
import type { HomePrices } from "../household/home.ts";
import type { Result } from "../report/result.ts";
import { whole } from "../report/units.ts";
import type { Community } from "../simulation/community.ts";
import { generateCommunity } from "../simulation/generated.ts";
import { type MeasuredTariffs, measuredCommunity } from "../simulation/measured.ts";
import { askedMeters } from "./meterOptions.ts";
import type { RunOptions } from "./run.ts";

/** The community that the options ask for, and what a reader must know of its input. */
export interface AskedCommunity {
  readonly community: Community;
  readonly warnings: Result["warnings"];
  /** The gap report of a measured file, line by line; none for a file without gaps. */
  readonly gaps: readonly string[];
}

/** Throws InputError for options that contradict each other, and for bad files. */
export function askedCommunity(options: RunOptions): AskedCommunity {
  checkOptions(options);
  return options.data === undefined ? synthetic(options) : measured(options, options.data);
}

function checkOptions({ data, day, homes, tariff, retail, feedIn, tariffs, lat, lon }: RunOptions): void {
  const refuse = (message: string, remedy: string) => {
    throw new InputError(message, {}, remedy);
  };
  if (data !== undefined && day === undefined)
    refuse("--data needs --day", "add the day to trade, such as --day 2016-08-24");
  if (data !== undefined && homes !== undefined)
    refuse("--homes is for generated homes", "leave out --homes or --data");
  if ((lat === undefined) !== (lon === undefined)) refuse("--lat and --lon belong together", "give both, in degrees");
  if (tariffs !== undefined && (tariff ?? retail ?? feedIn) !== undefined)
    refuse("--tariffs mixed excludes other prices", "leave out --tariff, --retail and --feed-in");
  if (tariff !== undefined && retail !== undefined)
    refuse("--tariff and --retail exclude each other", "give one of them");
  if ((tariff ?? retail) !== undefined && feedIn === undefined)
    refuse("the feed-in price is missing", "add --feed-in, per kWh");
  if (feedIn !== undefined && (tariff ?? retail) === undefined)
    refuse("the retail price is missing", "add --retail, per kWh, or --tariff FILE");
}

const located = ({ lat, lon }: RunOptions): { location?: Location } =>
  lat === undefined || lon === undefined ? {} : { location: { latitude: lat, longitude: lon } };

function synthetic(options: RunOptions): AskedCommunity {
  const { homes, seed, day, tz } = options;
  const community = generateCommunity({
    ...(homes !== undefined && { homes }),
    ...(seed !== undefined && { seed }),
    ...(day !== undefined && { date: day }),
    ...(tz !== undefined && { zone: tz }),
    ...located(options),
  });
  const asked = tariffsOf(options);
  return { community: asked.kind === "mixed" ? community : withPrices(community, asked), warnings: [], gaps: [] };
}

/** The same homes, all with the same prices. */
function withPrices(community: Community, asked: Exclude<MeasuredTariffs, { kind: "mixed" }>): Community {
  const { day, data, homes } = community;
  const flat = (micro: number) => flatPrices(micro, day.slotCount);
  const fromFile = asked.kind === "file";
  const prices: HomePrices = {
    firstSlot: day.firstSlot,
    retailMicroPerKwh: fromFile ? tariffPrices(asked.retail, day, data.slotSeconds) : flat(asked.retailMicroPerKwh),
    feedInMicroPerKwh: flat(fromFile ? (asked.feedIn as number) : asked.feedInMicroPerKwh),
  };
  const tariff = fromFile ? `of ${asked.retail.file}` : "the same flat prices for all";
  if (prices.retailMicroPerKwh.some((retail, t) => retail < prices.feedInMicroPerKwh[t]!))
    throw new InputError("the feed-in price is above the retail price", {}, "give a lower --feed-in");
  const currency = fromFile ? asked.retail.currency : community.currency;
  return { ...community, currency, homes: homes.map((home) => ({ ...home, tariff, prices })) };
}

function measured(options: RunOptions, file: string): AskedCommunity {
  const { data, report } = askedMeters(file, options);
  const tariffs = tariffsOf(options);
  const community = measuredCommunity({
    data,
    source: basename(file),
    date: options.day!,
    zone: options.tz ?? "utc",
    tariffs,
    onGap: "leave-out",
    ...located(options),
  });
  const warnings = [...gapWarnings(report), ...notesOf(report), ...leftOut(data, community)];
  if (tariffs.kind === "mixed") warnings.push({ about: "other", text: `Tariffs are ${tariffsIn(community)}.` });
  const gaps =
    report.missingReadings > 0 || report.unorderedRows > 0 || report.notes?.length ? describeGaps(report) : [];
  return { community, warnings, gaps };
}

type Warning = Result["warnings"][number];

/** What the file lacks, as one sentence. */
function gapWarnings({ missingReadings, expectedReadings, gaps, unorderedRows }: GapReport): Warning[] {
  const sorted = unorderedRows > 0 ? ` ${whole(unorderedRows)} rows were out of order and have been sorted.` : "";
  if (missingReadings === 0) return sorted === "" ? [] : [{ about: "gap", text: sorted.trim() }];
  const spans = gaps.length === 1 ? "one gap" : `${whole(gaps.length)} gaps`;
  const text =
    `From its first to its last slot the file lacks ${whole(missingReadings)} of ${whole(expectedReadings)} readings, ` +
    `in ${spans}: none was filled, forecasts do without them.${sorted}`;
  return [{ about: "gap", text }];
}

/** What reading the file had to count or take for granted. */
const notesOf = ({ notes = [] }: GapReport): Warning[] => notes.map((note) => ({ about: "other", text: `${note}.` }));

function leftOut(data: MeterData, { homes }: Community): Warning[] {
  const ids = data.homes.map(({ id }) => id).filter((id) => !homes.some((home) => home.id === id));
  if (ids.length === 0) return [];
  return [{ about: "gap", text: `Left out, for readings missing on the day itself: ${ids.join(", ")}.` }];
}

const tariffsIn = ({ label }: Community): string => label.slice(label.indexOf("; tariffs ") + "; tariffs ".length);

function tariffsOf({ tariff, retail, feedIn, seed }: RunOptions): MeasuredTariffs {
  if (tariff !== undefined) return { kind: "file", retail: readTariffCsv(tariff), feedIn: feedIn! };
  if (retail !== undefined)
    return { kind: "flat", currency: "EUR", retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn! };
  return { kind: "mixed", seed: seed ?? DEFAULT_SEED };
}

export const DEFAULT_SEED = 8;
