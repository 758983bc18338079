import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../chain/artifacts.ts";
import { commonsText } from "../report/commonsText.ts";
import { type CommonsDayOptions, liveCommonsDay } from "../simulation/commonsDay.ts";
import { commonsResult } from "../simulation/commonsResult.ts";
import { DEFAULT_VOTE } from "../simulation/commonsSettings.ts";
import { SILENT } from "../simulation/progress.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import { chainOf, type Mode, type RunOptions, shortened } from "./run.ts";
import { type AskedCommunity, askedCommunity, DEFAULT_SEED } from "./runCommunity.ts";

/** Lives the asked day as a commons. */
export async function runCommonsModes(_mode: Exclude<Mode, "market">, options: RunOptions): Promise<void> {
  const progress = options.json ? SILENT : new PhaseProgress();
  const asked = askedCommunity(options);
  progress.phase(`${asked.community.label}; keys and whatever is random from seed ${options.seed ?? DEFAULT_SEED}`);
  for (const line of shortened(asked.gaps)) progress.phase(line);
  progress.phase("building the contracts, if they changed");
  await build();
  try {
    await commonsDay(options, asked, { seed: options.seed ?? DEFAULT_SEED, progress, ...chosen(options) });
  } finally {
    if (progress instanceof PhaseProgress) progress.end();
  }
}

const chosen = ({ allowanceW, packetWh }: RunOptions): Partial<CommonsDayOptions> => ({
  ...(allowanceW !== undefined && { vote: { ...DEFAULT_VOTE, allowanceW } }),
  ...(packetWh !== undefined && { packetWh }),
});

async function commonsDay(options: RunOptions, asked: AskedCommunity, day: CommonsDayOptions): Promise<void> {
  const chain = await chainOf(options, asked.community);
  try {
    const lived = await liveCommonsDay(chain, asked.community, day);
    const result = commonsResult(lived, sourceOf(options, asked));
    const files = { "result.json": `${JSON.stringify(result, null, 1)}\n` };
    const folder = options.out ?? join("out", `${result.run.day}-commons`);
    if (!options.json || options.out !== undefined) writeFiles(folder, files);
    process.stdout.write(options.json ? files["result.json"] : `${commonsText(result)}\nThe result is in ${folder}.\n`);
  } finally {
    chain.provider.destroy();
  }
}

const sourceOf = ({ data }: RunOptions, { warnings }: AskedCommunity) => ({
  ...(data !== undefined && { file: data }),
  warnings: warnings.map(({ text }) => text),
});

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
