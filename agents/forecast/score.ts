import { MISSING } from "../data/meterData.ts";

/**
 * How good a forecast was, over the slots that were measured. Real numbers: they describe, nothing is settled on them.
 */
export interface ForecastScore {
  readonly slots: number;
  readonly meanWh: number;
  /** Mean absolute error of p50, Wh per slot. */
  readonly maeWh: number;
  /** MAE over the mean size of the readings, |Wh|; NaN if that is 0. */
  readonly nmae: number;
  /** Mean quantile (pinball) loss, Wh per slot, of each quantile. */
  readonly pinballWh: { readonly p10: number; readonly p50: number; readonly p90: number };
  /** Share of readings within [p10, p90]; 0.8 is wanted. */
  readonly coverage: number;
}

interface Series {
  readonly p10: ArrayLike<number>;
  readonly p50: ArrayLike<number>;
  readonly p90: ArrayLike<number>;
}

/**
 * What was measured beside what was forecast, Wh per slot. A net series (import positive) is signed and has no mark for
 * missing readings.
 */
export interface ForecastCase {
  readonly actualWh: ArrayLike<number>;
  readonly forecast: Series;
  readonly signed?: boolean;
}

/** Scores one forecast against the readings of its slots. */
export function score(actualWh: ArrayLike<number>, forecast: Series): ForecastScore {
  return pool([{ actualWh, forecast }]);
}

/**
 * One score over several homes or days, each slot with the same weight; readings that are `MISSING` don't count, unless
 * signed.
 */
export function pool(cases: readonly ForecastCase[]): ForecastScore {
  const sums = { slots: 0, wh: 0, size: 0, error: 0, p10: 0, p50: 0, p90: 0, inside: 0 };
  for (const { actualWh, forecast, signed } of cases)
    for (let i = 0; i < actualWh.length; i++)
      if (signed || actualWh[i] !== MISSING) addSlot(sums, actualWh[i] as number, forecast, i);
  const { slots, wh, size, error } = sums;
  const pinballWh = { p10: sums.p10 / slots, p50: sums.p50 / slots, p90: sums.p90 / slots };
  const nmae = size === 0 ? Number.NaN : error / size;
  return { slots, meanWh: wh / slots, maeWh: error / slots, nmae, pinballWh, coverage: sums.inside / slots };
}

type Sums = Record<"slots" | "wh" | "size" | "error" | "p10" | "p50" | "p90" | "inside", number>;

function addSlot(sums: Sums, actual: number, { p10, p50, p90 }: Series, i: number): void {
  const [low, middle, high] = [p10[i] as number, p50[i] as number, p90[i] as number];
  sums.slots++;
  sums.wh += actual;
  sums.size += Math.abs(actual);
  sums.error += Math.abs(actual - middle);
  sums.p10 += pinball(actual, low, 0.1);
  sums.p50 += pinball(actual, middle, 0.5);
  sums.p90 += pinball(actual, high, 0.9);
  sums.inside += low <= actual && actual <= high ? 1 : 0;
}

/** share x (actual - quantile) above the quantile, (1 - share) x (quantile - actual) below it. */
function pinball(actual: number, quantile: number, share: number): number {
  return actual >= quantile ? share * (actual - quantile) : (1 - share) * (quantile - actual);
}
