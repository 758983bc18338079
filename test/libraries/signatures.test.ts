import { network } from "hardhat";
import { describe, expect, it, test } from "vitest";
import { highS } from "../helpers/flowReports.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("SignaturesHarness");
const [payer] = await ethers.getSigners();

const DIGEST = ethers.id("what is signed");
const key = new ethers.Wallet(ethers.id("a member's key"), ethers.provider);
const stranger = new ethers.Wallet(ethers.id("another key"));
const { r, s, v, yParityAndS, serialized } = key.signingKey.sign(DIGEST);
const high = highS(serialized);
const highVs = ethers.toBeHex(BigInt(`0x${high.slice(66, 130)}`) | (BigInt(high.endsWith("1c")) << 255n), 32);

/** How a wallet answers, in the order of `WalletMock.Manner`. */
const MANNERS = ["Good", "Garbage", "Shifted", "Short", "Burning", "Huge", "Reverting", "Writing"] as const;
const wallet = async (manner: (typeof MANNERS)[number]) =>
  (await ethers.deployContract("WalletMock", [MANNERS.indexOf(manner)])).getAddress();
const isValid = async (account: string, signature: string) => (await harness.isValid(account, DIGEST, signature)).valid;

describe("a signature by key", () => {
  it("is taken in 64 and in 65 bytes", async () => {
    expect(await harness.isCompact(key.address, DIGEST, r, yParityAndS)).toBe(true);
    expect(await isValid(key.address, serialized)).toBe(true);
  });

  it("is refused for another account, another digest, and for nobody", async () => {
    expect(await harness.isCompact(stranger.address, DIGEST, r, yParityAndS)).toBe(false);
    expect(await isValid(stranger.address, serialized)).toBe(false);
    const { valid } = await harness.isValid(key.address, ethers.id("something else"), serialized);
    expect([valid, await harness.isCompact(key.address, ethers.id("something else"), r, yParityAndS)]).toEqual([
      false,
      false,
    ]);
    for (const [vs, signature] of [
      [yParityAndS, serialized],
      [ethers.ZeroHash, ethers.concat([ethers.ZeroHash, ethers.ZeroHash, "0x1b"])], // ecrecover gives 0 for this
    ] as const) {
      expect(await harness.isCompact(ethers.ZeroAddress, DIGEST, ethers.ZeroHash, vs)).toBe(false);
      expect(await isValid(ethers.ZeroAddress, signature)).toBe(false);
    }
  });

  it("is refused with s in the upper half, so that none has a twin", async () => {
    expect(ethers.recoverAddress(DIGEST, { r, s, v })).toBe(key.address);
    expect(await isValid(key.address, high)).toBe(false);
    expect(await harness.isCompact(key.address, DIGEST, r, highVs)).toBe(false);
  });

  test.each([
    ["nothing", "0x"],
    ["one byte", "0x00"],
    ["64 bytes", ethers.concat([r, yParityAndS])],
    ["a byte too few", serialized.slice(0, -2)],
    ["a byte too many", `${serialized}00`],
    ["v of 0 or 1", `${serialized.slice(0, -2)}0${v - 27}`],
    ["v of 29", `${serialized.slice(0, -2)}1d`],
    ["the other v", `${serialized.slice(0, -2)}${v === 27 ? "1c" : "1b"}`],
    ["r of 0", ethers.concat([ethers.ZeroHash, s, ethers.toBeHex(v, 1)])],
  ])("is refused as %s", async (_, signature) => {
    expect(await isValid(key.address, signature)).toBe(false);
  });

  it("is refused with the other parity bit, or no s", async () => {
    const flipped = ethers.toBeHex(BigInt(yParityAndS) ^ (1n << 255n), 32);
    expect(await harness.isCompact(key.address, DIGEST, r, flipped)).toBe(false);
    expect(await harness.isCompact(key.address, DIGEST, r, ethers.ZeroHash)).toBe(false);
  });
});

describe("a signature by contract", () => {
  it("is what the wallet says it is, in any length", async () => {
    const good = await wallet("Good");
    expect(await isValid(good, DIGEST)).toBe(true);
    expect(await isValid(good, ethers.concat([DIGEST, "0x", "0x01"]))).toBe(true);
    expect(await isValid(good, ethers.concat([DIGEST, DIGEST, "0x1b"]))).toBe(true); // 65 bytes that are no key's
    expect(await isValid(good, ethers.id("something else"))).toBe(false);
    expect(await isValid(good, "0x")).toBe(false);
    expect(await isValid(good, serialized)).toBe(false);
  });

  test.each([
    ["answers garbage", "Garbage"],
    ["answers with the right bytes at the wrong end", "Shifted"],
    ["answers four bytes", "Short"],
    ["reverts with the right answer", "Reverting"],
    ["never ends", "Burning"],
    ["would write", "Writing"],
  ] as const)("is refused by a wallet that %s", async (_, manner) => {
    expect(await isValid(await wallet(manner), DIGEST)).toBe(false);
  });

  it("costs a bounded amount of gas, whatever the wallet burns or returns", async () => {
    const burning = await harness.isValid(await wallet("Burning"), DIGEST, DIGEST);
    expect(burning.gas).toBeGreaterThan(100_000n);
    expect(burning.gas).toBeLessThan(120_000n);
    const huge = await harness.isValid(await wallet("Huge"), DIGEST, DIGEST);
    expect(huge.valid).toBe(true); // it said yes, in the first of its 100,000 bytes
    expect(huge.gas).toBeLessThan(120_000n);
  });

  it("never makes a call to itself or to a precompile a signer", async () => {
    for (let i = 1; i <= 17; i++) expect(await isValid(ethers.zeroPadValue(ethers.toBeHex(i), 20), DIGEST)).toBe(false);
    expect(await isValid(await harness.getAddress(), DIGEST)).toBe(false);
  });
});

describe("an account with delegated code (EIP-7702)", () => {
  /** Delegates the member's account to a wallet; anyone may pay for it. */
  async function delegate(to: string): Promise<void> {
    const nonce = await ethers.provider.getTransactionCount(key.address);
    const { chainId } = await ethers.provider.getNetwork();
    const authorization = key.authorizeSync({ address: to, nonce, chainId });
    const sent = await payer!.sendTransaction({ type: 4, to: payer!.address, authorizationList: [authorization] });
    await sent.wait();
    expect(await ethers.provider.getCode(key.address)).toBe(`0xef0100${to.slice(2).toLowerCase()}`);
  }

  it("goes on signing with its key, in both forms, and may sign as its code allows", async () => {
    await delegate(await wallet("Good"));
    expect(await harness.isCompact(key.address, DIGEST, r, yParityAndS)).toBe(true);
    expect(await isValid(key.address, serialized)).toBe(true);
    expect(await isValid(key.address, DIGEST)).toBe(true);
    expect(await isValid(key.address, high)).toBe(false);
  });

  it("signs by key also where its code would refuse or burn", async () => {
    for (const manner of ["Garbage", "Burning"] as const) {
      await delegate(await wallet(manner));
      expect(await isValid(key.address, serialized)).toBe(true);
      expect(await isValid(key.address, DIGEST)).toBe(false);
    }
  });
});
