import type * as Echarts from "echarts";
import { readPalette, type SlotTimes } from "./base.ts";
import { planChart, type ShownPlan } from "./planChart.ts";

/** The page of a home's plan: reads the embedded plan and draws its chart, in the reader's width and colour scheme. */

declare const echarts: typeof Echarts;

const { plan, times } = JSON.parse(document.getElementById("plan-data")?.textContent ?? "") as {
  readonly plan: ShownPlan;
  readonly times: SlotTimes;
};
const element = document.getElementById("plan")!;
const chart = echarts.init(element, null, { renderer: "svg" });

function draw(): void {
  chart.resize();
  chart.setOption(planChart({ palette: readPalette(), width: element.clientWidth }, times, plan), { notMerge: true });
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
new ResizeObserver(() => requestAnimationFrame(draw)).observe(document.body);
