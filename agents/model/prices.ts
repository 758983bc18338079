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

/**
 * The grid of prices that fits the chain's 12-bit ticks: price = floor + tick x (0 .. 4095). The floor is at most 0 and a
 * multiple of the tick, so that the price 0 is on it (`contracts/Tariff.sol`).
 */
export interface PriceScale {
  readonly floor: number;
  readonly tick: number;
}

export const MAX_TICKS = 4095;

/** The finest scale that holds both prices (base units per packet) and 0. Throws RangeError if they are in the wrong order. */
export function priceScale(lowest: number, highest: number): PriceScale {
  if (highest < lowest) throw new RangeError(`highest price ${highest} is below the lowest ${lowest}`);
  const [below, above] = [Math.max(0, -lowest), Math.max(0, highest)];
  let tick = Math.max(1, Math.ceil((below + above) / MAX_TICKS));
  while (Math.ceil(below / tick) + Math.ceil(above / tick) > MAX_TICKS) tick++;
  return { floor: below === 0 ? 0 : -Math.ceil(below / tick) * tick, tick };
}

/** The largest price on the scale that is at most `price`. Assumes price >= floor. */
export function onScaleDown(price: number, { floor, tick }: PriceScale): number {
  return floor + Math.floor((price - floor) / tick) * tick;
}

/** The smallest price on the scale that is at least `price`; the floor for anything below it. */
export function onScaleUp(price: number, { floor, tick }: PriceScale): number {
  return floor + Math.max(0, Math.ceil((price - floor) / tick)) * tick;
}
