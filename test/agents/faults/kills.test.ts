import { expect, it } from "vitest";
import { anvilBinary } from "../../../agents/chain/localNode.ts";
import { deathsTable, killsIn, runCampaign, stepsMissed } from "../../../agents/faults/campaign.ts";
import { instrumented } from "../../helpers/instrumented.ts";
import { SEED } from "../../helpers/seed.ts";

const anvil = anvilBinary() !== undefined;
if (!anvil) console.log("the test that kills processes is skipped: it needs anvil, which has no binary here");
const KILLS = 50;
/** Real milliseconds: only so that a hang ends some time. Inside, time is counted in blocks. */
const NO_DEADLINE = 3_600_000;

// anvil has a chain's limits, which contracts with probes exceed
it.skipIf(!anvil || instrumented)(
  `killed ${KILLS} times, each agent at each of its persisted steps, nothing is lost and nothing done twice (seed ${SEED})`,
  async () => {
    const campaign = await runCampaign({
      ...{
        seed: SEED,
        kills: KILLS,
        killsADay: { most: Number.POSITIVE_INFINITY, rounds: 1 },
        only: "SIGKILL at every",
      },
      say: (text) => console.log(text),
    });
    console.log(deathsTable(campaign));
    expect(campaign.results.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(campaign.results.flatMap(({ wasted }) => Object.values(wasted)).every((idle) => idle <= 0)).toBe(true);
    expect(stepsMissed(campaign)).toEqual([]);
    expect(killsIn(campaign)).toBeGreaterThanOrEqual(KILLS);
  },
  NO_DEADLINE,
);
