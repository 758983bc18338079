/**
 * Prices in two units. Off chain a tariff is in micro-currency per kWh (1e-6 EUR/kWh); on chain a price is in token
 * base units per packet. Both are signed integers. With a 6-decimal token and 10 Wh packets one base unit per packet is
 * 1e-4 EUR/kWh.
 */

/** An exact product that may have to be divided: `numerator / denominator` base units per packet. */
function basePerPacket(microPerKwh: number, packetWh: number, tokenDecimals: number): [bigint, bigint] {
  // micro/kWh x 1e-6 x packetWh/1000 kWh x 10^decimals base units = micro x packetWh x 10^decimals / 1e9
  return [BigInt(microPerKwh) * BigInt(packetWh) * 10n ** BigInt(tokenDecimals), 1_000_000_000n];
}

/** floor(numerator / denominator) for any sign of the numerator and a positive denominator. */
function divDown(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function safe(price: bigint): number {
  const number = Number(price);
  if (!Number.isSafeInteger(number)) throw new RangeError(`price of ${price} base units per packet exceeds 2^53`);
  return number;
}

/** Base units per packet, rounded down: the price of a bid, so that a buyer never offers more than its tariff. */
export function pricePerPacketDown(microPerKwh: number, packetWh: number, tokenDecimals: number): number {
  return safe(divDown(...basePerPacket(microPerKwh, packetWh, tokenDecimals)));
}

/** Base units per packet, rounded up: the price of an ask, so that a seller never asks less than its tariff. */
export function pricePerPacketUp(microPerKwh: number, packetWh: number, tokenDecimals: number): number {
  const [numerator, denominator] = basePerPacket(microPerKwh, packetWh, tokenDecimals);
  return safe(-divDown(-numerator, denominator));
}

/** Micro-currency per kWh of a price per packet, rounded to nearest, halves up: for reports only. */
export function microPerKwhOf(price: number, packetWh: number, tokenDecimals: number): number {
  const [one, denominator] = basePerPacket(1, packetWh, tokenDecimals);
  return safe(divDown(2n * BigInt(price) * denominator + one, 2n * one));
}

/** The highest price tick: a tick has 12 bits. */
export const MAX_TICK = 4095;

/**
 * The prices that a tick can say: floorPrice + tick x tickSize, token base units per packet. The price 0 is one of them
 * (`contracts/Tariff.sol`).
 */
export interface Scale {
  /** The price of tick 0: at most 0, and a multiple of the step. */
  readonly floorPrice: number;
  /** The step from one tick to the next, at least 1. */
  readonly tickSize: number;
}

/** The finest scale that holds both prices (base units per packet) and 0. Throws RangeError if they are in the wrong order. */
export function finestScale(lowest: number, highest: number): Scale {
  if (highest < lowest) throw new RangeError(`highest price ${highest} is below the lowest ${lowest}`);
  const [below, above] = [Math.max(0, -lowest), Math.max(0, highest)];
  let tickSize = Math.max(1, Math.ceil((below + above) / MAX_TICK));
  while (Math.ceil(below / tickSize) + Math.ceil(above / tickSize) > MAX_TICK) tickSize++;
  return { floorPrice: below === 0 ? 0 : -Math.ceil(below / tickSize) * tickSize, tickSize };
}

/** The largest price on the scale that is at most `price`. Assumes price >= floorPrice. */
export function onScaleDown(price: number, { floorPrice, tickSize }: Scale): number {
  return floorPrice + Math.floor((price - floorPrice) / tickSize) * tickSize;
}

/** The smallest price on the scale that is at least `price`; the floor price for anything below it. */
export function onScaleUp(price: number, { floorPrice, tickSize }: Scale): number {
  return floorPrice + Math.max(0, Math.ceil((price - floorPrice) / tickSize)) * tickSize;
}
