import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILDING, build } from "../chain/artifacts.ts";
import { checkResult } from "../report/check.ts";
import { commonsHtml } from "../report/commonsHtml.ts";
import type { CommonsResult } from "../report/commonsResult.ts";
import { commonsText } from "../report/commonsText.ts";
import { compareHtml } from "../report/compareHtml.ts";
import { compareText } from "../report/compareText.ts";
import { writeReport } from "../report/write.ts";
import { withAssignedDevices } from "../simulation/assigned.ts";
import { type CommonsDayOptions, type LivedCommonsDay, liveCommonsDay } from "../simulation/commonsDay.ts";
import { commonsResult } from "../simulation/commonsResult.ts";
import { DEFAULT_VOTE } from "../simulation/commonsSettings.ts";
import { compareResult } from "../simulation/compare.ts";
import { dayResult } from "../simulation/dayResult.ts";
import type { LivedDay } from "../simulation/livedDay.ts";
import { liveMarketDay } from "../simulation/marketDay.ts";
import { type Progress, SILENT } from "../simulation/progress.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import { assignedNotes, chainOf, type Mode, type RunOptions, shortened } from "./run.ts";
import { type AskedCommunity, askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";

/** Lives the asked day as a commons, or in all three ways. */
export async function runCommonsModes(mode: Exclude<Mode, "market">, options: RunOptions): Promise<void> {
  const progress = options.json ? SILENT : new PhaseProgress();
  const known = askedCommunity(options);
  const community = withAssignedDevices(known.community, options.seed ?? DEFAULT_SEED);
  const asked = { ...known, community, warnings: [...known.warnings, ...assignedNotes(community)] };
  progress.phase(`${asked.community.label}; keys and whatever is random from seed ${options.seed ?? DEFAULT_SEED}`);
  for (const line of shortened(asked.gaps)) progress.phase(line);
  progress.phase(BUILDING);
  await build();
  const live = mode === "commons" ? commonsDay : compareDay;
  const output = await live(options, asked, progress);
  if (progress instanceof PhaseProgress) progress.end();
  const folder = options.out ?? join("out", `${asked.community.day.date}-${mode}`);
  if (!options.json || options.out !== undefined) output.write(folder);
  const page = join(folder, mode === "commons" ? "report.html" : "compare.html");
  process.stdout.write(options.json ? output.json : `${output.text}\nOpen ${page} in a browser.\n`);
}

/** What a mode prints and writes. */
interface Output {
  readonly json: string;
  readonly text: string;
  readonly write: (folder: string) => void;
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

async function commonsDay(options: RunOptions, asked: AskedCommunity, progress: Progress): Promise<Output> {
  const { result } = await livedCommons(options, asked, progress);
  return {
    json: jsonOf(result),
    text: commonsText(result),
    write: (folder) => writeFiles(folder, { "result.json": jsonOf(result), "report.html": commonsHtml(result) }),
  };
}

async function livedCommons(
  options: RunOptions,
  asked: AskedCommunity,
  progress: Progress,
  alone?: CommonsDayOptions["alone"],
): Promise<{ lived: LivedCommonsDay; result: CommonsResult }> {
  const chain = await chainOf(options, asked.community);
  try {
    const seed = options.seed ?? DEFAULT_SEED;
    const lived = await liveCommonsDay(chain, asked.community, {
      seed,
      progress,
      ...chosen(options),
      ...(alone && { alone }),
    });
    const source = { ...fileOf(options), warnings: asked.warnings.map(({ text }) => text) };
    return { lived, result: commonsResult(lived, source) };
  } finally {
    chain.provider.destroy();
  }
}

const chosen = ({ allowanceW, packetWh }: RunOptions): Partial<CommonsDayOptions> => ({
  ...(allowanceW !== undefined && { vote: { ...DEFAULT_VOTE, allowanceW } }),
  ...(packetWh !== undefined && { packetWh }),
});

const fileOf = ({ data }: RunOptions) => (data === undefined ? {} : { file: data });

async function compareDay(options: RunOptions, asked: AskedCommunity, progress: Progress): Promise<Output> {
  const { market, marketResult } = await livedMarket(options, asked, progress);
  const { lived, result } = await livedCommons(options, asked, progress, market.stage.flowsAlone);
  const compared = compareResult({ market, marketResult, commons: lived, commonsResult: result });
  return {
    json: jsonOf(compared),
    text: compareText(compared),
    write: (folder) => {
      writeReport(marketResult, join(folder, "market"));
      writeFiles(join(folder, "commons"), { "result.json": jsonOf(result), "report.html": commonsHtml(result) });
      writeFiles(folder, { "compare.json": jsonOf(compared), "compare.html": compareHtml(compared) });
    },
  };
}

async function livedMarket(options: RunOptions, asked: AskedCommunity, progress: Progress) {
  const chain = await chainOf(options, asked.community);
  const { strategy = "hems", fundRule, packetWh, seed = DEFAULT_SEED } = options;
  const given = { strategy, ...(fundRule && { fundRule }), ...(packetWh && { packetWh }) };
  try {
    const market: LivedDay = await liveMarketDay(chain, asked.community, { seed, progress, ...given });
    const source = { ...fileOf(options), warnings: asked.warnings };
    return { market, marketResult: checkResult(await dayResult(market, source)) };
  } finally {
    chain.provider.destroy();
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
