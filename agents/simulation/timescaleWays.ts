import { inProcessChain } from "../chain/chain.ts";
import type { MeterData } from "../data/meterData.ts";
import { perfectForesight } from "../forecast/perfect.ts";
import type { WayResult } from "../report/result.ts";
import type { Community } from "./community.ts";
import { type AloneFigures, type DayFigures, dayFigures } from "./dayFigures.ts";
import { chainStartFor } from "./dayTimes.ts";
import type { MarketDayOptions } from "./marketDay.ts";
import { agentForecasters, liveSessionedDay } from "./sessionedDay.ts";
import { type GateTimes, sessionsOf, TIMESCALES, type Timescale } from "./timescales.ts";

/** One way to hold the sessions of a day. */
export interface TimescaleWay {
  readonly name: string;
  readonly timescales: readonly Timescale[];
  /** Homes foresee what will be measured. */
  readonly perfect: boolean;
}

export const WAYS: readonly TimescaleWay[] = [
  { name: "day-ahead only", timescales: ["day-ahead"], perfect: false },
  { name: "with intraday", timescales: ["day-ahead", "intraday"], perfect: false },
  { name: "all three", timescales: TIMESCALES, perfect: false },
  { name: "perfect foresight", timescales: ["day-ahead"], perfect: true },
];

/** The figures of a day that is lived in one way, on a chain in this process. */
export async function liveWay(
  community: Community,
  { timescales, perfect }: TimescaleWay,
  gates: GateTimes,
  market: MarketDayOptions,
): Promise<DayFigures> {
  const { day, data } = community;
  const chain = await inProcessChain(chainStartFor(day));
  try {
    const sessions = sessionsOf(day, data.slotSeconds, timescales, gates);
    const forecasters = perfect
      ? (_: Timescale, readings: MeterData) => perfectForesight(readings)
      : agentForecasters(community);
    return dayFigures(await liveSessionedDay(chain, community, sessions, market, forecasters));
  } finally {
    chain.provider.destroy();
  }
}

/** The ways of a report: devices by habit, without market, and the ones that were lived. */
export function wayResults(lived: readonly { readonly name: string; readonly day: DayFigures }[]): WayResult[] {
  const { byHabit, withoutMarket } = lived[0]!.day;
  return [
    aloneWay("devices by habit", byHabit),
    aloneWay("no market", withoutMarket),
    ...lived.map(({ name, day: { billWith, imbalance, ...figures } }): WayResult => {
      const { importWh, metWh, peakImportW, storedWh, boughtWh, localWh, shortWh, unusedWh } = figures;
      return {
        ...{ name, bill: billWith, importWh, metWh, peakImportW: Math.ceil(peakImportW), storedWh },
        contracts: { boughtWh, localWh, shortWh, unusedWh, imbalance },
      };
    }),
  ];
}

const aloneWay = (name: string, { bill, importWh, metWh, peakImportW, storedWh }: AloneFigures): WayResult => ({
  ...{ name, bill, importWh, metWh, peakImportW: Math.ceil(peakImportW), storedWh, contracts: null },
});
