import { join } from "node:path";
import { type Command, Option } from "commander";
import { baselineOfDay } from "../bench/baseline.ts";
import { BUILDING, build } from "../chain/artifacts.ts";
import { type Chain, inProcessChain, rpcChain } from "../chain/chain.ts";
import { FUND_RULES } from "../chain/deploy.ts";
import { checkResult } from "../report/check.ts";
import { orderCount } from "../report/figures.ts";
import type { Result } from "../report/result.ts";
import { renderTable } from "../report/table.ts";
import { writeReport } from "../report/write.ts";
import { withAssignedDevices } from "../simulation/assigned.ts";
import type { Community } from "../simulation/community.ts";
import type { FundRule } from "../simulation/communityTerms.ts";
import { dayResult } from "../simulation/dayResult.ts";
import { chainStartFor } from "../simulation/dayTimes.ts";
import { liveMarketDay } from "../simulation/marketDay.ts";
import { SILENT } from "../simulation/progress.ts";
import { STRATEGIES, type Strategy } from "../simulation/strategies.ts";
import { TIMESCALES, type Timescale } from "../simulation/timescales.ts";
import { addMeterOptions, DATA_TEXT, type MeterOptions } from "./meterOptions.ts";
import { decimalNumber, isoDate, oneOf, pricePerKwh, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import { askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";
import { askedTimescales, liveSessions } from "./runSessions.ts";
import { addGates, type GateOptions, timescalesIn } from "./sessionOptions.ts";

/** Options of `run`, parsed; prices in micro-currency per kWh. */
export interface RunOptions extends MeterOptions, GateOptions {
  readonly data?: string;
  readonly day?: string;
  readonly tz?: string;
  readonly tariff?: string;
  readonly retail?: number;
  readonly feedIn?: number;
  readonly tariffs?: "mixed";
  readonly homes?: number;
  readonly seed?: number;
  readonly strategy?: Strategy;
  readonly packetWh?: number;
  readonly lat?: number;
  readonly lon?: number;
  readonly fundRule?: FundRule;
  readonly out?: string;
  readonly rpc?: string;
  readonly chainId?: number;
  readonly json?: boolean;
  readonly mode?: Mode;
  readonly allowanceW?: number;
  readonly sessions?: true | readonly Timescale[];
}

/** How a day is lived: by prices, by requests, or both and without sharing, beside each other. */
export const MODES = ["market", "commons", "compare"] as const;
export type Mode = (typeof MODES)[number];

const EXAMPLES = `
Examples:
  npm start                                    20 generated homes
  npm start -- --data FILE.csv --day 2016-08-24 --tz America/Los_Angeles
  npm start -- --retail 0.30 --feed-in 0.08    everyone with the same flat prices
  npm start -- --sessions                      day-ahead, intraday and real-time sessions instead of one
  npm start -- --mode commons                  the same day without prices, by requests
  npm start -- --mode compare                  no sharing, market and commons side by side

A chain's clock is moved over the whole dispute window: in-process, hardhat node and anvil can do that.
The key of who pays on --rpc is read from COMMONWATT_KEY; without it the node's first account pays.`;

/** Adds the verb that lives one market day. */
export function addRun(program: Command): void {
  const option = (flags: string, text: string, parse?: (value: string) => unknown) => {
    const added = new Option(flags, text);
    return parse ? added.argParser(parse) : added;
  };
  const command = addMeterOptions(program.command("run"))
    .description("live one whole day of a community as a market, and report what it was worth to whom")
    .addOption(option("--data <file>", `${DATA_TEXT} (else homes are generated)`))
    .addOption(option("--day <date>", "day to trade, YYYY-MM-DD in the time zone", isoDate("--day")))
    .addOption(
      option("--mode <name>", `how the day is lived: ${MODES.join(", ")} (default market)`, oneOf("--mode", MODES)),
    )
    .addOption(
      option(
        "--allowance-w <n>",
        "commons: import that requests may count on, W a home (default 500)",
        wholeNumber("--allowance-w", 0, 100_000),
      ),
    )
    .addOption(option("--tz <zone>", "time zone of the day: IANA name, or utc (default for measured homes)"))
    .addOption(option("--tariff <file>", "retail prices of all homes: CSV with start_utc and a price column"))
    .addOption(option("--retail <price>", "retail price of all homes, EUR/kWh", pricePerKwh("--retail")))
    .addOption(option("--feed-in <price>", "feed-in price of all homes, EUR/kWh", pricePerKwh("--feed-in")))
    .addOption(
      option("--tariffs <mixed>", "different tariffs, dealt out by the seed (default)", oneOf("--tariffs", ["mixed"])),
    )
    .addOption(option("--homes <n>", "number of generated homes (default 20)", wholeNumber("--homes", 1, 10_000)))
    .addOption(
      option(
        "--seed <n>",
        `seed of everything random (default ${DEFAULT_SEED})`,
        wholeNumber("--seed", 0, 0xffff_ffff),
      ),
    )
    .addOption(
      option(
        "--strategy <name>",
        `how homes bid: ${STRATEGIES.join(", ")} (default hems)`,
        oneOf("--strategy", STRATEGIES),
      ),
    )
    .addOption(
      option(
        "--packet-wh <n>",
        "Wh of a packet (default: 10, or more for large connections)",
        wholeNumber("--packet-wh", 1, 1_000_000),
      ),
    )
    .addOption(option("--lat <degrees>", "where the homes are, for the PV forecast", decimalNumber("--lat", -90, 90)))
    .addOption(option("--lon <degrees>", "east is positive", decimalNumber("--lon", -180, 180)))
    .addOption(
      option(
        "--fund-rule <name>",
        `what becomes of the fund: ${FUND_RULES.join(", ")} (default treasury)`,
        oneOf("--fund-rule", FUND_RULES),
      ),
    )
    .addOption(
      option(
        "--sessions [names]",
        `market: sessions of several timescales, ${TIMESCALES.join(",")} or some of them (default: one, day-ahead)`,
        timescalesIn,
      ),
    );
  addGates(command)
    .addOption(option("--out <dir>", "folder of the report (default out/<day>)"))
    .addOption(option("--rpc <url>", "use the hardhat node or anvil at this URL instead of an EVM in this process"))
    .addOption(
      option(
        "--chain-id <n>",
        "refuse any other chain at --rpc",
        wholeNumber("--chain-id", 1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(option("--json", "print result.json and nothing else"))
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const { mode = "market" } = options;
  const timescales = askedTimescales(options);
  if (mode !== "market") return (await import("./runCommons.ts")).runCommonsModes(mode, options);
  const progress = options.json ? SILENT : new PhaseProgress();
  const { strategy = "hems", seed = DEFAULT_SEED } = options;
  const { community: asked, warnings: known, gaps } = askedCommunity(options);
  const community = strategy === "hems" ? withAssignedDevices(asked, seed) : asked;
  const warnings = [...known, ...assignedNotes(community)];
  progress.phase(`${community.label}; keys and whatever is random from seed ${options.seed ?? DEFAULT_SEED}`);
  for (const line of shortened(gaps)) progress.phase(line);
  const chain = await chainOf(options, community);
  try {
    progress.phase(BUILDING);
    await build();
    const { fundRule, packetWh } = options;
    const market = { seed, progress, strategy, ...(fundRule && { fundRule }), ...(packetWh && { packetWh }) };
    const { lived, ways } = timescales
      ? await liveSessions(chain, community, timescales, options, market)
      : { lived: await liveMarketDay(chain, community, market), ways: null };
    progress.phase("reading the day back from the chain");
    const source = { ...(options.data !== undefined && { file: options.data }), warnings, ways };
    const result = await dayResult(lived, source);
    progress.phase("the same orders in a contract that stores and sorts them");
    print(checkResult({ ...result, baseline: await baselineFor(result) }), options);
  } finally {
    if (progress instanceof PhaseProgress) progress.end();
    chain.provider.destroy();
  }
}

/** What a reader has to know of devices that measured homes were assigned. */
export function assignedNotes(community: Community): Result["warnings"] {
  if (!community.assignedUses) return [];
  const text = "Batteries, and which loads can wait, are ASSIGNED to the measured homes by the seed, not their own.";
  return [{ about: "other", text }];
}

/** The plain contract's gas for the day, from a slot with as many orders as its slots have on average. */
async function baselineFor({ slots }: Result): Promise<Result["baseline"]> {
  const counts = slots.map((slot) => orderCount([slot])).filter((count) => count > 0);
  const orders = counts.reduce((sum, count) => sum + count, 0);
  return baselineOfDay(await inProcessChain(), orders, Math.min(200, Math.round(orders / Math.max(1, counts.length))));
}

const MOST_LINES = 12;

/** A long list cut short, with how much is left out. */
export function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `... and ${lines.length - MOST_LINES} more gaps`];
}

/** Throws ChainError for an RPC that does not answer, has another chain id, or nobody to pay. */
export async function chainOf({ rpc, chainId }: RunOptions, { day }: Community): Promise<Chain> {
  if (rpc === undefined) return inProcessChain(chainStartFor(day));
  const key = process.env.COMMONWATT_KEY;
  return rpcChain(rpc, { ...(key && { key }), ...(chainId !== undefined && { chainId: BigInt(chainId) }) });
}

function print(result: Result, { json, out }: RunOptions): void {
  const folder = out ?? join("out", result.run.day);
  const files = json && out === undefined ? [] : writeReport(result, folder);
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
    return;
  }
  const page = files.find((file) => file.endsWith("report.html"));
  process.stdout.write(`${renderTable(result)}\nThe report is in ${folder}: open ${page} in a browser.\n`);
}
