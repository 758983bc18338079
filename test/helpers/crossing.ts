import type { TestOrder } from "./communityTypes.ts";

/**
 * Four orders in one slot, of which members 1 and 3 trade: Q* is 20 packets, member 4's bid and member 2's ask are the
 * critical ones and stay out, so member 3 buys 10 packets at 2400 and member 1 sells 10 at 2000.
 */
export const crossing = (slot = 0): TestOrder[] => [
  { member: 1, slot, side: "ask", price: 1000, packets: 10 },
  { member: 2, slot, side: "ask", price: 2000, packets: 10 },
  { member: 3, slot, side: "bid", price: 2500, packets: 10 },
  { member: 4, slot, side: "bid", price: 2400, packets: 10 },
];

/** What the members of `crossing` must have locked at R = 3000 and F >= 0: asks R - a, bids b, times 10 packets. */
export const CROSSING_LOCKS = [20_000n, 10_000n, 25_000n, 24_000n];
