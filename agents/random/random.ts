import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * A stream of random numbers from an injected seed; the only source of chance in the agents. Each call advances the
 * stream.
 */
export interface Random {
  /** A whole number, lowest and highest included, every one as likely. */
  int(lowest: number, highest: number): number;
  /** A number in [0, 1). */
  unit(): number;
  /** A draw from the standard normal distribution (Box and Muller, one of the pair). */
  normal(): number;
}

/**
 * The stream of a seed and a label, for example `(7, "home 3 load")`. Streams of other labels are unrelated, so that
 * adding a home or a device changes no other's numbers.
 */
export function randomStream(seed: number, label: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}|${label}`));
  for (let i = 0; i < 16; i++) generator.next(); // near seeds start alike
  const unit = () => uniformFloat64(generator);
  return {
    unit,
    int: (lowest, highest) => uniformInt(generator, lowest, highest),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}

/** 32-bit FNV-1a of the text's code units, with a final mix. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}
