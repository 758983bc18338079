/**
 * The five messages of a commons as wallets sign them (EIP-712), and where they count. Requests, acknowledgments and
 * emergencies are signed by members. Acceptance, rejection and delivery are the commons' own words: events of
 * `IPacketCommons`, which the server may sign for clients that don't follow the chain.
 */

import type { RequestMessage } from "./commonsFirewall.ts";
import { packRequest } from "./commonsRequest.ts";
import { packFields } from "./commonsRules.ts";
import type { Receipt } from "./commonsSignals.ts";
import type { Slot } from "./slots.ts";

/** The EIP-712 domain of a commons. */
export const commonsDomain = (place: { readonly chainId: bigint; readonly verifyingContract: string }) => ({
  name: "Commonwatt PacketCommons",
  version: "1",
  ...place,
});

const fields = (text: string) =>
  text.split(", ").map((field) => {
    const [type, name] = field.split(" ") as [string, string];
    return { name, type };
  });

/** Types of each message, field by field as the contract hashes them. */
export const COMMONS_TYPES = {
  /** Message 1. `requests` are words of `packRequest`. */
  requests: { Requests: fields("uint16 member, uint32 slot, uint256[] requests") },
  /** Message 4, by the router. `receipts` is a word of `packReceipts`, `clients` the hash over the clients' signatures. */
  acknowledgment: { Acknowledgment: fields("uint16 member, uint32 slot, uint256 receipts, bytes32 clients") },
  /** Message 4, by each client: kept by the router, bound by `clients`. */
  receipt: { Receipt: fields("uint16 member, uint8 client, uint32 slot, uint16 packets") },
  /** Message 5, for open requests. `clients` has bit i for client i. */
  emergency: { Emergency: fields("uint16 member, uint32 slot, uint16 clients") },
  withdrawal: { Withdrawal: fields("uint16 member, uint32 slot, uint16 clients") },
  /** Message 2, in the server's words. `packets` and `deadline` are the counter-offer of a rejection. */
  answer: {
    Answer: fields(
      "uint16 member, uint8 client, uint32 slot, bool accepted, uint8 reason, uint16 packets, uint32 deadline",
    ),
  },
  /** Message 3, to clients and stores. `packets` are positive towards the home, negative into the store. */
  delivery: { Delivery: fields("uint16 member, uint8 client, uint32 slot, int32 packets") },
} as const;

/** The value that a member signs under `COMMONS_TYPES.requests`. */
export const requestsValue = ({ member, slot, requests }: RequestMessage) => ({
  member,
  slot,
  requests: requests.map(packRequest),
});

/** A receipt that says "all of it". */
export const ALL = 0xfff;

/** Receipts of a member, 12 bits a client, client 0 lowest; 0xfff says all that it was given. */
export const packReceipts = (receipts: ReadonlyMap<number, Receipt>): bigint =>
  packFields(Array.from({ length: 16 }, (_, client) => [receiptOf(receipts.get(client)), 12] as const));

const receiptOf = (receipt: Receipt = 0): number => (receipt === "all" ? ALL : receipt);

/** The value that a router signs under `COMMONS_TYPES.acknowledgment`. */
export const acknowledgmentValue = (
  member: number,
  slot: Slot,
  receipts: ReadonlyMap<number, Receipt>,
  clients: string,
) => ({ member, slot, receipts: packReceipts(receipts), clients });
