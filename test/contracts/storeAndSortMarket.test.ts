import fc from "fast-check";
import { expect, it } from "vitest";
import { deployBaseline, liveSlot } from "../../agents/bench/baseline.ts";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { clear } from "../../agents/model/auction.ts";
import { SEED } from "../helpers/seed.ts";

const chain = await inProcessChain();

/** Orders with many ties. */
const orders = fc
  .array(
    fc.record({ ask: fc.boolean(), price: fc.integer({ min: -2, max: 7 }), packets: fc.integer({ min: 1, max: 5 }) }),
    {
      maxLength: 9,
    },
  )
  .map((list) => list.map((order, i) => ({ ...order, member: i + 1 })));

it(`the plain contract clears as the model does, ties to the earlier order (seed ${SEED})`, async () => {
  const contract = await deployBaseline(chain);
  let slot = 0;
  await fc.assert(
    fc.asyncProperty(orders, async (book) => {
      await liveSlot(contract, ++slot, book);
      const [prices, kept] = await contract.getFunction("outcomeOf")(slot);
      const side = (ask: boolean) =>
        book.filter((order) => order.ask === ask).map(({ member, price, packets }) => ({ id: member, price, packets }));
      const { buyPrice, sellPrice, fills } = clear(side(false), side(true), (id) => id);
      expect(prices.traded ? [Number(prices.buyPrice), Number(prices.sellPrice)] : [null, null]).toEqual([
        buyPrice,
        sellPrice,
      ]);
      expect([...kept].map((order) => Number(order[4]))).toEqual(book.map(({ member }) => fills.get(member) ?? 0));
    }),
    { seed: SEED, numRuns: 150 },
  );
  expect(await contract.getFunction("fund")()).toBeGreaterThanOrEqual(0n);
});
