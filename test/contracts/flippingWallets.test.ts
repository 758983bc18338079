import { network } from "hardhat";
import { expect, it } from "vitest";
import { marketDomain } from "../../agents/household/signing.ts";
import { PROFILE_TYPES } from "../../agents/model/profileBook.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture, setCode } = net.networkHelpers;
const MANNERS = ["Good", "Garbage", "Shifted", "Short", "Burning", "Huge", "Reverting", "Writing"];

/** Code of a wallet that judges signatures in this manner. */
async function codeOf(manner: string): Promise<string> {
  const wallet = await ethers.deployContract("WalletMock", [MANNERS.indexOf(manner)]);
  return ethers.provider.getCode(wallet);
}

async function opened() {
  const c = await communityOf(net);
  const day = await c.fixDay();
  return { ...c, day, session: await c.open(day) };
}

it.each(MANNERS)(
  "AUTH-1 a member whose account got code that is %s goes on trading by its key, to the end of the day",
  async (manner) => {
    const c = await loadFixture(opened);
    await setCode(c.wallets[0]!.address, await codeOf(manner));
    await c.postOrders(c.session, crossing());
    await c.closeAndClear(c.session);
    await c.finish(c.day, [
      { member: 1, slot: 0, fedIn: 10 },
      { member: 3, slot: 0, drawn: 10 },
    ]);
    expect((await c.balance(1)) - 10n ** 9n).toBe(20_000n);
    expect(await c.unbooked()).toBe(0n);
  },
);

it("MARKET-6 a wallet that says yes when its profile is posted and no ever after is bound by the profile", async () => {
  const c = await loadFixture(opened);
  const address = ethers.getAddress(`0x${"ab".repeat(20)}`);
  const member = await c.attest(address);
  await setCode(address, await codeOf("Good"));
  const session = await c.open(c.day); // the one before is for who was there
  const bid = { slot: 0, side: "bid", price: 2600, packets: 10 } as const;
  const unsigned = await c.signed(session, member, [bid], { by: c.wallets[0]! });
  const signature = ethers.TypedDataEncoder.hash(marketDomain(c.place), PROFILE_TYPES, unsigned);
  const batch = [...(await c.profilesOf(session, crossing())), { ...unsigned, signature }];
  expect((await c.postSigned(session, batch)).refused).toEqual([]);
  await setCode(address, await codeOf("Reverting"));
  await c.closeAndClear(session);
  await c.finish(c.day, [{ member, slot: 0, drawn: 10 }]);
  expect(await c.balance(member)).toBeLessThan(10n ** 9n);
  expect(await c.locked(member)).toBe(0n);
  expect(await c.unbooked()).toBe(0n);
});
