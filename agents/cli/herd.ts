import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { build } from "../chain/artifacts.ts";
import { Calendar } from "../data/days.ts";
import { InputError } from "../data/inputError.ts";
import { type HerdResult, herdHtml, herdSchema, herdText } from "../report/herdResult.ts";
import { DEFAULT_VOTE } from "../simulation/commonsSettings.ts";
import { actualFlows, type Community } from "../simulation/community.ts";
import { flexibleUses } from "../simulation/flexibleUses.ts";
import { herdLevel } from "../simulation/herd.ts";
import { packetSize } from "../simulation/packetSize.ts";
import { SILENT } from "../simulation/progress.ts";
import { supplierPrices, syntheticWholesale } from "../simulation/supplierTariffs.ts";
import { addMeterOptions, DATA_TEXT } from "./meterOptions.ts";
import { isoDate, oneOf, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import type { RunOptions } from "./run.ts";
import { askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";

/** What the homes follow: the same tariff for all, or each its own. */
const FOLLOWED = ["day-night", "dynamic", "own"] as const;

interface HerdFlags extends Omit<RunOptions, "tariff"> {
  readonly follow: (typeof FOLLOWED)[number];
  readonly allowanceW: number;
  readonly shares: readonly number[];
  readonly report?: string;
}

/** Adds the verb that lets more and more homes follow the price. */
export function addHerd(program: Command): void {
  const whole = (flags: string, text: string, least: number, most: number) =>
    new Option(flags, text).argParser(wholeNumber(flags.split(" ")[0]!, least, most));
  addMeterOptions(program.command("herd"))
    .description(
      "0 to 100 % of homes follow the price on their own: the feeder's peak without sharing, with market and commons",
    )
    .option("--data <file>", `${DATA_TEXT} (else homes are generated)`)
    .addOption(new Option("--day <date>", "the day, YYYY-MM-DD in the time zone").argParser(isoDate("--day")))
    .option("--tz <zone>", "time zone of the day: IANA name, or utc (default for measured homes)")
    .addOption(whole("--homes <n>", "number of generated homes (default 20)", 1, 255))
    .addOption(whole("--seed <n>", `seed of everything random (default ${DEFAULT_SEED})`, 0, 0xffff_ffff))
    .addOption(
      new Option("--follow <tariff>", `what they follow: ${FOLLOWED.join(", ")}`)
        .argParser(oneOf("--follow", FOLLOWED))
        .default("day-night"),
    )
    .addOption(
      new Option("--shares <list>", "percent of homes that follow, rising")
        .argParser(sharesIn)
        .default([0, 25, 50, 75, 100], "0,25,50,75,100"),
    )
    .addOption(
      whole("--allowance-w <n>", "commons: import that requests may count on, W a home", 0, 100_000).default(
        DEFAULT_VOTE.allowanceW,
      ),
    )
    .option("--report <file>", "write a page with the peaks drawn")
    .option("--json", "print the result as JSON (agents/report/herdResult.ts) and nothing else")
    .action(herd);
}

function sharesIn(text: string): number[] {
  const shares = text.split(",").map(Number);
  const rising = shares.every(
    (share, i) => Number.isInteger(share) && share >= 0 && share <= 100 && (i === 0 || share > shares[i - 1]!),
  );
  if (rising) return shares;
  throw new InputError(`--shares can't be "${text}"`, {}, "give rising whole percentages, such as 0,25,50,75,100");
}

async function herd(options: HerdFlags): Promise<void> {
  const { json, report, follow, shares, allowanceW, seed = DEFAULT_SEED } = options;
  const progress = json ? SILENT : new PhaseProgress();
  const { community: asked } = askedCommunity(options);
  const community = withTariff(asked, follow, seed);
  await build();
  const flows = community.homes.map((home) => actualFlows(community, home));
  const packetWh = packetSize(community.homes, flows, community.data.slotSeconds, options.packetWh);
  const given = { seed, packetWh, vote: { ...DEFAULT_VOTE, allowanceW }, uses: flexibleUses(community) };
  progress.phase(`${community.label}; seed ${seed}`, shares.length);
  const levels: HerdResult["levels"] = [];
  for (const percent of shares) {
    levels.push(await herdLevel(community, percent, given));
    progress.step();
  }
  if (progress instanceof PhaseProgress) progress.end();
  const { label, homes, day, data } = community;
  const head = { schema: "commonwatt-herd/1", seed, homes: homes.length, day: day.date, label, tariff: follow };
  const result = herdSchema.parse({ ...head, slotSeconds: data.slotSeconds, levels });
  if (report !== undefined) {
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, herdHtml(result));
    process.stderr.write(`${report}\n`);
  }
  process.stdout.write(json ? `${JSON.stringify(result, null, 1)}\n` : herdText(result));
}

/** The community with the same tariff for all homes, unless each follows its own. */
function withTariff(community: Community, follow: HerdFlags["follow"], seed: number): Community {
  if (follow === "own") return community;
  const { day, data, zone } = community;
  const calendarDay = new Calendar(zone, data.slotSeconds).day(day.date);
  const prices = supplierPrices(follow, calendarDay, syntheticWholesale(seed, calendarDay, MIXED_SUNSHINE));
  return { ...community, currency: "EUR", homes: community.homes.map((home) => ({ ...home, tariff: follow, prices })) };
}

/** Sunshine that the synthetic wholesale price is drawn with, where it is not the generated day's own. */
const MIXED_SUNSHINE = 0.6;
