import { network } from "hardhat";
import { expect, it } from "vitest";
import { packOrders } from "../../agents/model/orders.ts";
import { decodeHead, headOf, PROFILE_TYPES, readingOf } from "../../agents/model/profileBook.ts";

const { ethers, networkHelpers } = await network.create();
const { time, mine } = networkHelpers;
const [admin, other, ...accounts] = (await ethers.getSigners()).slice(0, 5);

const SLOT = 900;
const DAY = 1;
const SESSION = 256 * DAY;
const COUNT = 20; // slots of the session: two words
const MONEY = 10n ** 9n;
/** Nothing crosses: every bid is below tick 201. */
const CLAIM = 201n << 87n;

/** A market with three members, and a session over the first twenty slots of the first day. */
async function deploy() {
  const nonce = await admin!.getNonce();
  const place = (after: number) => ethers.getCreateAddress({ from: admin!.address, nonce: nonce + after });
  const [houseAt, dayBookAt, marketAt] = [place(4), place(5), place(6)];
  const token = await ethers.deployContract("TestEuro");
  const members = await ethers.deployContract("MemberRegistry", [admin!.address, admin!.address]);
  const terms = { slotSeconds: SLOT, packetWh: 10, ringDays: 3, floorPrice: -100n, tickSize: 1n };
  const tariff = await ethers.deployContract("Tariff", [admin!.address, admin!.address, dayBookAt, terms]);
  const ecoins = await ethers.deployContract("EcoinRegistry", [members, tariff, marketAt, dayBookAt]);
  const house = await ethers.deployContract("ClearingHouse", [admin!, token, members, marketAt, dayBookAt, admin!]);
  const dayBook = await ethers.deployContract("DayBook", [tariff, token, ecoins, marketAt, houseAt]);
  const auction = await ethers.deployContract("HuangAuction", other);
  const parts = [members, tariff, ecoins, house, dayBook, auction];
  const market = await ethers.deployContract("EnergyMarket", [admin!, ...parts, 3600, false]);
  for (const [i, account] of accounts.entries()) {
    await members.attest(account.address, ethers.id(`meter ${i}`), 2047);
    await token.mint(account.address, MONEY);
    await token.connect(account).approve(house, MONEY);
    await house.connect(account).deposit(i + 1, MONEY);
  }
  const firstSlot = Math.ceil(((await time.latest()) + 10_000) / SLOT);
  await tariff.fixDay(
    firstSlot,
    COUNT,
    [0, 1].map(() => BigInt(300 << 12) * ((1n << 240n) / 0xffffffn)),
  );
  await market.openSession(DAY, 0, COUNT, firstSlot * SLOT);
  return { market, gate: firstSlot * SLOT };
}

type Deployed = Awaited<ReturnType<typeof deploy>>;

/** Posts a member's batch of one profile, a bid in every slot; gives its reading. */
async function post({ market }: Deployed, member: number): Promise<string> {
  const orders = packOrders(new Array(COUNT).fill({ side: "bid", tick: 200, packets: 5 }), 0);
  const profile = { session: SESSION, member, nonce: 1, registers: false, orders, lock: 0n };
  const { chainId } = await ethers.provider.getNetwork();
  const domain = {
    name: "Commonwatt EnergyMarket",
    version: "1",
    chainId,
    verifyingContract: await market.getAddress(),
  };
  const signature = await accounts[member - 1]!.signTypedData(domain, PROFILE_TYPES, profile);
  const { r, yParityAndS } = ethers.Signature.from(signature);
  const words = [headOf(profile), BigInt(r), BigInt(yParityAndS), ...orders];
  await market.post(SESSION, ethers.concat(words.map((word) => ethers.toBeHex(word, 32))), []);
  const posted = (await market.queryFilter(market.filters.BatchPosted())).at(-1)!;
  return readingOf([{ ...profile, lock: decodeHead(posted.args.heads[0]!).lock }], () => true);
}

/** Posts a batch of each member, closes, and waits for the seed; gives the readings. */
async function closedBook(deployed: Deployed): Promise<string[]> {
  const readings: string[] = [];
  for (const member of accounts.keys()) readings.push(await post(deployed, member + 1));
  await time.increaseTo(deployed.gate);
  await deployed.market.close(SESSION);
  await mine(3);
  return readings;
}

it("MARKET-4 a session is cleared by one claim per slot of its words, not by fewer or more", async () => {
  const deployed = await deploy();
  const { market } = deployed;
  const readings = await closedBook(deployed);
  for (const given of [0, 10, 19, 21, 30]) {
    const call = market.clear(SESSION, new Array(given).fill(CLAIM), [], readings);
    await expect(call).toRevertWith(market, "WrongNumberOfClaims", [SESSION, given, COUNT]);
  }
  await expect(market.clear(SESSION, new Array(COUNT).fill(CLAIM), [], readings)).toEmit(market, "SessionCleared");
});

it("who starts a claim anew takes nothing from those who are further with the same claim", async () => {
  const deployed = await deploy();
  const { market } = deployed;
  const readings = await closedBook(deployed);
  const claims = new Array(COUNT).fill(CLAIM);
  await market.clear(SESSION, claims, [], readings.slice(0, 2));
  const [advanced] = await market.queryFilter(market.filters.ClearingAdvanced());
  await market.connect(other!).clear(SESSION, claims, [], readings.slice(0, 1));
  await market.connect(other!).clear(SESSION, claims, [], []);
  const rest = market.clear(SESSION, claims, [...advanced!.args.tally], readings.slice(2));
  await expect(rest).toEmit(market, "SessionCleared");
});
