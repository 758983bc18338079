import { network } from "hardhat";
import { expect, it } from "vitest";
import { tickOf } from "../../agents/model/orders.ts";
import { readingOf } from "../../agents/model/profileBook.ts";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();
const { market, terms, anyone, fixDay, open, postOrders, book, close } = await communityOf(net, { members: 3 });

const PRICE = 500;
const SLOTS = 20; // two words
/** Nothing crosses: every bid is below the tick after that of `PRICE`. */
const CLAIM = BigInt(tickOf(PRICE, terms) + 1) << 87n;
const CLAIMS = new Array<bigint>(SLOTS).fill(CLAIM);

/** A closed session with a batch of one bid of each member; its number and the readings of its batches. */
async function closedBook() {
  const session = await open(await fixDay({ count: SLOTS }));
  for (const member of [1, 2, 3])
    await postOrders(session, [{ member, slot: 3, side: "bid", price: PRICE, packets: 5 }]);
  await close(session);
  return { session, readings: (await book(session)).map((batch) => readingOf(batch, () => true)) };
}

it("MARKET-4 a session is cleared by one claim per slot of its words, not by fewer or more", async () => {
  const { session, readings } = await closedBook();
  for (const given of [0, 10, 19, 21, 30]) {
    const call = market.clear(session, new Array(given).fill(CLAIM), [], readings);
    await expect(call).toRevertWith(market, "WrongNumberOfClaims", [session, given, SLOTS]);
  }
  await expect(market.clear(session, CLAIMS, [], readings)).toEmit(market, "SessionCleared");
});

it("who starts a claim anew takes nothing from those who are further with the same claim", async () => {
  const { session, readings } = await closedBook();
  await market.clear(session, CLAIMS, [], readings.slice(0, 2));
  const [advanced] = await market.queryFilter(market.filters.ClearingAdvanced(session));
  await market.connect(anyone).clear(session, CLAIMS, [], readings.slice(0, 1));
  await market.connect(anyone).clear(session, CLAIMS, [], []);
  const rest = market.clear(session, CLAIMS, [...advanced!.args.tally], readings.slice(2));
  await expect(rest).toEmit(market, "SessionCleared");
});
