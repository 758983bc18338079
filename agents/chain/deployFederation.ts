import { type AbstractSigner, Contract } from "ethers";
import type { Federation } from "../../types/ethers-contracts/index.ts";
import { artifactOf } from "./artifacts.ts";
import {
  type Addresses,
  allAbis,
  CONTRACTS,
  type CommunityTerms,
  type Contracts,
  constructorArguments,
  deployParts,
} from "./deploy.ts";
import type { GasLedger } from "./gasLedger.ts";

/**
 * The contracts of a market between communities: those of a community, with the `Federation` in the place of the
 * registry. `members` is the federation as its market sees it: what a registry answers, it answers.
 */
export interface FederationContracts extends Contracts {
  readonly federation: Federation;
}

const NAMES = { ...CONTRACTS, members: "Federation" } as const;

/** Deploys a federation's market over the token of its communities; the signer gets every role. */
export async function deployFederation(
  signer: AbstractSigner,
  terms: CommunityTerms,
  shared: Pick<Addresses, "token"> & Partial<Pick<Addresses, "auction">>,
  ledger?: GasLedger,
): Promise<FederationContracts> {
  const construction = (admin: string, at: Addresses) => ({
    ...constructorArguments(admin, at, terms),
    members: [admin, admin, at.market, at.tariff],
  });
  const contracts = await deployParts(signer, NAMES, construction, shared, ledger);
  const { abi } = artifactOf("Federation");
  const federation = new Contract(await contracts.members.getAddress(), abi, signer) as unknown as Federation;
  return { ...contracts, federation };
}

/** Every interface of a federation and its communities, to read the reasons of reverts with. */
export const federationAbis = () => [...allAbis(), artifactOf("Federation").abi];
