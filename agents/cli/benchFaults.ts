import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { build } from "../chain/artifacts.ts";
import { ChainError } from "../chain/chainError.ts";
import { anvilBinary } from "../chain/localNode.ts";
import { type Campaign, campaignTable, deathsTable, killsIn, runCampaign } from "../faults/campaign.ts";
import { wholeNumber } from "./options.ts";

interface FaultOptions {
  readonly kills: number;
  readonly seed: number;
  readonly scenes: number;
  readonly only?: string;
  readonly state?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

const DOC = fileURLToPath(new URL("../../docs/faults.md", import.meta.url));
const MARK = "<!-- table -->\n";
const KILLS_A_DAY = { most: 300, rounds: 4 };

/** Adds `bench faults`. */
export function addBenchFaults(bench: Command): void {
  bench
    .command("faults")
    .description("lives days of a community of processes under every fault, and lets the chain judge")
    .addOption(
      new Option("--kills <n>", "kills by SIGKILL in all, at least, after the other faults")
        .default(3000)
        .argParser(wholeNumber("--kills", 0, 1_000_000)),
    )
    .addOption(
      new Option("--seed <n>", "seed of what is random").default(1).argParser(wholeNumber("--seed", 0, 0xffff_ffff)),
    )
    .addOption(
      new Option("--scenes <n>", "communities that live side by side, each on a chain of its own")
        .default(1)
        .argParser(wholeNumber("--scenes", 1, 16)),
    )
    .option("--only <text>", "only faults whose name holds this text")
    .option("--state <file>", "keeps the figures in this file after each day, and goes on from there")
    .option("--write", "write the table into docs/faults.md")
    .option("--json", "print {schema, seed, results} and nothing else")
    .action(benchFaults);
}

async function benchFaults({ kills, seed, scenes, only, state, write, json }: FaultOptions): Promise<void> {
  if (!anvilBinary()) throw new ChainError("Fault tests need anvil, which has no binary for this platform.");
  await build();
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const campaign = await runCampaign({
    ...{ seed, kills, scenes, killsADay: KILLS_A_DAY, say },
    ...(only !== undefined && { only }),
    ...(state !== undefined && { file: state }),
  });
  if (json) process.stdout.write(`${JSON.stringify(campaign, null, 2)}\n`);
  else process.stdout.write(tablesOf(campaign));
  if (write) writeTable(campaign);
  const wrong = campaign.results.filter((result) => result.wrong.length > 0);
  if (wrong.length > 0)
    throw new ChainError(`${wrong.length} faults were not survived: ${wrong.map(({ name }) => name).join(", ")}.`);
}

const tablesOf = (campaign: Campaign): string =>
  [campaignTable(campaign), deathsTable(campaign)].filter((table) => table !== "").join("\n");

/** Puts the tables in their place in the document. */
function writeTable(campaign: Campaign): void {
  const [before, , after] = readFileSync(DOC, "utf8").split(MARK);
  const said = `${killsIn(campaign).toLocaleString("en-GB")} kills, seed ${campaign.seed}.\n\n`;
  writeFileSync(DOC, `${before}${MARK}${said}${tablesOf(campaign)}${MARK}${after}`);
}
