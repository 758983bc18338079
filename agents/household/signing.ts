import type { Signer } from "ethers";
import { PROFILE_TYPES, type Profile } from "../model/profileBook.ts";

/** Where a profile counts: one market on one chain. */
export interface MarketPlace {
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

/** The EIP-712 domain of a market. */
export const marketDomain = (place: MarketPlace) => ({ name: "Commonwatt EnergyMarket", version: "1", ...place });

/** A member's signature under its profile, 65 bytes. */
export const signProfile = (signer: Signer, profile: Profile, place: MarketPlace): Promise<string> =>
  signer.signTypedData(marketDomain(place), PROFILE_TYPES, {
    session: profile.session,
    member: profile.member,
    nonce: profile.nonce,
    registers: profile.registers,
    orders: profile.orders,
  });
