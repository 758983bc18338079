import type { GasCost, Result } from "./result.ts";

/** What a report assumes where the operator states nothing else: round figures, printed wherever they are used. */

export const DEFAULT_GAS_CASES: readonly Omit<GasCost, "costEur">[] = [
  { network: "mainnet", gasPriceGwei: 2, etherPriceEur: 3000, note: "a quiet day of 2025" },
  { network: "L2", gasPriceGwei: 0.01, etherPriceEur: 3000, note: "a typical rollup; its fee for data is left out" },
];

export const DEFAULT_CO2: Pick<Result["co2"], "gramsPerKwh" | "source"> = {
  gramsPerKwh: 363,
  source: "German electricity mix 2024, estimate of the Umweltbundesamt",
};
