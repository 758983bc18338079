import { type AbstractSigner, Contract, ContractFactory } from "ethers";
import type { MemberRegistry, PacketCommons } from "../../types/ethers-contracts/index.ts";
import { type CommonsRules, type CommonsTerms, packRules } from "../model/commonsRules.ts";
import { artifactOf, linkedBytecode } from "./artifacts.ts";
import type { GasLedger } from "./gasLedger.ts";

/** What a commons is deployed with, besides its members. */
export interface CommonsDeployment {
  readonly terms: CommonsTerms;
  readonly slotSeconds: number;
  readonly rules: CommonsRules;
  readonly firstSlot: number;
}

/**
 * A member registry for a commons without a market beside it: it knows no tariff and no days, so its members are never
 * confirmed to have left, only leaving.
 */
export async function deployMembers(
  signer: AbstractSigner,
  {
    admin,
    dso,
    delaySeconds = 86_400,
  }: { readonly admin: string; readonly dso: string; readonly delaySeconds?: number },
): Promise<MemberRegistry> {
  const { abi, bytecode } = artifactOf("MemberRegistry");
  const address = await deploy("MemberRegistry", bytecode, [admin, dso, admin, admin, delaySeconds], signer);
  return new Contract(address, abi, signer) as unknown as MemberRegistry;
}

/** Deploys a commons over a member registry; the signer may grant its roles, and has none of them. */
export async function deployCommons(
  signer: AbstractSigner,
  members: string,
  { terms, slotSeconds, rules, firstSlot }: CommonsDeployment,
  ledger?: GasLedger,
): Promise<PacketCommons> {
  const pass = await deploy("SlotPass", artifactOf("SlotPass", "libraries/").bytecode, [], signer, ledger);
  const { horizonSlots, feederLimit, monthSlots } = terms;
  const admin = await signer.getAddress();
  const args = [admin, members, { slotSeconds, horizonSlots, feederLimit, monthSlots }, packRules(rules), firstSlot];
  const bytecode = linkedBytecode("PacketCommons", { SlotPass: pass });
  const address = await deploy("PacketCommons", bytecode, args, signer, ledger);
  return new Contract(address, artifactOf("PacketCommons").abi, signer) as unknown as PacketCommons;
}

async function deploy(
  name: string,
  bytecode: string,
  args: readonly unknown[],
  signer: AbstractSigner,
  ledger?: GasLedger,
): Promise<string> {
  const folder = name === "SlotPass" ? "libraries/" : "";
  const deployed = await new ContractFactory(artifactOf(name, folder).abi, bytecode, signer).deploy(...args);
  const receipt = await deployed.deploymentTransaction()!.wait();
  ledger?.book("setup", receipt!.gasUsed);
  return receipt!.contractAddress!;
}

/** The roles of a commons and who has them. */
export interface CommonsRoles {
  readonly server: string;
  readonly dso: string;
  readonly governor: string;
}

/** Grants the roles of a commons; the signer must be its admin. */
export async function grantRoles(commons: PacketCommons, roles: CommonsRoles): Promise<void> {
  await (await commons.grantRole(await commons.SERVER_ROLE(), roles.server)).wait();
  await (await commons.grantRole(await commons.DSO_ROLE(), roles.dso)).wait();
  await (await commons.grantRole(await commons.GOVERNOR_ROLE(), roles.governor)).wait();
}
