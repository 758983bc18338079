/** The report on a day's flows that the DSO's signers sign (`contracts/interfaces/IFlowOracle.sol`), and its digest. */
import { type Hash, keccak256, keccakOf, word } from "./keccak.ts";
import type { Slot } from "./slots.ts";

export interface FlowReport {
  readonly feeder: Hash;
  readonly day: number;
  readonly firstSlot: Slot;
  readonly count: number;
  /** 0 for the first report of the day. */
  readonly revision: number;
  /** Digest of the report that this one replaces, zero for revision 0. */
  readonly previous: Hash;
  readonly root: Hash;
  /** Number of leaves: the members 1 .. meters. */
  readonly meters: number;
  readonly drawnPackets: bigint;
  readonly fedInPackets: bigint;
  /** Net flow through the feeder head, positive into the community. */
  readonly feederPackets: bigint;
  /** Number of readings that were not measured. */
  readonly estimated: number;
  readonly epoch: number;
}

/** Where a report counts: one contract on one chain. */
export interface FlowOraclePlace {
  readonly chainId: bigint | number;
  readonly verifyingContract: string;
}

/** Fields of the EIP-712 struct in order. */
const FIELDS = [
  ["feeder", "bytes32"],
  ["day", "uint16"],
  ["firstSlot", "uint32"],
  ["count", "uint8"],
  ["revision", "uint8"],
  ["previous", "bytes32"],
  ["root", "bytes32"],
  ["meters", "uint16"],
  ["drawnPackets", "uint64"],
  ["fedInPackets", "uint64"],
  ["feederPackets", "int64"],
  ["estimated", "uint32"],
  ["epoch", "uint32"],
] as const satisfies readonly (readonly [keyof FlowReport, string])[];

/** The struct as wallets take it. */
export const FLOW_REPORT_TYPES = { FlowReport: FIELDS.map(([name, type]) => ({ name, type })) };

/** The EIP-712 domain of a flow oracle. */
export const flowOracleDomain = (place: FlowOraclePlace) => ({ name: "FlowOracle", version: "1", ...place });

const DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const REPORT = `FlowReport(${FIELDS.map(([name, type]) => `${type} ${name}`).join(",")})`;

/** What a signer signs: the EIP-712 digest of `report` at `place`. */
export function digestOf(report: FlowReport, place: FlowOraclePlace): Hash {
  const domain = keccak256(
    keccakOf(DOMAIN),
    keccakOf("FlowOracle"),
    keccakOf("1"),
    word(place.chainId),
    word(BigInt(place.verifyingContract)),
  );
  const struct = keccak256(keccakOf(REPORT), ...FIELDS.map(([name]) => word(BigInt(report[name]))));
  return keccak256("0x1901", domain, struct);
}
