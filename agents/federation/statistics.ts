/** Tests of one sample of runs against another. All p-values are one-sided unless said; none is below 1e-300. */

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance with n - 1 in the denominator; 0 for a single value. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/**
 * P-value of Mann and Whitney (1947) against "values of `larger` are not larger than those of `smaller`": normal
 * approximation with correction for ties and continuity.
 */
export function mannWhitney(larger: readonly number[], smaller: readonly number[]): number {
  const [n, m] = [larger.length, smaller.length];
  const total = n + m;
  let u = 0;
  for (const x of larger) for (const y of smaller) u += x > y ? 1 : x === y ? 0.5 : 0;
  const ties = tieSizes([...larger, ...smaller]).reduce((sum, t) => sum + t ** 3 - t, 0);
  const spread = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (spread <= 0) return 1;
  return normalTail((u - (n * m) / 2 - 0.5) / Math.sqrt(spread));
}

/**
 * P-value of Jonckheere (1954) and Terpstra against "the groups, in this order, do not rise": normal approximation with
 * the variance for ties (Hollander and Wolfe 1999, equation 6.19).
 */
export function jonckheereTerpstra(groups: readonly (readonly number[])[]): number {
  let j = 0;
  groups.forEach((later, i) => {
    for (const earlier of groups.slice(0, i))
      for (const x of earlier) for (const y of later) j += y > x ? 1 : x === y ? 0.5 : 0;
  });
  const sizes = groups.map((group) => group.length);
  const ties = tieSizes(groups.flat());
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const sum = (counts: readonly number[], of: (count: number) => number) => counts.reduce((s, c) => s + of(c), 0);
  const square = (c: number) => c * (c - 1) * (2 * c + 5);
  const triple = (c: number) => c * (c - 1) * (c - 2);
  const pair = (c: number) => c * (c - 1);
  const spread =
    (square(n) - sum(sizes, square) - sum(ties, square)) / 72 +
    (sum(sizes, triple) * sum(ties, triple)) / (36 * triple(n)) +
    (sum(sizes, pair) * sum(ties, pair)) / (8 * pair(n));
  const expected = (n ** 2 - sum(sizes, (c) => c ** 2)) / 4;
  return spread > 0 ? normalTail((j - expected) / Math.sqrt(spread)) : 1;
}

/**
 * P-value of two one-sided Welch tests (Schuirmann 1987) against "the mean of `values` is off the mean of `others` by
 * `share` of it or more".
 */
export function equivalence(values: readonly number[], others: readonly number[], share: number): number {
  const margin = Math.abs(mean(others)) * share;
  const difference = mean(values) - mean(others);
  const [a, b] = [variance(values) / values.length, variance(others) / others.length];
  return twoOneSided(difference, margin, Math.sqrt(a + b), welchFreedom(a, values.length, b, others.length));
}

/** The same against "the mean of `values` is off `target` by `share` of it or more". */
export function equivalenceTo(values: readonly number[], target: number, share: number): number {
  const error = Math.sqrt(variance(values) / values.length);
  return twoOneSided(mean(values) - target, Math.abs(target) * share, error, values.length - 1);
}

function twoOneSided(difference: number, margin: number, error: number, freedom: number): number {
  if (error === 0 || freedom <= 0) return Math.abs(difference) < margin ? 0 : 1;
  const below = studentTail((difference + margin) / error, freedom);
  const above = studentTail((margin - difference) / error, freedom);
  return Math.max(below, above);
}

function welchFreedom(a: number, n: number, b: number, m: number): number {
  if (a + b === 0) return 1;
  return (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1));
}

/** P-values adjusted by Holm (1979) for all being looked at together. */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[i]!));
    adjusted[i] = largest;
  });
  return adjusted;
}

/** How many times each value comes that comes more than once. */
function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/** Chance that a standard normal variable is above z, to 1.2e-7 of itself (Press et al., Numerical Recipes, erfcc). */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const series = ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = Math.max((t * Math.exp(-x * x + series)) / 2, 1e-300);
  return z >= 0 ? tail : 1 - tail;
}

const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** Chance that a variable with Student's distribution is above t. */
export function studentTail(t: number, freedom: number): number {
  const half = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t >= 0 ? half : 1 - half;
}

/** Regularised incomplete beta function, by Lentz's continued fraction (Press et al., Numerical Recipes, betacf). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) - logBeta(a, b)) / a;
  let c = 1;
  let d = 1 / keptFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let i = 1; i <= 500; i++) {
    const even = (i * (b - i) * x) / ((a + 2 * i - 1) * (a + 2 * i));
    d = 1 / keptFromZero(1 + even * d);
    c = keptFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + i) * (a + b + i) * x) / ((a + 2 * i) * (a + 2 * i + 1));
    d = 1 / keptFromZero(1 + odd * d);
    c = keptFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return Math.min(1, front * fraction);
}

const keptFromZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);

const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Logarithm of the gamma function (Lanczos 1964, in the form of Numerical Recipes, gammln). */
function logGamma(x: number): number {
  const shifted = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
  const sum = LANCZOS.reduce((s, coefficient, i) => s + coefficient / (x + 1 + i), 1.000000000190015);
  return -shifted + Math.log((Math.sqrt(2 * Math.PI) * sum) / x);
}

const LANCZOS = [
  76.18009172947146, -86.5053203294168, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3,
  -0.5395239384953e-5,
];
