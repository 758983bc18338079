import { network } from "hardhat";
import { describe, expect, it } from "vitest";

const { ethers, networkHelpers } = await network.create();
const { mine, setCode, setStorageAt } = networkHelpers;
const harness = await ethers.deployContract("SignaturesHarness");
await mine(9000);
const last = await ethers.provider.getBlockNumber();

/** The history contract and its code, as EIP-2935 gives them; the EVM under test has none. */
const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
const CODE =
  "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257" +
  "611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

const hashOf = (number: bigint | number) => harness.hashOf(number, { blockTag: last });
/** The hash of a block as its header has it. */
const trueHashOf = async (number: number) => (await ethers.provider.getBlock(number))!.hash!;

describe("SeedBlock", () => {
  it("gives the hash of each of the last 256 blocks where there is no history contract, and none of others", async () => {
    for (const code of [await ethers.provider.getCode(HISTORY), "0x"]) {
      await setCode(HISTORY, code);
      for (const back of [1, 2, 255, 256]) expect(await hashOf(last - back)).toBe(await trueHashOf(last - back));
      for (const back of [257, 300, 8191]) expect(await hashOf(last - back)).toBe(ethers.ZeroHash);
    }
  });

  it("gives the hash of earlier blocks from the history contract, up to 8,191 back", async () => {
    await setCode(HISTORY, CODE);
    for (const back of [257, 300, 8190, 8191]) {
      const hash = await trueHashOf(last - back);
      await setStorageAt(HISTORY, (last - back) % 8191, hash);
      expect(await hashOf(last - back)).toBe(hash);
    }
    for (const back of [8192, 8900]) expect(await hashOf(last - back)).toBe(ethers.ZeroHash);
  });

  it("gives nothing for the block it stands in, and for later ones", async () => {
    for (const ahead of [0, 1, 2, 10_000]) expect(await hashOf(last + ahead)).toBe(ethers.ZeroHash);
    expect(await hashOf(ethers.MaxUint256)).toBe(ethers.ZeroHash);
  });
});
