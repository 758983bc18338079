import { ethers as lib } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { signProfile } from "../../agents/household/signing.ts";
import { postArguments, REFUSALS, type RefusalName, type SignedProfile } from "../../agents/relay/relay.ts";
import { highS } from "../helpers/flowReports.ts";
import { type Kind, signed } from "../helpers/mutations.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const fromSigned = () => signed(net);

type Signed = Awaited<ReturnType<typeof signed>>;

/** Changes of a profile; `signs`: its own member signs what was changed, so that the signature is not what is wrong. */
interface ProfileKind {
  readonly kind: string;
  readonly reason: RefusalName;
  readonly change: (profile: SignedProfile, c: Signed) => Partial<SignedProfile>;
  readonly signs?: boolean;
}
const order = (slot: number, side: 0 | 1, tick: number, packets: number): bigint =>
  BigInt(side * 0x800000 + tick * 0x800 + packets) << BigInt(24 * slot);
const resigned = (kind: string, reason: RefusalName, change: ProfileKind["change"]): ProfileKind => ({
  kind,
  reason,
  change,
  signs: true,
});
const split = (signature: string) => lib.Signature.from(signature);

const PROFILE_KINDS: readonly ProfileKind[] = [
  { kind: "another member", reason: "BadSignature", change: () => ({ member: 2 }) },
  { kind: "member 0", reason: "UnknownMember", change: () => ({ member: 0 }) },
  { kind: "a member that there is not", reason: "UnknownMember", change: () => ({ member: 6 }) },
  { kind: "another nonce", reason: "BadSignature", change: () => ({ nonce: 2 }) },
  { kind: "the other word on registering", reason: "BadSignature", change: (p) => ({ registers: !p.registers }) },
  { kind: "a packet more", reason: "BadSignature", change: (p) => ({ orders: [p.orders[0]! + 1n] }) },
  { kind: "a tick more", reason: "BadSignature", change: (p) => ({ orders: [p.orders[0]! + 0x800n] }) },
  { kind: "the other side", reason: "BadSignature", change: (p) => ({ orders: [p.orders[0]! ^ 0x800000n] }) },
  { kind: "no orders", reason: "BadSignature", change: () => ({ orders: [0n] }) },
  { kind: "an order in the next slot", reason: "BadSignature", change: (p) => ({ orders: [p.orders[0]! << 24n] }) },
  { kind: "s in the upper half", reason: "BadSignature", change: (p) => ({ signature: highS(p.signature) }) },
  {
    kind: "r and s exchanged",
    reason: "BadSignature",
    change: ({ signature }) => ({ signature: lib.concat([split(signature).s, split(signature).r, "0x1b"]) }),
  },
  {
    kind: "the other parity",
    reason: "BadSignature",
    change: ({ signature }) => ({
      signature: lib.concat([split(signature).r, split(signature).s, split(signature).v === 27 ? "0x1c" : "0x1b"]),
    }),
  },
  {
    kind: "a byte less of signature",
    reason: "BadSignature",
    change: (p) => ({ signature: p.signature.slice(0, -2) }),
  },
  { kind: "a byte more of signature", reason: "BadSignature", change: (p) => ({ signature: `${p.signature}00` }) },
  { kind: "a signature of zeros", reason: "BadSignature", change: () => ({ signature: `0x${"00".repeat(65)}` }) },
  { kind: "no signature", reason: "BadSignature", change: () => ({ signature: "0x" }) },
  resigned("a nonce that is not next", "AlreadyPosted", () => ({ nonce: 2 })),
  resigned("nonce 0", "AlreadyPosted", () => ({ nonce: 0 })),
  resigned("a side without packets", "MalformedOrder", () => ({ orders: [order(0, 1, 0, 0)] })),
  resigned("a price without packets", "MalformedOrder", () => ({ orders: [order(0, 0, 7, 0)] })),
  resigned("an order after the session's last slot", "MalformedOrder", () => ({ orders: [order(4, 0, 7, 1)] })),
  resigned("bits above the ten lanes", "MalformedOrder", () => ({ orders: [1n << 240n] })),
  resigned("a bid a tick above retail", "AboveRetail", () => ({ orders: [order(0, 0, 4001, 1)] })),
  resigned("a packet above the connection", "AboveCapacity", () => ({ orders: [order(0, 0, 2000, 101)] })),
];

describe("profiles with one field changed", () => {
  it.each(PROFILE_KINDS)("$kind: $reason", async ({ reason, change, signs }) => {
    const c = await loadFixture(fromSigned);
    const valid = c.batch[0]!;
    const changed = { ...valid, ...change(valid, c) };
    const given = signs ? { ...changed, signature: await signProfile(c.wallets[0]!, changed, c.place) } : changed;
    const { rows, signatures } = postArguments([given]);
    const call = c.market.post(c.session, rows, signatures);
    await expect(call).toRevertWith(c.market, "NothingAccepted", [REFUSALS.indexOf(reason)]);
    expect((await c.postSigned(c.session, [valid])).taken).toHaveLength(1);
  });
});

interface Batch {
  session: number;
  rows: string;
  signatures: string[];
}
const BATCH_KINDS: readonly Kind<Batch>[] = [
  ["a session that there is not", "UnknownSession", (b) => ({ ...b, session: b.session + 1 })],
  ["a day that there is not", "UnknownSession", (b) => ({ ...b, session: b.session + 256 })],
  ["a byte more", "WrongBatchSize", (b) => ({ ...b, rows: `${b.rows}00` })],
  ["a byte less", "WrongBatchSize", (b) => ({ ...b, rows: b.rows.slice(0, -2) })],
  ["a word less", "WrongBatchSize", (b) => ({ ...b, rows: b.rows.slice(0, -64) })],
  ["no rows", "WrongBatchSize", (b) => ({ ...b, rows: "0x" })],
  ["rows for 121 profiles", "WrongBatchSize", (b) => ({ ...b, rows: `0x${b.rows.slice(2, 258).repeat(121)}` })],
];

describe("batches with one field changed", () => {
  it.each(BATCH_KINDS)("%s: %s", async (_, error, change) => {
    const c = await loadFixture(fromSigned);
    const valid = { session: c.session, ...postArguments(c.batch) };
    const b = await change(valid);
    await expect(c.market.post(b.session, b.rows, b.signatures)).toRevertWith(c.market, error);
    await c.market.post(valid.session, valid.rows, valid.signatures);
  });
});
