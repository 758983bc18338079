import { type DayReport, reportOf } from "../dso/dso.ts";
import { flowsOf, type MeterDay } from "../dso/readings.ts";
import { signReport } from "../dso/signer.ts";
import type { Hash } from "../model/keccak.ts";
import { dsoWallets, leafSalt } from "./keys.ts";
import type { Stage } from "./marketDay.ts";

/** What of a stage the DSO needs. */
export type ProofStage = Pick<Stage, "community" | "market" | "terms" | "times" | "chain"> & {
  readonly contracts: Pick<Stage["contracts"], "oracle">;
  readonly options: Pick<Stage["options"], "seed">;
  readonly flows: readonly MeterDay[];
};

/** The DSO's report of the chain's `day`, from what the meters measured. */
export async function dayReport(stage: ProofStage, day: number): Promise<DayReport> {
  const { community, market, terms, times, contracts, options, flows } = stage;
  const { epoch } = await contracts.oracle.signers();
  const header = {
    feeder: terms.feeder as Hash,
    day,
    firstSlot: times.firstSlot,
    count: community.day.slotCount,
    revision: 0,
    epoch: Number(epoch),
  };
  const packets = flows.map((meter) => flowsOf(meter, market.packetWh));
  const salts = flows.map((_, i) => leafSalt(options.seed, i + 1, community.day.date));
  return reportOf(header, packets, salts);
}

/** Signatures of as many signers as it takes, in rising order. What they signed lives as long as the simulation. */
export async function signatures(
  { chain, contracts, terms, options }: Pick<ProofStage, "chain" | "contracts" | "terms" | "options">,
  { report }: DayReport,
): Promise<string[]> {
  const place = { chainId: chain.chainId, verifyingContract: await contracts.oracle.getAddress() };
  const signers = dsoWallets(options.seed, terms.dsoSigners.length).slice(0, terms.dsoThreshold);
  return Promise.all(signers.map((signer) => signReport(signer, report, place, new Map<string, Hash>())));
}
