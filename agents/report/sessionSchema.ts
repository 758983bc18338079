import { z } from "zod";

/** The parts of `result.json` that sessions fill: what each made of a slot, what it took, and the day in other ways. */

export const count = () => z.int().min(0);
export const money = (text: string) => z.int().describe(`${text}; base units`);
export const price = () => z.int();

const orderSchema = z.strictObject({
  member: z.string().describe("id of the member"),
  side: z.enum(["bid", "ask"]).describe("a bid buys, an ask sells"),
  price: price().describe("base units per packet: the most a bid pays, the least an ask accepts"),
  packets: z.int().min(1).describe("packets offered"),
  fill: count().describe("packets that cleared, at most `packets`"),
});

/** What a session makes of a slot. */
export const roundFields = {
  buyPrice: price().nullable().describe("base units per packet that every buyer pays; null when nothing trades"),
  sellPrice: price().nullable().describe("base units per packet that every seller gets; null when nothing trades"),
  packets: count().describe("packets traded: sold = bought"),
  criticalBid: z.string().nullable().describe("member whose bid sets `buyPrice` and stays out; null if none crosses"),
  criticalAsk: z.string().nullable().describe("member whose ask sets `sellPrice` and stays out; null if none crosses"),
  orders: z.array(orderSchema).describe("orders that counted at clearing, at most one per member"),
};

export const laterSchema = z.strictObject({
  session: z.int().min(1).describe("which session, by its index in `sessions`"),
  ...roundFields,
});

/** The three timescales of trade (Horta et al., section 4.4). */
export const TIMESCALES = ["day-ahead", "intraday", "real-time"] as const;
const timescale = () => z.enum(TIMESCALES);

export const sessionSchema = z.strictObject({
  timescale: timescale().describe("of which timescale it is"),
  gate: z.string().describe("until when it took profiles, ISO 8601 in UTC"),
  first: count().describe("its first slot, by its index in `slots`"),
  count: z.int().min(1).describe("how many slots it is over"),
  orders: count().describe("orders that counted at clearing"),
  packets: count().describe("packets traded"),
  transactions: count().describe("transactions that opened, filled, cleared and released it"),
  gas: count().describe("gas that they used; tariff, proof and settlement are the day's"),
});

export const timescaleSchema = z.strictObject({
  timescale: timescale().describe("the last timescale that counts here: with it, the ones before it"),
  boughtPackets: count().describe("contracts: packets bought net, by member and slot"),
  keptPackets: count().describe("of them, packets that buyers drew and sellers fed in, the smaller of both by slot"),
  shortPackets: count().describe("packets sold net and not fed in"),
  unusedPackets: count().describe("packets bought net and not drawn"),
  imbalance: money("what the supplier gets for both: shortPackets at R less unusedPackets at F"),
});

export const waySchema = z.strictObject({
  name: z.string().describe("`devices by habit`, `no market`, or which sessions were held"),
  bill: money("energy bills of all members; positive is owed"),
  importWh: count().describe("Wh that all meters drew"),
  metWh: count().describe("import and export that meet in the same slot behind different meters, Wh"),
  peakImportW: z.int().describe("highest import of the feeder in a slot, exports of other homes taken off, W"),
  storedWh: count().describe("what batteries hold as the day ends, Wh; no bill counts it"),
  contracts: z
    .strictObject({
      boughtWh: count().describe("bought net, Wh"),
      localWh: count().describe("of it, drawn and fed in, Wh"),
      shortWh: count().describe("sold net and not fed in, Wh"),
      unusedWh: count().describe("bought net and not drawn, Wh"),
      imbalance: money("what the supplier got for both"),
    })
    .nullable()
    .describe("null without a market"),
});
