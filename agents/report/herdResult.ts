import { z } from "zod";
import { columns } from "./columns.ts";
import { card, htmlTable } from "./htmlParts.ts";
import type { PlainChart, PlainSeries } from "./plainChart.ts";
import { plainPage } from "./plainPage.ts";
import { decimal, kwh, whole } from "./units.ts";

/** What became of a herd: peaks of the feeder by how many homes follow the price. */

const count = () => z.int().min(0);
const waySchema = z.strictObject({
  peakW: count().describe("the highest that all meters together drew in a slot, W"),
  peakSlot: count().describe("in which slot of the day"),
  supplierPeakW: count().describe("the highest that was drawn from suppliers in a slot, W"),
  supplierWh: count().describe("Wh drawn from suppliers over the day"),
  unmetWh: count().describe("commons: Wh wanted and not given"),
  beyondWh: count().describe("commons: Wh imported beyond the allowance"),
  netWh: z.array(z.int()).describe("import less export of all meters by slot, Wh"),
});
const levelSchema = z.strictObject({
  percent: count().describe("share of homes whose devices follow the price"),
  followers: count().describe("as many homes"),
  movedWh: count().describe("Wh that run at another time than by habit where they follow the price"),
  noSharing: waySchema.describe("each on its own"),
  market: waySchema.describe("each on its own, trading in a market"),
  commons: waySchema.describe("their devices ask a commons instead"),
  besides: waySchema.describe("they follow the price, and the other homes' devices ask a commons"),
});
export const herdSchema = z.strictObject({
  schema: z.literal("commonwatt-herd/1"),
  seed: count(),
  homes: count(),
  day: z.string(),
  label: z.string().describe("where the homes come from"),
  tariff: z.string().describe("what is followed"),
  slotSeconds: count(),
  levels: z.array(levelSchema),
});
export type HerdResult = z.infer<typeof herdSchema>;
export type HerdLevel = HerdResult["levels"][number];
export type HerdWay = HerdLevel["noSharing"];

const WAYS = [
  ["noSharing", "no sharing", "worse"],
  ["market", "market", "bid"],
  ["commons", "commons", "local"],
  ["besides", "commons, followers stay out", "muted"],
] as const;

const kw = (watts: number): string => decimal(watts / 1000, 1);

/** Time of a slot's beginning on a day that begins at midnight and has 24 hours. */
function slotName({ slotSeconds }: Pick<HerdResult, "slotSeconds">, slot: number): string {
  const minutes = (slot * slotSeconds) / 60;
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

export function herdHeadline(result: HerdResult): string {
  const { levels } = result;
  const [none, all] = [levels[0]!, levels.at(-1)!];
  const peak = ({ peakW, peakSlot }: HerdWay) => `${kw(peakW)} kW at ${slotName(result, peakSlot)}`;
  const [before, after] = [none.noSharing, all.noSharing];
  const change = after.peakW > before.peakW ? "grows" : before.peakSlot === after.peakSlot ? "goes" : "moves";
  return (
    `When ${all.percent} % of the homes follow the price, each on its own, the feeder's peak ${change} from ${peak(before)} ` +
    `to ${peak(after)}; when the same devices ask a commons, it is ${peak(all.commons)}.`
  );
}

const MARKET_TEXT =
  "The market changes who supplies a kWh, not when it is drawn: devices have decided by the tariff before it clears, so the feeder's peak is the same as without sharing.";

export function herdText(result: HerdResult): string {
  const head = ["homes that follow", "moved kWh", ...WAYS.map(([, name]) => name)];
  const rows = (of: (way: HerdWay) => string) =>
    result.levels.map((level) => [
      ...[`${level.percent} % (${level.followers})`, decimal(level.movedWh / 1000, 1)],
      ...WAYS.map(([key]) => of(level[key])),
    ]);
  return [
    `${herdHeadline(result)}`,
    `${result.label}; ${result.day}, tariff ${result.tariff}, seed ${result.seed}`,
    "",
    "Peak through the feeder, kW",
    columns([head, ...rows(({ peakW }) => kw(peakW))], 1),
    "",
    "Peak from suppliers, kW: what neighbours delivered by contract or sharing taken off",
    columns([head, ...rows(({ supplierPeakW }) => kw(supplierPeakW))], 1),
    "",
    "Commons: unmet / beyond the allowance, kWh",
    columns(
      [head, ...rows(({ unmetWh, beyondWh }) => `${decimal(unmetWh / 1000, 1)} / ${decimal(beyondWh / 1000, 1)}`)],
      1,
    ),
    "",
    MARKET_TEXT,
    COMMONS_TEXT,
    "",
  ].join("\n");
}

const COMMONS_TEXT =
  "Commons: the devices of the homes that follow ask it, all others run by habit; with followers who stay out it is the other way round, they follow the price and the others' devices ask. Where nobody asks, only batteries are shared.";

/** Lines that lie on each other are one. */
function joined(series: readonly PlainSeries[]): PlainSeries[] {
  const found: PlainSeries[] = [];
  for (const each of series) {
    const same = found.findIndex(({ values }) => values.every((value, i) => value === each.values[i]));
    if (same < 0) found.push(each);
    else found[same] = { ...found[same]!, name: `${found[same]!.name}, and ${each.name}` };
  }
  return found;
}

/** The herd as one page. */
export function herdHtml(result: HerdResult): string {
  const { levels, slotSeconds } = result;
  const lines = (of: (way: HerdWay) => number, ways: readonly (typeof WAYS)[number][]): PlainSeries[] =>
    ways.map(([key, name, ink], i) => ({
      ...{ name, ink, as: "curve", symbol: (["rect", "circle", "diamond", "triangle"] as const)[i]! },
      values: levels.map((level) => of(level[key]) / 1000),
    }));
  const chart = (series: readonly PlainSeries[]): PlainChart => ({
    names: levels.map(({ percent }) => `${percent} %`),
    ...{ layout: "across", unit: "kW", digits: 1, min: 0, nameAxis: "homes whose devices follow the price" },
    series: joined(series),
  });
  const all = levels.at(-1)!;
  const slots = all.noSharing.netWh.map((_, t) => slotName(result, t));
  const day = (way: HerdWay) => way.netWh.map((wh) => (wh * 3.6) / slotSeconds);
  return plainPage({
    title: "Commonwatt, the herd",
    kicker: `${result.day}, tariff ${result.tariff}, seed ${result.seed}; ${result.label}`,
    heading: herdHeadline(result),
    top: "",
    cards: [
      {
        ...{ title: "The feeder's peak", lead: MARKET_TEXT, height: 360, wide: true },
        caption: `The most that all homes together drew in a slot of the day. ${COMMONS_TEXT}`,
        chart: chart(lines(({ peakW }) => peakW, WAYS)),
      },
      {
        ...{ title: `The day when ${all.percent} % follow`, height: 360, wide: true },
        lead: `The peak comes at ${slots[all.noSharing.peakSlot]} without coordination: everybody waits for the same cheap hour.`,
        caption: "All meters together: above zero the homes draw from the grid, below they feed into it.",
        chart: {
          ...{
            names: slots,
            everyName: Math.max(1, Math.round(10_800 / slotSeconds)),
            layout: "across",
            unit: "kW",
            digits: 1,
          },
          series: [
            { name: "by habit (0 %)", ink: "grid", as: "dashed", values: day(levels[0]!.noSharing) },
            { name: "no sharing, and market", ink: "worse", as: "line", values: day(all.noSharing) },
            { name: "commons", ink: "local", as: "line", values: day(all.commons) },
          ],
        },
      },
      {
        ...{ title: "The peak from suppliers", height: 320, wide: true },
        lead: "What neighbours delivered, by contract in the market, by sharing in the commons, is taken off here.",
        caption: "The most that all homes together drew from their suppliers in a slot.",
        chart: chart(lines(({ supplierPeakW }) => supplierPeakW, WAYS)),
      },
    ],
    end: card("Figures", figures(result)),
    footer: `${whole(result.homes)} homes`,
  });
}

const figures = ({ levels }: HerdResult): string =>
  htmlTable(
    ["way", "homes that follow", "peak kW", "peak from suppliers kW", "from suppliers", "unmet", "beyond allowance"],
    WAYS.flatMap(([key, name]) =>
      levels.map((level) => {
        const { peakW, supplierPeakW, supplierWh, unmetWh, beyondWh } = level[key];
        return [name, `${level.percent} %`, kw(peakW), kw(supplierPeakW), kwh(supplierWh), kwh(unmetWh), kwh(beyondWh)];
      }),
    ),
  );
