import type { Flows } from "../household/battery.ts";
import type { HomePrices } from "../household/home.ts";

/** What a meter saw, Wh per slot. */
type Metered = Pick<Flows, "importWh" | "exportWh">;

/** A home's bills for a day at its own tariff, base units, positive is owed. */
export interface Bills {
  /** For all that flowed. */
  readonly billWithout: bigint;
  /** For what flowed outside its local trades. */
  readonly ordinaryBill: bigint;
}

/** Packets of local trades that really flowed, per slot: bought and drawn, sold and fed in. */
export interface LocalPackets {
  readonly drawn: readonly number[];
  readonly fedIn: readonly number[];
}

/**
 * Flows count in Wh, as the meter says, local trades in packets of `packetWh`, as the chain says. A packet counts in the
 * slot in which the register turns, so a slot's packets may be up to one ahead of its Wh; over the day nothing is lost.
 * Each bill is summed exactly and rounded once, up: in the supplier's favour.
 */
export function billsOf(
  flows: Metered,
  prices: HomePrices,
  local: LocalPackets,
  packetWh: number,
  tokenDecimals: number,
): Bills {
  const all = sidesOf(flows, prices);
  const rest = sidesOf(flows, prices, local, packetWh);
  return {
    billWithout: baseUnitsUp(all.charged - all.paid, tokenDecimals),
    ordinaryBill: baseUnitsUp(rest.charged - rest.paid, tokenDecimals),
  };
}

/** What a home's supplier charges it and pays it, base units, for what flowed outside its local trades. */
export interface BillSides {
  readonly charged: bigint;
  readonly paid: bigint;
}

/** What a home owes its supplier for all that flowed, base units, rounded once, up. */
export function billAlone(flows: Metered, prices: HomePrices, tokenDecimals: number): bigint {
  const { charged, paid } = sidesOf(flows, prices);
  return baseUnitsUp(charged - paid, tokenDecimals);
}

/** The two sides of an ordinary bill, each summed exactly and rounded once, in the supplier's favour. */
export function billSides(
  flows: Metered,
  prices: HomePrices,
  local: LocalPackets,
  packetWh: number,
  tokenDecimals: number,
): BillSides {
  const { charged, paid } = sidesOf(flows, prices, local, packetWh);
  return { charged: baseUnitsUp(charged, tokenDecimals), paid: -baseUnitsUp(-paid, tokenDecimals) };
}

/** Both sides exactly, in 1e-9 of the currency; for all that flowed if no local trades are given. */
function sidesOf(
  { importWh, exportWh }: Metered,
  { retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn }: HomePrices,
  local?: LocalPackets,
  packetWh = 0,
): BillSides {
  let [charged, paid] = [0n, 0n];
  for (let t = 0; t < importWh.length; t++) {
    charged += product(importWh[t]! - (local?.drawn[t] ?? 0) * packetWh, retail[t]!);
    paid += product(exportWh[t]! - (local?.fedIn[t] ?? 0) * packetWh, feedIn[t]!);
  }
  return { charged, paid };
}

const product = (wh: number, microPerKwh: number): bigint => BigInt(wh) * BigInt(microPerKwh);

/** Wh x micro-currency per kWh is 1e-9 of the currency. */
function baseUnitsUp(nano: bigint, tokenDecimals: number): bigint {
  const numerator = nano * 10n ** BigInt(tokenDecimals);
  const quotient = numerator / 1_000_000_000n;
  return numerator > quotient * 1_000_000_000n ? quotient + 1n : quotient;
}
