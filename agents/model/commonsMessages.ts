/**
 * The five messages of a commons as wallets sign them (EIP-712), and where they count. Requests, acknowledgments and
 * emergencies are what a router says for a slot, under one signature. Acceptance, rejection and delivery are the commons' own words: events of
 * `IPacketCommons`, which the server may sign for clients that don't follow the chain.
 */

import type { RequestMessage } from "./commonsFirewall.ts";
import { packRequest, SIGNED_BYTES } from "./commonsRequest.ts";
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
   * Messages 1, 4 and 5, as a router sends them for a slot. `requests` are eight bytes of `packRequest` each; `arrived` has a
   * bit for each client at which all arrived; `signals` is a word of `packSignals`: what arrived in part, emergencies,
   * withdrawals; `clients` binds the receipts that the clients signed.
   */
  message: {
    Message: fields(
      "uint16 member, uint32 slot, uint8 part, bytes requests, uint16 arrived, uint256 signals, bytes32 clients",
    ),
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

const partOf = (receipt: Receipt = 0): number => (receipt === "all" ? 0 : receipt);
const bitsOf = (clients: readonly number[] = []): number => clients.reduce((bits, client) => bits | (1 << client), 0);

/** A bit for each client at which all arrived. */
export const arrivedBits = (receipts: ReadonlyMap<number, Receipt> = new Map()): number =>
  bitsOf([...receipts].filter(([, receipt]) => receipt === "all").map(([client]) => client));

/** Partial receipts of 12 bits a client, client 0 lowest, then a bit for each urgent client, then each that gives up. */
export const packSignals = ({ receipts, urgent, withdrawn }: RequestMessage): bigint =>
  packFields([
    ...Array.from({ length: MAX_CLIENTS }, (_, client) => [partOf(receipts?.get(client)), 12] as const),
    [bitsOf(urgent), 16],
    [bitsOf(withdrawn), 16],
  ]);

/** Requests as they are signed, side by side. */
const packRequests = ({ requests, slot }: RequestMessage): string =>
  `0x${requests.map((request) => inHex(packRequest(request, slot), SIGNED_BYTES)).join("")}`;

const inHex = (value: bigint, bytes: number): string => value.toString(16).padStart(2 * bytes, "0");

/** Bytes of the head of a row. */
const HEAD_BYTES = 11;

/** The value that a router signs under `COMMONS_TYPES.message`. */
export const messageValue = (message: RequestMessage, clients: Hash = ZERO_HASH) => ({
  member: message.member,
  slot: message.slot,
  part: message.part ?? 0,
  requests: packRequests(message),
  arrived: arrivedBits(message.receipts),
  signals: packSignals(message),
  clients,
});

/**
 * A message as a row of `PacketCommons.post`, in hex. `r` and `vs` are the signature in the form of EIP-2098; or `vs` zero
 * and `r` the index of a signature of another form.
 */
export function rowOf(message: RequestMessage, r: Hash, vs: Hash, clients: Hash = ZERO_HASH): string {
  const { member, slot, part, requests, arrived, signals } = messageValue(message, clients);
  const extra = signals === 0n ? [] : [word(signals), clients];
  const head = packFields([
    [member, 16],
    [slot, 32],
    [part, 8],
    [message.requests.length, 8],
    [extra.length > 0 ? 1 : 0, 8],
    [arrived, 16],
  ]);
  return `0x${inHex(head, HEAD_BYTES)}${[r, vs, ...extra, requests].map((item) => item.slice(2)).join("")}`;
}
