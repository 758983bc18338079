import type { EChartsOption } from "echarts";
import { across, type CommunitiesResult } from "./communities.ts";
import { INK, svgChart } from "./svgChart.ts";
import { clock, decimal, escapeHtml } from "./units.ts";

const WIDTH = 1100;
const COLOURS = [INK.own, INK.local, INK.bid, INK.fund, INK.ask] as const;

/** Communities around the point where their links meet: what went out and what came in over each, kWh over the day. */
export function mapChart({ communities, slots, run }: CommunitiesResult): string {
  const height = 360;
  const [x, y] = [WIDTH / 2, height - 70];
  const parts = communities.map(({ name, homes, pvHomes, energy }, c) => {
    const at = ((c + 0.5) * WIDTH) / communities.length;
    const flows = slots.map(({ net }) => (net[c]! * run.packetWh) / 1000);
    const inward = flows.reduce((sum, kwh) => sum + Math.max(0, kwh), 0);
    const outward = flows.reduce((sum, kwh) => sum + Math.max(0, -kwh), 0);
    const width = (kwh: number) => Math.max(1.5, Math.min(14, kwh / 2)).toFixed(1);
    const line = (offset: number, kwh: number, colour: string) =>
      `<line x1="${(at + offset).toFixed(1)}" y1="118" x2="${(x + offset + (c - 1) * 24).toFixed(1)}" y2="${y - 16}" stroke="${colour}" stroke-width="${width(kwh)}"/>`;
    const label = [
      [name, 46, 20, INK.ink],
      [`${homes} homes, ${pvHomes} with PV`, 68, 13, INK.muted],
      [`at home ${decimal(energy.atHomeWh / 1000, 1)} kWh`, 88, 13, INK.local],
    ] as const;
    const texts = label.map(([text, top, size, colour]) => textAt(at, top, size, colour, text));
    const beside = at + (x - at) * 0.45;
    const flowsText = `out ${decimal(outward, 1)} kWh, in ${decimal(inward, 1)} kWh`;
    return [
      line(-9, outward, INK.ask),
      line(9, inward, INK.bid),
      `<rect x="${at - 110}" y="20" width="220" height="98" rx="12" fill="#fff" stroke="${COLOURS[c % COLOURS.length]}" stroke-width="4"/>`,
      ...texts,
      `<rect x="${beside - 100}" y="182" width="200" height="24" rx="6" fill="#fff"/>`,
      textAt(beside, 199, 14, INK.ink, flowsText),
    ].join("");
  });
  const crossed = slots.reduce((sum, slot) => sum + across(slot), 0) * run.packetWh;
  const hub = `<circle cx="${x}" cy="${y}" r="26" fill="${INK.line}"/>`;
  const text = `${decimal(crossed / 1000, 1)} kWh of trades crossed; each link carries ${decimal(run.linkW / 1000, 1)} kW of them each way`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif">${parts.join("")}${hub}${textAt(x, height - 20, 14, INK.muted, text)}</svg>`;
}

const textAt = (x: number, y: number, size: number, colour: string, text: string): string =>
  `<text x="${x.toFixed(1)}" y="${y}" text-anchor="middle" font-size="${size}" fill="${colour}">${escapeHtml(text)}</text>`;

/** Trades over each link and its limits, kW, import positive; below, the federation's prices, ct per kWh. */
export function linkChart(result: CommunitiesResult): string {
  const { communities, slots, run } = result;
  const kw = (packets: number) => (packets * run.packetWh * 3.6) / run.slotSeconds;
  const cents = (price: number | null) =>
    price === null ? null : (price * 100 * 1000) / run.packetWh / 10 ** run.token.decimals;
  const data = slots.map(({ start }) => clock(start, run));
  const axis = (gridIndex: number) => ({
    ...{ type: "category" as const, gridIndex, data },
    axisLabel: { color: INK.muted, interval: Math.round((3 * 3600) / run.slotSeconds) - 1 },
    axisTick: { show: false },
    axisLine: { onZero: false, lineStyle: { color: INK.line } },
  });
  const value = (gridIndex: number, name: string) => ({
    ...{ type: "value" as const, gridIndex, name },
    nameTextStyle: { color: INK.muted, align: "left" as const },
    axisLabel: { color: INK.muted },
    splitLine: { lineStyle: { color: INK.line } },
  });
  const line = (name: string, values: (number | null)[], colour: string, at: number, dashed = false) => ({
    ...{ type: "line" as const, step: "middle" as const, name, data: values, xAxisIndex: at, yAxisIndex: at },
    symbol: "none",
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2, type: dashed ? ("dashed" as const) : ("solid" as const) },
  });
  const limit = run.linkW / 1000;
  const option: EChartsOption = {
    legend: { top: 0, left: 0, textStyle: { color: INK.ink, fontSize: 13 }, itemWidth: 18, itemGap: 16 },
    grid: [
      { left: 60, right: 24, top: 64, height: 250 },
      { left: 60, right: 24, top: 370, height: 140 },
    ],
    xAxis: [axis(0), axis(1)],
    yAxis: [value(0, "traded over the link, kW (in is positive)"), value(1, "ct per kWh")],
    series: [
      ...communities.map(({ name }, c) =>
        line(
          name,
          slots.map(({ net }) => kw(net[c]!)),
          COLOURS[c % COLOURS.length]!,
          0,
        ),
      ),
      ...[limit, -limit].map((at) => line("limit", new Array(slots.length).fill(at), INK.grid, 0, true)),
      line(
        "buyers pay",
        slots.map(({ buyPrice }) => cents(buyPrice)),
        INK.worse,
        1,
      ),
      line(
        "sellers get",
        slots.map(({ sellPrice }) => cents(sellPrice)),
        INK.muted,
        1,
      ),
    ],
  };
  return svgChart(option, WIDTH, 550);
}
