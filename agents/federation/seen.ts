/** Bits of a slot at most; in a word, what is above is a time or the like. */
export const MOST_SLOT_BITS = 23;
/*
 * A table of the slots seen in the exchange at hand, by their low bits. It belongs to the module, not to an object, since the
 * compiler then knows where it lies and how long it is. Instead of clearing it, keys have a number above the slot that is new
 * in each exchange; no call needs what an earlier exchange left here.
 */
const MASK = 511;
const SEEN = new Int32Array(MASK + 1);
const BITS = MOST_SLOT_BITS; // what is exported is looked up each time
const MOST_EXCHANGES = (1 << (31 - BITS)) - 1;
let exchange = 1;

/** Begins an exchange: what its keys have above their slot. */
export function nextExchange(): number {
  if (exchange === MOST_EXCHANGES) {
    SEEN.fill(0);
    exchange = 1; // 0 are the empty places, and 1 would be taken for their neighbours
  }
  return ++exchange << BITS;
}

/** Marks a key as seen: 1 if it was not, else 0. Arithmetic, since a branch would be guessed wrongly for most doubles. */
export function isNew(key: number): number {
  let place = key & MASK;
  let other = SEEN[place]! ^ key;
  // in this place is another slot of this exchange, or the same one of the exchange before, which does no harm
  while ((other - 1) >>> BITS === 0) {
    place = (place + 1) & MASK;
    other = SEEN[place]! ^ key;
  }
  SEEN[place] = key;
  return (other | -other) >>> 31;
}
