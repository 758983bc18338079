import type { EChartsOption } from "echarts";
import { contractPackets, localWhOf, meanPrice, roundsOf } from "../figures.ts";
import type { SlotResult } from "../result.ts";
import { centsPerKwh, centsText, clock, kwh, mass } from "../units.ts";
import { base, indexOf, legend, type Scene, timeAxis, timesOf, tooltipText, valueAxis } from "./base.ts";

/** The day from slot to slot: prices, energy, forecast, CO2. */

const GRID = { left: 46, right: 16, top: 62, bottom: 34 };
/** Below this width, pixels, a legend takes two lines. */
const NARROW = 560;

/** Prices between feed-in and retail; the chosen slot is shaded. */
export function priceChart(scene: Scene): EChartsOption {
  const { result, palette, width, chosen } = scene;
  const { slots, run } = result;
  const cents = (price: number | null) => (price === null ? null : centsPerKwh(price, run));
  const dash = [Math.max(3, (width - GRID.left - GRID.right) / slots.length), 3];
  const line = (name: string, colour: string, of: (slot: SlotResult) => number | null, style: object = {}) => ({
    name,
    type: "line",
    step: "middle",
    symbol: "rect",
    showAllSymbol: true,
    itemStyle: { color: colour },
    data: slots.map((slot) => cents(of(slot))),
    ...style,
  });
  const supplier = { showSymbol: false, lineStyle: { color: palette.grid, width: 2 } };
  const local = (colour: string) => ({ symbolSize: dash, lineStyle: { color: colour, width: 1, opacity: 0.5 }, z: 3 });
  const here = {
    type: "bar",
    yAxisIndex: 1,
    barWidth: "100%",
    silent: true,
    itemStyle: { color: palette.ink, opacity: 0.12 },
    data: slots.map((_, i) => (i === chosen ? 1 : null)),
  };
  const option = dayOption(scene, "ct/kWh", ["buyers pay", "sellers get", "supplier's retail and feed-in price"], {
    series: [
      line("supplier's retail and feed-in price", palette.grid, ({ retail }) => retail, supplier),
      line("supplier's retail and feed-in price", palette.grid, ({ feedIn }) => feedIn, supplier),
      line("buyers pay", palette.bid, (slot) => meanPrice(roundsOf(slot), "buyPrice"), local(palette.bid)),
      line("sellers get", palette.ask, (slot) => meanPrice(roundsOf(slot), "sellPrice"), local(palette.ask)),
      here,
    ],
    text: (slot) => [
      ["retail", centsText(slot.retail, run)],
      ["buyers pay", centsText(meanPrice(roundsOf(slot), "buyPrice"), run)],
      ["sellers get", centsText(meanPrice(roundsOf(slot), "sellPrice"), run)],
      ["feed-in", centsText(slot.feedIn, run)],
    ],
  });
  return { ...option, yAxis: [valueAxis(scene, "ct/kWh"), { type: "value", show: false, min: 0, max: 1 }] };
}

/** What homes used by origin, above; their surplus by where it went, below. */
export function energyChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const { packetWh } = result.run;
  const parts: [string, string, number, (slot: SlotResult) => number][] = [
    ["own roof or battery", palette.own, 1, ({ selfWh }) => selfWh],
    ["from and to neighbours", palette.local, 1, (slot) => localWhOf(slot, packetWh)],
    ["from the supplier", palette.grid, 1, (slot) => slot.importWh - localWhOf(slot, packetWh)],
    ["from and to neighbours", palette.local, 1, (slot) => -localWhOf(slot, packetWh)],
    ["to the supplier", palette.grid, 0.5, (slot) => localWhOf(slot, packetWh) - slot.exportWh],
  ];
  const series = parts.map(([name, colour, opacity, wh]) => ({
    name,
    type: "bar",
    stack: "energy",
    barCategoryGap: "12%",
    itemStyle: { color: colour, opacity },
    data: result.slots.map((slot) => wh(slot) / 1000),
  }));
  const text = (slot: SlotResult): [string, string][] => [
    ["own roof or battery", kwh(slot.selfWh)],
    ["from neighbours", kwh(localWhOf(slot, packetWh))],
    ["from the supplier", kwh(slot.importWh - localWhOf(slot, packetWh))],
    ["surplus fed in", kwh(slot.exportWh)],
    ["sold to neighbours", kwh(contractPackets(slot) * packetWh)],
    ["minted ecoins", String(slot.mintedEcoins)],
  ];
  const names = ["own roof or battery", "from and to neighbours", "from the supplier", "to the supplier"];
  return dayOption(scene, "kWh per slot", names, { series, text });
}

/** What the agents expected the community to draw, and what it drew. */
export function forecastChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const net = ({ importWh, exportWh }: SlotResult) => importWh - exportWh;
  const line = (name: string, colour: string, wh: (slot: SlotResult) => number | null, style: object) => ({
    name,
    type: "line",
    step: "middle",
    showSymbol: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2, ...style },
    data: result.slots.map((slot) => {
      const value = wh(slot);
      return value === null ? null : value / 1000;
    }),
  });
  return dayOption(scene, "kWh per slot", ["expected", "metered"], {
    series: [
      line("metered", palette.ink, net, { opacity: 0.8 }),
      line("expected", palette.fund, ({ forecastNetWh }) => forecastNetWh, { type: [5, 3] }),
    ],
    text: (slot) => [
      ["expected", slot.forecastNetWh === null ? "-" : kwh(slot.forecastNetWh)],
      ["metered", kwh(net(slot))],
    ],
  });
}

/** CO2 avoided since the day began. */
export function co2Chart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const factor = (result.run.packetWh * result.co2.gramsPerKwh) / 1000;
  let ecoins = 0;
  const grams = result.slots.map(({ mintedEcoins }) => {
    ecoins += mintedEcoins;
    return ecoins * factor;
  });
  const series = {
    name: "avoided",
    type: "line",
    showSymbol: false,
    lineStyle: { color: palette.local, width: 2 },
    areaStyle: { color: palette.local, opacity: 0.18 },
    data: grams.map((each) => each / 1000),
  };
  const text = (_: SlotResult, i: number): [string, string][] => [["avoided so far", mass(grams[i] ?? 0)]];
  return { ...dayOption(scene, "kg CO2", [], { series: [series], text }), grid: { ...GRID, top: 34 } };
}

export interface DayContent {
  readonly series: readonly object[];
  readonly text: (slot: SlotResult, index: number) => readonly (readonly [string, string])[];
}

export function dayOption(
  scene: Scene,
  unit: string,
  names: readonly string[],
  { series, text }: DayContent,
): EChartsOption {
  const { result, palette } = scene;
  const formatter = (params: unknown) => {
    const index = indexOf(params);
    const slot = result.slots[index];
    return slot ? tooltipText(clock(slot.start, result.run), text(slot, index)) : "";
  };
  const axisPointer = { type: "line" as const, lineStyle: { color: palette.muted } };
  return {
    ...base(scene),
    tooltip: { ...(base(scene).tooltip as object), trigger: "axis", axisPointer, formatter },
    legend: legend(scene, names),
    grid: { ...GRID, top: GRID.top + (scene.width < NARROW && names.length > 2 ? 28 : 0) },
    xAxis: timeAxis(scene, timesOf(result)),
    yAxis: valueAxis(scene, unit),
    series: [...series],
  } as EChartsOption;
}
