import type { Signer } from "ethers";

/** A member's word that its left-over orders may be offered over its community's link, or no longer. */
export interface SeatChange {
  readonly community: number;
  readonly member: number;
  readonly active: boolean;
  /** Times that the seat was taken or given up before. */
  readonly nonce: number;
}

/** Where a seat counts: one federation on one chain. */
export interface FederationPlace {
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

const SEAT_TYPES = {
  Seat: [
    { name: "community", type: "uint8" },
    { name: "member", type: "uint16" },
    { name: "active", type: "bool" },
    { name: "nonce", type: "uint32" },
  ],
};

/** A member's signature under the change of its seat, 65 bytes: its manager, or anyone, brings it to the chain. */
export const signSeat = (signer: Signer, change: SeatChange, place: FederationPlace): Promise<string> =>
  signer.signTypedData({ name: "Commonwatt Federation", version: "1", ...place }, SEAT_TYPES, { ...change });
