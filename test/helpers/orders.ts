import fc from "fast-check";
import { type LaneOrder, MAX_PACKETS } from "../../agents/model/orders.ts";
import { MAX_TICK } from "../../agents/model/prices.ts";
import { upTo } from "./lanes.ts";

/** An order at any tick up to `maxTick`, small numbers and bounds often; sometimes none. */
export const orderArb = (maxTick = MAX_TICK, maxPackets = MAX_PACKETS): fc.Arbitrary<LaneOrder | undefined> =>
  fc.option(
    fc.record({
      side: fc.constantFrom("bid" as const, "ask" as const),
      tick: upTo(maxTick),
      packets: upTo(maxPackets - 1).map((packets) => packets + 1),
    }),
    { freq: 4, nil: undefined },
  );
