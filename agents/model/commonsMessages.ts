/**
 * The five messages of a commons as wallets sign them (EIP-712), and where they count. Requests, acknowledgments and
 * emergencies are what a router says for a slot, under one signature. Acceptance, rejection and delivery are the commons' own words: events of
 * `IPacketCommons`, which the server may sign for clients that don't follow the chain.
 */

import type { RequestMessage } from "./commonsFirewall.ts";
import { packRequest } from "./commonsRequest.ts";
import { MAX_CLIENTS, packFields } from "./commonsRules.ts";
import type { Receipt } from "./commonsSignals.ts";
import { type Hash, word, ZERO_HASH } from "./keccak.ts";

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
  /**
   * Messages 1, 4 and 5, as a router sends them for a slot. `requests` are words of `packRequest`; `signals` is a word of
   * `packSignals`: receipts, emergencies, withdrawals; `clients` binds the receipts that the clients signed.
   */
  message: {
    Message: fields("uint16 member, uint32 slot, uint8 part, uint256[] requests, uint256 signals, bytes32 clients"),
  },
  /** Message 4, by each client to its router. */
  receipt: { Receipt: fields("uint16 member, uint8 client, uint32 slot, uint16 packets") },
  /** Message 2, in the server's words. `packets` and `deadline` are the counter-offer of a rejection. */
  answer: {
    Answer: fields(
      "uint16 member, uint8 client, uint32 slot, bool accepted, uint8 reason, uint16 packets, uint32 deadline",
    ),
  },
  /** Message 3, to clients and stores. `packets` are positive towards the home, negative into the store. */
  delivery: { Delivery: fields("uint16 member, uint8 client, uint32 slot, int32 packets") },
} as const;

/** A receipt that says "all of it". */
export const ALL = 0xfff;

const receiptOf = (receipt: Receipt = 0): number => (receipt === "all" ? ALL : receipt);
const bitsOf = (clients: readonly number[] = []): number => clients.reduce((bits, client) => bits | (1 << client), 0);

/** Receipts of 12 bits a client, client 0 lowest (0xfff for all), then a bit for each urgent client, then each that gives up. */
export const packSignals = ({ receipts, urgent, withdrawn }: RequestMessage): bigint =>
  packFields([
    ...Array.from({ length: MAX_CLIENTS }, (_, client) => [receiptOf(receipts?.get(client)), 12] as const),
    [bitsOf(urgent), 16],
    [bitsOf(withdrawn), 16],
  ]);

/** The value that a router signs under `COMMONS_TYPES.message`. */
export const messageValue = (message: RequestMessage, clients: Hash = ZERO_HASH) => ({
  member: message.member,
  slot: message.slot,
  part: message.part ?? 0,
  requests: message.requests.map(packRequest),
  signals: packSignals(message),
  clients,
});

/**
 * A message as a row of `PacketCommons.post`, in hex. `r` and `vs` are the signature in the form of EIP-2098; or `vs` zero
 * and `r` the index of a signature of another form.
 */
export function rowOf(message: RequestMessage, r: Hash, vs: Hash, clients: Hash = ZERO_HASH): string {
  const { member, slot, part, requests, signals } = messageValue(message, clients);
  const extra = signals === 0n ? [] : [word(signals), clients];
  const head = packFields([
    [member, 16],
    [slot, 32],
    [part, 8],
    [requests.length, 8],
    [extra.length > 0 ? 1 : 0, 1],
  ]);
  return `0x${[word(head), r, vs, ...extra, ...requests.map(word)].map((item) => item.slice(2)).join("")}`;
}
