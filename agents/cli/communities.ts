import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BUILDING, build } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { type CommunitiesResult, checkCommunities } from "../report/communities.ts";
import { communitiesText } from "../report/communitiesText.ts";
import { DEFAULT_HOMES_EACH, generateTown } from "../simulation/communities.ts";
import { chainStartFor } from "../simulation/dayTimes.ts";
import { liveFederationDay } from "../simulation/federationDay.ts";
import { federationResult } from "../simulation/federationResult.ts";
import { SILENT } from "../simulation/progress.ts";
import { decimalNumber, isoDate, wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";
import { DEFAULT_SEED } from "./runCommunity.ts";

interface CommunitiesOptions {
  readonly homes?: number;
  readonly seed?: number;
  readonly day?: string;
  readonly linkKw?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** A link that is short of room in sunny hours with the default town. */
const DEFAULT_LINK_KW = 12;

/** Adds the verb that lives one day of three communities and their federation. */
export function addCommunities(program: Command): void {
  program
    .command("communities")
    .description("live one day of three communities: each its own market, then what that left over, together")
    .option("--homes <n>", `homes of each community (default ${DEFAULT_HOMES_EACH})`, wholeNumber("--homes", 4, 100))
    .option(
      "--seed <n>",
      `seed of everything random (default ${DEFAULT_SEED})`,
      wholeNumber("--seed", 0, 0xffff_ffff - 2),
    )
    .option("--day <date>", "day to trade, YYYY-MM-DD", isoDate("--day"))
    .option(
      "--link-kw <kw>",
      `what each link carries of trades, each way (default ${DEFAULT_LINK_KW})`,
      decimalNumber("--link-kw", 0.1, 10_000),
    )
    .option("--out <dir>", "folder of communities.json and communities.html (default out/communities-<day>)")
    .option("--json", "print communities.json and nothing else")
    .action(communities);
}

async function communities({ homes, seed = DEFAULT_SEED, day, linkKw = DEFAULT_LINK_KW, ...to }: CommunitiesOptions) {
  const progress = to.json ? SILENT : new PhaseProgress();
  const town = generateTown({
    seed,
    ...(homes !== undefined && { homesEach: homes }),
    ...(day !== undefined && { date: day }),
  });
  const names = town.map(({ name, community }) => `${name} (${community.homes.length} homes)`);
  progress.phase(`SYNTHETIC: ${names.join(", ")}; whatever is random from seed ${seed}`);
  const chain = await inProcessChain(chainStartFor(town[0]!.community.day));
  try {
    progress.phase(BUILDING);
    await build();
    const lived = await liveFederationDay(chain, town, { seed, linkW: Math.round(1000 * linkKw), progress });
    progress.phase("reading the day back from the chain");
    await print(checkCommunities(await federationResult(lived)), to);
  } finally {
    if (progress instanceof PhaseProgress) progress.end();
    chain.provider.destroy();
  }
}

async function print(result: CommunitiesResult, { out, json }: Pick<CommunitiesOptions, "out" | "json">) {
  const text = `${JSON.stringify(result, null, 1)}\n`;
  if (json) process.stdout.write(text);
  if (json && out === undefined) return;
  const { communitiesHtml } = await import("../report/communitiesHtml.ts");
  const folder = out ?? join("out", `communities-${result.run.day}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "communities.json"), text);
  writeFileSync(join(folder, "communities.html"), communitiesHtml(result));
  if (!json) process.stdout.write(`${communitiesText(result)}\n${join(folder, "communities.html")}\n`);
}
