import type { Outcome } from "../../agents/model/auction.ts";
import type { Book, Order, TieKey } from "../../agents/model/book.ts";

interface OnePacket {
  readonly order: Order;
  readonly rank: number;
}

/** The auction once more, from its definition: one packet after the other. For small quantities. */
export function clearByPacket({ bids, asks }: Book, key: TieKey): Outcome {
  const demand = packetsOf(bids, -1, key);
  const supply = packetsOf(asks, 1, key);
  const crosses = (q: number) => q < Math.min(demand.length, supply.length) && price(demand, q) >= price(supply, q);
  let crossing = 0;
  while (crosses(crossing)) crossing++;
  const [lastBid, lastAsk] = [demand[crossing - 1], supply[crossing - 1]];
  if (!lastBid || !lastAsk) return nothing(0, null, null);
  const buying = demand.filter(({ rank }) => rank < lastBid.rank);
  const selling = supply.filter(({ rank }) => rank < lastAsk.rank);
  const without = nothing(crossing, lastBid.order.id, lastAsk.order.id);
  if (buying.length === 0 || selling.length === 0) return without;

  const fills = new Map<number, number>();
  for (const { order } of [...buying, ...selling]) fills.set(order.id, order.packets);
  const long = buying.length > selling.length ? buying : selling;
  const excess = Math.abs(buying.length - selling.length);
  const burden = takeInRounds(fills, [...new Set(long.map(({ order }) => order.id))], excess, key);
  const packets = Math.min(buying.length, selling.length);
  return {
    ...without,
    buyPrice: lastBid.order.price,
    sellPrice: lastAsk.order.price,
    fills: new Map([...fills].filter(([, filled]) => filled !== 0)),
    packets,
    surplus: BigInt(lastBid.order.price - lastAsk.order.price) * BigInt(packets),
    longSide: excess === 0 ? null : long === buying ? "bid" : "ask",
    excess,
    ...burden,
  };
}

/** Every packet of one side, the first to trade first; `rank` counts orders. */
function packetsOf(orders: readonly Order[], sign: 1 | -1, key: TieKey): OnePacket[] {
  const sorted = [...orders].sort((a, b) => sign * (a.price - b.price) || (key(a.id) < key(b.id) ? -1 : 1));
  return sorted.flatMap((order, rank) => new Array<OnePacket>(order.packets).fill({ order, rank }));
}

const price = (packets: OnePacket[], q: number): number => packets[q]!.order.price;

/** Takes one packet from everyone who has one left, the largest key first, round by round, until `excess` are taken. */
function takeInRounds(fills: Map<number, number>, members: number[], excess: number, key: TieKey) {
  const falling = members.sort((a, b) => (key(a) < key(b) ? 1 : -1));
  let [level, taken] = [0, 0];
  for (;;) {
    const round = falling.filter((id) => fills.get(id)! > 0).slice(0, excess - taken);
    const isFull = round.length > 0 && round.length === falling.filter((id) => fills.get(id)! > 0).length;
    for (const id of round) fills.set(id, fills.get(id)! - 1);
    taken += round.length;
    if (!isFull) return { level, remainder: round.length, threshold: round.at(-1) ?? null };
    level++;
  }
}

function nothing(crossing: number, criticalBid: number | null, criticalAsk: number | null): Outcome {
  const none = { buyPrice: null, sellPrice: null, packets: 0, surplus: 0n, longSide: null };
  const noBurden = { excess: 0, level: 0, remainder: 0, threshold: null };
  return { ...none, ...noBurden, fills: new Map(), crossing, criticalBid, criticalAsk };
}
