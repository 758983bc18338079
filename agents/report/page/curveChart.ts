import type { EChartsOption } from "echarts";
import { corners, type Step, steps } from "../curves.ts";
import type { OrderResult, SlotResult, Units } from "../result.ts";
import { centsPerKwh, centsText, clock, decimal, escapeHtml, kwh, smallEur, tokens } from "../units.ts";
import { base, chosenRound, legend, type Scene, tooltipText, valueAxis } from "./base.ts";

/** Supply and demand of the chosen slot, with its two prices and the pair that was left out. */

const HEIGHT = 420;
const TOP = 66;
const BOTTOM = 44;
const LABEL_GAP = 17;

export function curveChart(scene: Scene): EChartsOption {
  const { result, palette, width } = scene;
  const slot = chosenRound(scene);
  if (!slot) return base(scene);
  const [bids, asks] = [steps(slot, "bid"), steps(slot, "ask")];
  const range = priceRange(slot, result.run);
  const right = width < 520 ? 96 : 124;
  const lines = [...sideLines(scene, "bid", palette.bid, bids), ...sideLines(scene, "ask", palette.ask, asks)];
  const tooltip = {
    ...(base(scene).tooltip as object),
    trigger: "axis" as const,
    axisPointer: { lineStyle: { color: palette.muted }, snap: false },
    formatter: (params: unknown) => stepText(params, bids, asks, result.run),
  };
  return {
    ...base(scene),
    tooltip,
    legend: { ...legend(scene, ["demand", "supply"]), selectedMode: false },
    grid: { left: 46, right, top: TOP, bottom: BOTTOM },
    xAxis: {
      ...valueAxis(scene, "kWh"),
      min: 0,
      max: (Math.max(1, bids.at(-1)?.to ?? 0, asks.at(-1)?.to ?? 0) * result.run.packetWh) / 1000,
      nameLocation: "middle",
      nameGap: 26,
      axisLabel: { color: palette.muted, fontSize: 12, showMaxLabel: false },
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: palette.line } },
    },
    yAxis: { ...valueAxis(scene, "ct/kWh"), ...range, axisLabel: { color: palette.muted, showMinLabel: false } },
    series: [...lines, marks(scene, slot, range)],
    graphic: slot.orders.length > 0 ? [] : [emptyText(scene)],
  } as EChartsOption;
}

/** A side as a thin line, bold where it trades; its order that was left out is dashed and says so. */
function sideLines({ result, palette }: Scene, side: OrderResult["side"], colour: string, of: readonly Step[]) {
  const critical = of.findIndex((step) => step.critical);
  const winners = of.slice(0, Math.max(0, critical));
  const leftOut = of.slice(critical, critical + 1);
  const line = (part: readonly Step[], lineStyle: object, z: number) => ({
    name: side === "bid" ? "demand" : "supply",
    type: "line",
    data: corners(part).map(([packets, price]) => point(packets, price, result.run)),
    showSymbol: false,
    silent: true,
    itemStyle: { color: colour },
    lineStyle: { color: colour, ...lineStyle },
    z,
  });
  const label = {
    show: true,
    formatter: "left out",
    color: palette.worse,
    position: side === "bid" ? "top" : "bottom",
  };
  const markPoint = {
    silent: true,
    symbolSize: 1,
    label: { ...label, fontSize: 12, distance: 6 },
    data: leftOut.map(({ from, to, price }) => ({ coord: point((from + to) / 2, price, result.run) })),
  };
  return [
    line(of, { width: 1.5, opacity: 0.75 }, 3),
    line(winners.some(({ fill }) => fill > 0) ? winners : [], { width: 3.5 }, 4),
    line(leftOut, { width: 9, opacity: 0.28, color: palette.worse, cap: "round" }, 2),
    { ...line(leftOut, { width: 3.5, type: [5, 3] }, 5), markPoint },
  ];
}

function point(packets: number, price: number, units: Units): [number, number] {
  return [(packets * units.packetWh) / 1000, centsPerKwh(price, units)];
}

/** Everything that is not an order: the four prices, what was traded, what the fund took. */
function marks({ result, palette }: Scene, slot: SlotResult, range: Range) {
  const { run } = result;
  const prices = [
    { text: "retail", price: slot.retail, colour: palette.muted, type: "dotted" },
    { text: "buyers pay", price: slot.buyPrice, colour: palette.bid, type: "solid" },
    { text: "sellers get", price: slot.sellPrice, colour: palette.ask, type: "solid" },
    { text: "feed-in", price: slot.feedIn, colour: palette.muted, type: "dotted" },
  ].flatMap(({ price, ...mark }) => (price === null ? [] : [{ ...mark, cents: centsPerKwh(price, run) }]));
  prices.sort((a, b) => b.cents - a.cents);
  const shifts = labelShifts(
    prices.map(({ cents }) => cents),
    range,
  );
  const priceLines = prices.map(({ text, cents, colour, type }, i) => ({
    yAxis: cents,
    lineStyle: { color: colour, type, width: 1 },
    label: { formatter: `${text} ${decimal(cents, 1)}`, color: colour, offset: [0, shifts[i] ?? 0] },
  }));
  const [edge, bottom] = point(slot.packets, slot.sellPrice ?? 0, run);
  const traded = slot.packets > 0;
  return {
    type: "line",
    data: [],
    silent: true,
    markLine: {
      symbol: "none",
      silent: true,
      label: { position: "end", distance: 6, fontSize: 12 },
      data: [...priceLines, ...(traded ? [tradedLine(edge, palette.muted, kwh(slot.packets * run.packetWh))] : [])],
    },
    markArea: {
      silent: true,
      itemStyle: { color: palette.fund, opacity: 0.16 },
      label: {
        show: true,
        position: "inside",
        color: palette.fund,
        fontSize: 13,
        formatter: fundLabel(slot, range, run),
      },
      data: traded ? [[{ coord: [0, bottom] }, { coord: [edge, centsPerKwh(slot.buyPrice ?? 0, run)] }]] : [],
    },
  };
}

/** What the shaded area is worth, where there is room to say so. */
function fundLabel({ buyPrice, sellPrice, packets }: SlotResult, { min, max }: Range, units: Units): string {
  const spread = (buyPrice ?? 0) - (sellPrice ?? 0);
  const height = (centsPerKwh(spread, units) / (max - min)) * (HEIGHT - TOP - BOTTOM);
  return height < LABEL_GAP ? "" : `fund: ${smallEur(tokens(spread * packets, units))}`;
}

function tradedLine(kwhTraded: number, colour: string, text: string) {
  const label = { formatter: `${text} traded`, color: colour, position: "end", distance: 4 };
  return { xAxis: kwhTraded, lineStyle: { color: colour, type: "dashed", width: 1 }, label };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** The prices to show, ct/kWh: zero, all prices and some air, from one line of the scale to another. */
function priceRange({ orders, retail, feedIn }: SlotResult, units: Units): Range {
  const all = [retail, feedIn, ...orders.map(({ price }) => price)].map((price) => centsPerKwh(price, units));
  const [lowest, highest] = [Math.min(0, ...all), Math.max(0, ...all)];
  const air = (highest - lowest) * 0.04;
  const interval = [0.5, 1, 2, 5, 10, 20, 50, 100].find((step) => (highest - lowest) / step <= 6) ?? 1000;
  const [below, above] = [lowest < 0 ? lowest - air : 0, highest + air];
  return { min: Math.floor(below / interval) * interval, max: Math.ceil(above / interval) * interval, interval };
}

/** Pixels by which labels at these prices (falling) have to move down so that none hides another. */
function labelShifts(cents: readonly number[], { min, max }: Range): number[] {
  const wanted = cents.map((price) => ((max - price) / (max - min)) * (HEIGHT - TOP - BOTTOM));
  const places: number[] = [];
  for (const y of wanted) places.push(Math.max(y, (places.at(-1) ?? -LABEL_GAP) + LABEL_GAP));
  for (let [i, floor] = [places.length - 1, HEIGHT - TOP - BOTTOM]; i >= 0; i--, floor -= LABEL_GAP)
    places[i] = Math.min(places[i] as number, floor);
  return places.map((y, i) => y - (wanted[i] as number));
}

/** Whose packet stands at the pointer on each side. */
function stepText(params: unknown, bids: readonly Step[], asks: readonly Step[], units: Units): string {
  const [first] = params as { axisValue: number }[];
  const packets = ((first?.axisValue ?? 0) * 1000) / units.packetWh;
  const row = (side: string, of: readonly Step[]): [string, string][] => {
    const step = of.find(({ from, to }) => from <= packets && packets < to);
    if (!step) return [];
    const fate = step.critical
      ? "left out, sets the price"
      : step.fill > 0
        ? `trades ${kwh(step.fill * units.packetWh)}`
        : "does not trade";
    return [
      [
        `${side} ${escapeHtml(step.member)}: ${kwh(step.packets * units.packetWh)} at ${centsText(step.price, units)}`,
        fate,
      ],
    ];
  };
  return tooltipText(`at ${kwh(packets * units.packetWh)}`, [...row("bid of", bids), ...row("ask of", asks)]);
}

function emptyText({ palette }: Scene) {
  const style = { text: "Nobody offered anything in this slot.", fill: palette.muted, fontSize: 15 };
  return { type: "text", left: "center", top: "middle", style };
}

/** What the chooser calls a slot: `12:15, 1.20 kWh traded`. */
export function slotLabel(slot: SlotResult, units: Units): string {
  const traded = slot.packets > 0 ? `${kwh(slot.packets * units.packetWh)} traded` : "no trade";
  return `${clock(slot.start, units)}, ${traded}`;
}
