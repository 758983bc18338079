import { expect, it } from "vitest";
import { anvilBinary } from "../../../agents/chain/localNode.ts";
import { campaignTable, killsIn, runCampaign } from "../../../agents/faults/campaign.ts";
import { SEED } from "../../helpers/seed.ts";

const anvil = anvilBinary() !== undefined && process.env.COMMONWATT_FAULTS !== undefined;
if (!anvil)
  console.log("the test that kills processes is skipped: it needs anvil, and COMMONWATT_FAULTS=1 to ask for minutes");
const KILLS = 50;

it.skipIf(!anvil)(
  `${KILLS} times killed at their persisted steps, nothing is lost and nothing done twice (seed ${SEED})`,
  async () => {
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    const campaign = await runCampaign({ seed: SEED, kills: KILLS, killsADay: KILLS, only: "SIGKILL at every", say });
    console.log(campaignTable(campaign));
    expect(campaign.results.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(killsIn(campaign)).toBeGreaterThanOrEqual(KILLS);
    expect(said.length).toBeGreaterThan(0);
  },
);
