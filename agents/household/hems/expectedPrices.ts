import { DateTime } from "luxon";
import { type SlotRange, slotStart } from "../../model/slots.ts";
import { type Home, pricesOf } from "../home.ts";
import type { MarketTerms } from "../market.ts";
import type { LocalPrices } from "./problem.ts";

/** Hours of the local day between which roofs are expected to give. */
const SUN_HOURS = [7, 20] as const;

/**
 * What a home expects packets of its neighbours to cost before it has seen a clearing, micro-currency per kWh: R while roofs
 * give nothing, F when they give most, between them along half a sine from 7 to 20 h, and never outside its own two prices,
 * at which its supplier is there anyway. An assumption; it decides when devices run and how much is offered, never at which
 * price (`fillWorths`).
 */
export function expectedPrices(
  home: Home,
  { packetWh, tokenDecimals, slotSeconds, retailPrice, feedInPrice }: MarketTerms,
  session: SlotRange,
  zone: string,
): LocalPrices {
  const { firstSlot, slotCount } = session;
  const own = pricesOf(home, session);
  const micro = (price: number) => Math.round((price * 1e9) / (10 ** tokenDecimals * packetWh));
  const expected = Array.from({ length: slotCount }, (_, t) => {
    const sun = sunShare(slotStart(firstSlot + t, slotSeconds) + slotSeconds / 2, zone);
    const expected = micro(retailPrice[t]! - (retailPrice[t]! - feedInPrice[t]!) * sun);
    return Math.max(own.feedInMicroPerKwh[t]!, Math.min(own.retailMicroPerKwh[t]!, expected));
  });
  return { buyMicroPerKwh: expected, sellMicroPerKwh: expected };
}

function sunShare(seconds: number, zone: string): number {
  const clock = DateTime.fromSeconds(seconds, { zone });
  const hours = clock.hour + clock.minute / 60;
  const [rise, set] = SUN_HOURS;
  return Math.max(0, Math.sin((Math.PI * (hours - rise)) / (set - rise)));
}
