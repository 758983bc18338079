import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Script } from "node:vm";
import * as echarts from "echarts";
import { describe, expect, test } from "vitest";
import { embeddedJson, renderHtml } from "../../../agents/report/html.ts";
import { billChart, costChart, gasChart, moneyChart } from "../../../agents/report/page/barCharts.ts";
import type { Palette, Scene } from "../../../agents/report/page/base.ts";
import { curveChart } from "../../../agents/report/page/curveChart.ts";
import { co2Chart, energyChart, forecastChart, priceChart } from "../../../agents/report/page/dayCharts.ts";
import { keptChart, sessionGasChart, tradedChart } from "../../../agents/report/page/sessionCharts.ts";
import type { Result } from "../../../agents/report/result.ts";
import { writeReport } from "../../../agents/report/write.ts";
import { exampleResult, withSessions } from "./fixture.ts";

/** The texts of the page's script elements, in order. */
function scripts(html: string): string[] {
  return [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text as string);
}

describe("report.html", () => {
  const result = exampleResult({ homes: 20, slotSeconds: 900 });
  const html = renderHtml(result);

  test("stays below two megabytes for twenty homes and 96 slots", () => {
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
  });

  test("holds the whole result", () => {
    expect(JSON.parse(scripts(html)[0]!)).toEqual(result);
  });

  test("loads nothing from anywhere", () => {
    expect(html).toContain("default-src 'none'");
    const [json, library, page] = scripts(html) as [string, string, string];
    const own = html.replace(library, "");
    expect(own).not.toMatch(/https?:|\bsrc=|\bhref=|<link|@import|url\(|\bfetch\(|XMLHttpRequest|\bimport\b[ (]/);
    expect(json + library + page).not.toContain("</script");
  });

  test("has scripts that parse", () => {
    for (const script of scripts(html).slice(1)) expect(() => new Script(script)).not.toThrow();
  });

  test("names every plot and says it in words", () => {
    for (const id of ["curves", "prices", "energy", "bills", "money", "costs", "gas", "co2", "forecast"]) {
      expect(html).toContain(`<h2 id="${id}-title">`);
      expect(html).toMatch(new RegExp(`id="${id}" style="height: \\d+px" role="img" aria-label="[^"]`));
    }
    expect(html).toContain("<noscript>");
    expect(html).toContain("<caption>Homes, bills in EUR</caption>");
  });

  test("tells a day of several sessions, and only that, by timescale and session", () => {
    const several = renderHtml(withSessions(exampleResult()));
    const withoutScripts = (text: string) => text.replace(/<script>[\s\S]*?<\/script>/g, "");
    const [page, html] = [several, renderHtml(result)].map(withoutScripts) as [string, string];
    for (const id of ["traded", "kept", "sessionGas"]) {
      expect(page).toContain(`<h2 id="${id}-title">`);
      expect(html).not.toContain(`<h2 id="${id}-title">`);
    }
    for (const text of ["Sessions, by their gates", "The same day lived in other ways", 'id="round"']) {
      expect(page).toContain(text);
      expect(html).not.toContain(text);
    }
    for (const script of scripts(several).slice(1)) expect(() => new Script(script)).not.toThrow();
  });

  test("lets no name out of its place", () => {
    const hostile = exampleResult({ homes: 2 });
    const name = '</script><script>alert("1")</script><b>';
    hostile.members[0]!.id = name;
    hostile.warnings = [{ about: "other", text: name }];
    const page = renderHtml(hostile);
    expect(page).not.toContain("<script>alert");
    expect(scripts(page)).toHaveLength(3);
    expect(JSON.parse(embeddedJson(hostile))).toEqual(hostile);
  });
});

describe("plots", () => {
  const names = [
    "card",
    "ink",
    "muted",
    "line",
    "bid",
    "ask",
    "own",
    "local",
    "grid",
    "fund",
    "worse",
    "font",
  ] as const;
  const palette = Object.fromEntries(names.map((name) => [name, "#123456"])) as Palette;
  const charts = {
    curveChart,
    priceChart,
    energyChart,
    forecastChart,
    co2Chart,
    billChart,
    moneyChart,
    gasChart,
    costChart,
    tradedChart,
    keptChart,
    sessionGasChart,
  };

  /** The plot as SVG text. */
  function drawn(chart: (scene: Scene) => echarts.EChartsOption, result: Result, width: number, chosen = 0): string {
    const plot = echarts.init(null, null, { renderer: "svg", ssr: true, width, height: 420 });
    plot.setOption(chart({ result, palette, width, chosen, round: 0, home: 0 }));
    const svg = plot.renderToSVGString();
    plot.dispose();
    return svg;
  }

  const days: [string, Result][] = [
    ["a day", exampleResult({ homes: 20, slotSeconds: 900 })],
    ["flat tariffs", exampleResult({ flat: true })],
    ["a day unwound", exampleResult({ outcome: "unwound" })],
    ["a day of several sessions", withSessions(exampleResult())],
    ["one home alone", exampleResult({ homes: 1 })],
    ["nothing to compare", { ...exampleResult(), baseline: null, gasCosts: [], phases: [] }],
  ];
  test.each(days)("draw %s, wide and narrow, without a figure that is none", (_, result) => {
    for (const chart of Object.values(charts))
      for (const width of [340, 1100]) expect(drawn(chart, result, width)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("of supply and demand show every slot, its prices and who was left out", () => {
    const result = exampleResult();
    result.slots.forEach((slot, i) => {
      const svg = drawn(curveChart, result, 1100, i);
      expect(svg).toContain("retail 38.0");
      expect(svg.includes("buyers pay")).toBe(slot.packets > 0);
      expect(svg.includes("left out")).toBe(slot.criticalBid !== null);
      expect(svg.includes("Nobody offered")).toBe(slot.orders.length === 0);
    });
  });

  test("of a later session show its own orders", () => {
    const result = withSessions(exampleResult({ slotSeconds: 900 }));
    const chart = (round: number) => (scene: Scene) => curveChart({ ...scene, round });
    const slot = result.slots.findIndex(({ packets, later }) => packets > 0 && later.length > 0);
    expect(drawn(chart(0), result, 1100, slot)).toContain("buyers pay");
    expect(drawn(chart(1), result, 1100, slot)).not.toContain("buyers pay");
  });

  test("of several sessions name timescales and gas", () => {
    const result = withSessions(exampleResult());
    for (const chart of [tradedChart, keptChart, sessionGasChart])
      expect(drawn(chart, result, 1100)).toContain("real-time");
    expect(drawn(sessionGasChart, result, 1100)).toContain(">500</text>");
  });

  test("of supply and demand hold negative prices", () => {
    const result = exampleResult();
    const slot = result.slots.find(({ packets }) => packets > 0)!;
    slot.orders.find(({ side, fill }) => side === "ask" && fill > 0)!.price = -900;
    expect(drawn(curveChart, result, 1100, result.slots.indexOf(slot))).toContain(">-10</text>");
  });
});

test("writeReport writes the folder, and nothing for a result that breaks a rule", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "report-")), "out");
  const result = exampleResult();
  expect(() => writeReport({ ...result, fund: { ...result.fund, took: 0 } }, folder)).toThrow(/^RESULT-6/);
  expect(() => readdirSync(folder)).toThrow(/ENOENT/);
  const files = ["members.csv", "orders.csv", "phases.csv", "report.html", "result.json", "slots.csv"];
  expect(writeReport(result, folder).sort()).toEqual(files.map((name) => join(folder, name)));
  expect(JSON.parse(readFileSync(join(folder, "result.json"), "utf8"))).toEqual(result);
  const several = writeReport(withSessions(result), `${folder}2`);
  expect(several.map((file) => basename(file)).sort()).toEqual([...files, "sessions.csv"].sort());
  rmSync(join(folder, ".."), { recursive: true });
});
