import { network } from "hardhat";
import { expect, it } from "vitest";

const { ethers } = await network.create();

it("the test euro has six decimals, a faucet for everybody, and permits", async () => {
  const [owner, other] = await ethers.getSigners();
  const euro = await ethers.deployContract("TestEuro");
  expect([await euro.name(), await euro.symbol(), await euro.decimals()]).toEqual(["Test Euro", "tEUR", 6n]);
  await euro.connect(other!).mint(owner!.address, 5_000_000n);
  expect(await euro.balanceOf(owner!.address)).toBe(5_000_000n);

  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Test Euro", version: "1", chainId, verifyingContract: await euro.getAddress() };
  const fields = ["owner", "spender", "value", "nonce", "deadline"];
  const Permit = fields.map((name, i) => ({ name, type: i < 2 ? "address" : "uint256" }));
  const permit = [owner!.address, other!.address, 3n, 0n, ethers.MaxUint256] as const;
  const message = Object.fromEntries(fields.map((name, i) => [name, permit[i]]));
  const { v, r, s } = ethers.Signature.from(await owner!.signTypedData(domain, { Permit }, message));
  await euro.permit(permit[0], permit[1], permit[2], permit[4], v, r, s);
  expect(await euro.allowance(owner!.address, other!.address)).toBe(3n);
});
