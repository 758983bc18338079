import type { EChartsOption } from "echarts";
import { gasPerOrderUp, roundsOf, sumOf } from "../figures.ts";
import type { Result, RoundResult, SlotResult } from "../result.ts";
import { timescaleTrades } from "../sessionTables.ts";
import { centsText, kwh, whole } from "../units.ts";
import { barOption, type NamedBar } from "./barCharts.ts";
import { base, legend, nameAxis, type Palette, type Scene, valueAxis } from "./base.ts";
import { dayOption } from "./dayCharts.ts";

/** A day of several sessions: what was traded when, what of it was kept, what it took. */

type Timescale = NonNullable<Result["timescales"]>[number]["timescale"];

const inkOf = (palette: Palette, timescale: Timescale): string =>
  ({ "day-ahead": palette.bid, intraday: palette.ask, "real-time": palette.fund })[timescale];

/** What was traded of each slot, by timescale. */
export function tradedChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const names = (result.timescales ?? []).map(({ timescale }) => timescale);
  const energyOf = (slot: SlotResult, timescale: Timescale) =>
    sumOf(roundsIn(result, slot, timescale), ({ packets }) => packets) * result.run.packetWh;
  const series = names.map((timescale) => ({
    name: timescale,
    type: "bar",
    stack: "traded",
    barCategoryGap: "12%",
    itemStyle: { color: inkOf(palette, timescale) },
    data: result.slots.map((slot) => energyOf(slot, timescale) / 1000),
  }));
  const text = (slot: SlotResult) =>
    names.flatMap((timescale) =>
      roundsIn(result, slot, timescale)
        .filter(({ packets }) => packets > 0)
        .map(({ packets, buyPrice, sellPrice }): [string, string] => [
          timescale,
          `${kwh(packets * result.run.packetWh)}, ${centsText(buyPrice, result.run)} / ${centsText(sellPrice, result.run)}`,
        ]),
    );
  return dayOption(scene, "kWh per slot", names, { series, text });
}

/** What the sessions of a timescale made of a slot. A slot's first session is the day's first. */
function roundsIn({ sessions }: Result, slot: SlotResult, timescale: Timescale): RoundResult[] {
  const numbers = [0, ...slot.later.map(({ session }) => session)];
  return roundsOf(slot).filter((_, i) => sessions?.[numbers[i]!]?.timescale === timescale);
}

/** Contracts after each timescale: kept, bought and not drawn, sold and not fed in. */
export function keptChart(scene: Scene): EChartsOption {
  const { result, palette, width } = scene;
  const ended = result.timescales ?? [];
  const energy = (packets: number) => (packets * result.run.packetWh) / 1000;
  const bars = (name: string, colour: string, of: (each: (typeof ended)[number]) => number) => ({
    ...{ name, type: "bar", barGap: "12%", barCategoryGap: "32%", itemStyle: { color: colour } },
    label: {
      ...{ show: true, position: "right", color: palette.ink },
      formatter: ({ value }: { value: number }) => kwh(value * 1000),
    },
    data: ended.map((each) => energy(of(each))),
  });
  const names = ended.map(({ timescale }, i) => (i === 0 ? timescale : `+ ${timescale}`));
  return {
    ...base(scene),
    tooltip: { show: false },
    legend: legend(scene, ["drawn and fed in", "bought, not drawn", "sold, not fed in"]),
    grid: { left: 90, right: 80, top: width < 520 ? 62 : 40, bottom: 48 },
    xAxis: { ...valueAxis(scene, "kWh"), nameLocation: "middle", nameGap: 28, splitNumber: 4 },
    yAxis: nameAxis(scene, names, 82),
    series: [
      bars("drawn and fed in", palette.local, ({ keptPackets }) => keptPackets),
      bars("bought, not drawn", palette.grid, ({ unusedPackets }) => unusedPackets),
      bars("sold, not fed in", palette.worse, ({ shortPackets }) => shortPackets),
    ],
  } as EChartsOption;
}

/** Gas per order of each timescale's sessions. */
export function sessionGasChart(scene: Scene): EChartsOption {
  const bars = timescaleTrades(scene.result).map((trade): NamedBar => {
    const gas = gasPerOrderUp(trade) ?? 0;
    return { name: trade.timescale, value: gas, text: whole(gas), colour: inkOf(scene.palette, trade.timescale) };
  });
  return barOption(scene, bars, { unit: "gas per order", log: true });
}
