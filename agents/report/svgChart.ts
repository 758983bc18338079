import { type EChartsOption, init } from "echarts";

/** The colours of a page in light, for charts that are drawn before there is a page. */
export const INK = {
  ink: "#17202a",
  muted: "#5b6775",
  line: "#dfe3e7",
  bid: "#2463c5",
  ask: "#d26a10",
  own: "#edb02f",
  local: "#17925f",
  grid: "#98a5b3",
  fund: "#7449c4",
  worse: "#c4423a",
} as const;

/** A chart as SVG text that needs no script. */
export function svgChart(option: EChartsOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ animation: false, textStyle: { fontFamily: "sans-serif", color: INK.ink }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
