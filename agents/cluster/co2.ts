/** Carbon that energy from the grid stands for. */
export interface CarbonFactor {
  /** Grams of CO2 equivalent per kWh. */
  readonly gramsPerKwh: number;
  readonly source: string;
}

/** The grid of the year of the paper's tariff. */
export const GRID_2017: CarbonFactor = {
  gramsPerKwh: 351.56,
  source: "UK Government conversion factors 2017, electricity generated",
};

/** CO2 of a day's exchange with the grid, kg. */
export interface SiteCarbon {
  /** Of what is bought. */
  readonly boughtKg: number;
  /** Of what is bought less what is sold, as if every kWh sold kept one from being made elsewhere; may be below 0. */
  readonly netKg: number;
}

/** One factor for all hours: then shifting saves nothing, sharing and own use do. */
export function carbonOf(exchangesKwh: readonly (readonly number[])[], { gramsPerKwh }: CarbonFactor): SiteCarbon {
  const kwh = exchangesKwh.flat();
  const sum = (of: (kwh: number) => number) => kwh.reduce((total, value) => total + of(value), 0);
  return {
    boughtKg: (sum((value) => Math.max(0, value)) * gramsPerKwh) / 1000,
    netKg: (sum((value) => value) * gramsPerKwh) / 1000,
  };
}
