import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { Contract } from "ethers";
import { z } from "zod";
import type { FlowAudit, MemberRegistry, PacketCommons, Tariff } from "../../types/ethers-contracts/index.ts";
import { artifactOf, build, isBuilt } from "../chain/artifacts.ts";
import type { GovernedCommons } from "../chain/ballots.ts";
import { type Chain, rpcChain } from "../chain/chain.ts";
import { ChainError } from "../chain/chainError.ts";
import type { AuditParts } from "../chain/flowAudit.ts";
import { attachGovernance, GOVERNANCE } from "../chain/governance.ts";
import { InputError } from "../data/inputError.ts";

/** Options of every verb that speaks to a deployed commons. */
export interface CommonsPlace {
  readonly rpc: string;
  readonly community: string;
}

const ADDRESS = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const FILE = z.object({
  chainId: z.number().int().positive(),
  block: z.number().int().nonnegative(),
  addresses: z.object({ members: ADDRESS, tariff: ADDRESS }),
  commons: z.object({
    addresses: z.object({ commons: ADDRESS, roll: ADDRESS, governor: ADDRESS, delay: ADDRESS, audit: ADDRESS }),
  }),
});

/** Adds the options that say where a commons is. */
export const addPlaceOptions = (command: Command): Command =>
  command
    .requiredOption("--rpc <url>", "JSON-RPC of the chain")
    .addOption(new Option("--community <file>", "what `deploy --commons` wrote").default("community.json"));

/** Does something with a deployed commons; the key in COMMONWATT_KEY signs, where one is needed. */
export async function withCommons<T>(
  { rpc, community }: CommonsPlace,
  needsKey: boolean,
  act: (given: GovernedCommons & { readonly audit: AuditParts }, chain: Chain) => Promise<T>,
): Promise<T> {
  const { chainId, block, addresses, commons } = readFile(community);
  const key = process.env.COMMONWATT_KEY;
  if (needsKey && !key) throw new ChainError("COMMONWATT_KEY is not set: put a member's private key into it.");
  const chain = await rpcChain(rpc, { chainId: BigInt(chainId), ...(key && { key }) });
  try {
    if (!isBuilt(GOVERNANCE.governor)) await build();
    const at = <C>(name: string, address: string) =>
      new Contract(address, artifactOf(name).abi, chain.signer) as unknown as C;
    const fromBlock = Math.max(0, block - DEPLOYED_WITHIN);
    const contract = at<PacketCommons>("PacketCommons", commons.addresses.commons);
    const tariff = at<Tariff>("Tariff", addresses.tariff);
    const audit = at<FlowAudit>("FlowAudit", commons.addresses.audit);
    const governed = {
      ...{ commons: contract, members: at<MemberRegistry>("MemberRegistry", addresses.members), fromBlock },
      ...{ governance: attachGovernance(commons.addresses, chain.signer) },
      audit: { audit, commons: contract, tariff, fromBlock },
    };
    return await act(governed, chain);
  } finally {
    chain.provider.destroy();
  }
}

/** Blocks before the one in the file in which a community may have been deployed. */
const DEPLOYED_WITHIN = 100;

function readFile(file: string): z.infer<typeof FILE> {
  const remedy = 'name the file that "deploy --commons" wrote';
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new InputError("the community's file can't be read", { file }, remedy);
  }
  try {
    return FILE.parse(JSON.parse(text));
  } catch {
    throw new InputError("that is no community with a commons", { file }, remedy);
  }
}
