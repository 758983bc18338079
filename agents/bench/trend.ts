/** How a figure moves with time. */
export interface Trend {
  /** Of the figure per step, by least squares. */
  readonly slope: number;
  /** Twice the slope's standard error: it lies within so much of the true one 19 times in 20. */
  readonly bound: number;
}

/** The trend of figures taken at equal steps. Assumes three or more. */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const middle = (n - 1) / 2;
  const spread = (n * (n * n - 1)) / 12; // sum of (i - middle)^2
  const slope = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  const rest = values.reduce((sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2, 0);
  return { slope, bound: 2 * Math.sqrt(rest / (n - 2) / spread) };
}
