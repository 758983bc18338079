/**
 * Gini coefficient of values that are at least 0: the mean absolute difference of two members over twice the mean; 0 where all
 * are alike or have nothing, (n - 1) / n where one of n has all.
 */
export function gini(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const weighted = sorted.reduce((total, value, i) => total + (2 * i + 1 - n) * value, 0);
  return weighted / (n * sum);
}
