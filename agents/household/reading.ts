import type { Signer } from "ethers";
import { type MeterReading, READING_TYPES } from "../model/meterReading.ts";

/** Where a reading counts: one arbitration on one chain. */
export interface ArbitrationPlace {
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

/** A member's signature under what its own meter says, 65 bytes. */
export const signReading = (signer: Signer, reading: MeterReading, place: ArbitrationPlace): Promise<string> =>
  signer.signTypedData({ name: "Commonwatt Arbitration", version: "1", ...place }, READING_TYPES, {
    ...reading,
    flows: [...reading.flows],
  });
