import type * as Echarts from "echarts";
import { liveliestSlot, type Step, steps } from "../curves.ts";
import type { HomePlanResult, Result, SlotResult } from "../result.ts";
import { slotSentence } from "../sentences.ts";
import { centsText, clock, decimal, escapeHtml } from "../units.ts";
import { billChart, costChart, gasChart, moneyChart } from "./barCharts.ts";
import { chosenRound, readPalette, type Scene } from "./base.ts";
import { curveChart, slotLabel } from "./curveChart.ts";
import { co2Chart, energyChart, forecastChart, priceChart } from "./dayCharts.ts";
import { dayPlanChart } from "./planChart.ts";
import { keptChart, sessionGasChart, tradedChart } from "./sessionCharts.ts";

/** The page: reads the embedded result, draws the charts, follows the reader's slot, width and colour scheme. */

declare const echarts: typeof Echarts;

const CHARTS: Record<string, (scene: Scene) => Echarts.EChartsOption> = {
  curves: curveChart,
  prices: priceChart,
  energy: energyChart,
  bills: billChart,
  money: moneyChart,
  costs: costChart,
  gas: gasChart,
  co2: co2Chart,
  forecast: forecastChart,
  plan: dayPlanChart,
  traded: tradedChart,
  kept: keptChart,
  sessionGas: sessionGasChart,
};

const result = JSON.parse(byId("result").textContent ?? "") as Result;
let home = busiestHome(result);
let chosen = liveliestSlot(result.slots);
let round = 0;
const drawn = new Map<string, Echarts.ECharts>();

function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function draw(id: string): void {
  const element = document.getElementById(id);
  const option = CHARTS[id];
  if (!element || !option) return;
  const chart = drawn.get(id) ?? echarts.init(element, null, { renderer: "svg" });
  drawn.set(id, chart);
  chart.resize();
  chart.setOption(option({ result, palette: readPalette(), width: element.clientWidth, chosen, round, home }), {
    notMerge: true,
  });
}

function drawAll(): void {
  for (const id of Object.keys(CHARTS)) draw(id);
}

function choose(index: number): void {
  const slot = result.slots[index];
  if (!slot) return;
  chosen = index;
  byId<HTMLSelectElement>("slot").value = String(index);
  byId<HTMLButtonElement>("earlier").disabled = index === 0;
  byId<HTMLButtonElement>("later").disabled = index === result.slots.length - 1;
  fillRounds(slot);
  chooseRound(0);
  draw("prices");
}

/** Shows one of the sessions of the chosen slot. */
function chooseRound(index: number): void {
  round = index;
  const slot = chosenRound({ result, chosen, round })!;
  const sentence = slotSentence(slot, result.run);
  byId("slot-sentence").textContent = sentence;
  byId("curves").setAttribute("aria-label", sentence);
  byId("orders").innerHTML = [...steps(slot, "bid"), ...steps(slot, "ask")].map(orderRow).join("");
  draw("curves");
}

/** The sessions of a slot in which anybody offered anything, on a day of several. */
function fillRounds({ later }: SlotResult): void {
  const select = document.getElementById("round") as HTMLSelectElement | null;
  if (!select || !result.sessions) return;
  const numbers = [0, ...later.map(({ session }) => session)];
  select.replaceChildren(...numbers.map((number, i) => new Option(roundLabel(number), String(i))));
}

function roundLabel(number: number): string {
  const { timescale, gate } = result.sessions![number]!;
  return `${timescale}, gate ${clock(gate, result.run)}`;
}

function orderRow({ member, side, price, packets, fill, critical }: Step): string {
  const energy = (count: number) => decimal((count * result.run.packetWh) / 1000, 2);
  const cells = [
    escapeHtml(member),
    side,
    centsText(price, result.run),
    energy(packets),
    critical ? "left out" : energy(fill),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function fillChooser(): void {
  const select = byId<HTMLSelectElement>("slot");
  select.append(...result.slots.map((slot, i) => new Option(slotLabel(slot, result.run), String(i))));
  select.addEventListener("change", () => choose(Number(select.value)));
  const rounds = document.getElementById("round") as HTMLSelectElement | null;
  rounds?.addEventListener("change", () => chooseRound(Number(rounds.value)));
  byId("earlier").addEventListener("click", () => choose(chosen - 1));
  byId("later").addEventListener("click", () => choose(chosen + 1));
}

/** The home whose plan shows most: one with a battery, and of these the one with most devices. */
function busiestHome({ homePlans }: Result): number {
  const counts = (homePlans ?? []).map(({ devices, storedWh }) => devices.length + (storedWh ? 100 : 0));
  return Math.max(0, counts.indexOf(Math.max(...counts)));
}

function chooseHome(): void {
  const select = document.getElementById("home") as HTMLSelectElement | null;
  if (!select || !result.homePlans) return;
  select.append(...result.homePlans.map((plan, i) => new Option(homeLabel(plan), String(i))));
  const show = () => {
    home = Number(select.value);
    byId("plan-missed").textContent = result.homePlans![home]!.missed.join(" ");
    draw("plan");
  };
  select.value = String(home);
  select.addEventListener("change", show);
  show();
}

const homeLabel = ({ member, devices }: HomePlanResult): string =>
  `${member}: ${devices.map(({ name }) => name).join(", ") || "no device"}`;

/** A click into the prices chooses the slot under it. */
function chooseByClick(): void {
  const chart = drawn.get("prices");
  chart?.getZr().on("click", ({ offsetX, offsetY }) => {
    if (!chart.containPixel("grid", [offsetX, offsetY])) return;
    choose(Math.round(chart.convertFromPixel({ seriesIndex: 0 }, [offsetX, offsetY])[0] ?? chosen));
  });
}

fillChooser();
drawAll();
choose(chosen);
chooseByClick();
chooseHome();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new ResizeObserver(() => requestAnimationFrame(drawAll)).observe(document.body);
