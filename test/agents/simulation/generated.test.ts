import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { homeOf, MISSING } from "../../../agents/data/meterData.ts";
import { lastDay, weekdayBlend } from "../../../agents/forecast/load.ts";
import { pool } from "../../../agents/forecast/score.ts";
import type { Community } from "../../../agents/simulation/community.ts";
import { type GeneratedOptions, generateCommunity } from "../../../agents/simulation/generated.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "../data/refusal.ts";

const SMALL: GeneratedOptions = { homes: 6, seed: SEED, historyDays: 21 };
const sum = (series: Int32Array) => series.reduce((total, wh) => total + wh, 0);
const onDay = ({ data, day }: Community, series: Int32Array) => {
  const start = day.firstSlot - data.firstSlot;
  return series.subarray(start, start + day.slotCount);
};

describe(`a generated community (seed ${SEED})`, () => {
  const community = generateCommunity({ seed: SEED });

  it("is 20 homes with four weeks of quarter hours and the day, labelled synthetic", () => {
    expect(community.homes).toHaveLength(20);
    expect(community.data).toMatchObject({ slotSeconds: 900, slotCount: 29 * 96 });
    expect(community.label).toMatch(/^SYNTHETIC: 20 generated homes, seed \d+; no measured data$/);
    expect(community.data.homes.map(({ id }) => id)).toEqual(community.homes.map(({ id }) => id));
  });

  it("has half its homes with PV, a fifth with a battery and three that deviate", () => {
    expect(community.homes.filter(({ pvKw }) => pvKw)).toHaveLength(10);
    expect(community.homes.filter(({ battery }) => battery)).toHaveLength(4);
    expect(community.homes.filter(({ battery, pvKw }) => battery && !pvKw)).toHaveLength(0);
    expect(community.homes.filter(({ deviates }) => deviates)).toHaveLength(3);
  });

  it("has every reading, none beyond a home's connection, and PV where a plant is", () => {
    for (const { id, pvKw, connectionW } of community.homes) {
      const { loadWh, pvWh } = homeOf(community.data, id);
      expect(Math.min(...loadWh)).toBeGreaterThan(MISSING);
      expect(Math.max(...loadWh)).toBeLessThanOrEqual(connectionW / 4);
      expect(sum(pvWh) > 0).toBe(pvKw !== undefined);
    }
  });

  it("uses 3 to 30 kWh a day and home, and makes 2 to 6 kWh per kW of PV in May", () => {
    for (const { id, pvKw = 0 } of community.homes) {
      const { loadWh, pvWh } = homeOf(community.data, id);
      const perDay = (series: Int32Array) => sum(series) / 29 / 1000;
      expect(perDay(loadWh) > 3 && perDay(loadWh) < 30).toBe(true);
      if (pvKw) expect(perDay(pvWh) / pvKw > 2 && perDay(pvWh) / pvKw < 6).toBe(true);
    }
  });

  it("pays four tariffs, five homes each, and no feed-in price is above retail", () => {
    const kinds = community.homes.map(({ tariff }) => tariff).sort();
    expect(kinds).toEqual(["day-night", "de-flat", "dynamic", "eu-flat"].flatMap((kind) => new Array(5).fill(kind)));
    for (const { prices } of community.homes)
      prices.retailMicroPerKwh.forEach((retail, t) => {
        expect(retail).toBeGreaterThanOrEqual(prices.feedInMicroPerKwh[t] as number);
      });
  });

  it("deviates only in the slots it says, by what it says", () => {
    for (const { id, deviates } of community.homes.filter((home) => home.deviates)) {
      const { kind, slots, loadPermille } = deviates as NonNullable<typeof deviates>;
      expect(slots.firstSlot).toBeGreaterThanOrEqual(community.day.firstSlot);
      expect(slots.firstSlot + slots.slotCount).toBeLessThanOrEqual(community.day.firstSlot + community.day.slotCount);
      expect(loadPermille === 1000).toBe(kind === "pv-fault");
      const start = slots.firstSlot - community.data.firstSlot;
      const pv = homeOf(community.data, id).pvWh.subarray(start, start + slots.slotCount);
      if (kind === "pv-fault") expect(sum(pv)).toBe(0);
    }
  });
});

describe(`generated communities (seed ${SEED})`, () => {
  it("are the same from the same options, and others from another seed", () => {
    expect(generateCommunity(SMALL)).toEqual(generateCommunity(SMALL));
    expect(generateCommunity({ ...SMALL, seed: SEED + 1 }).data).not.toEqual(generateCommunity(SMALL).data);
  });

  it("have the same day whatever the length of their history", () => {
    const [short, long] = [SMALL, { ...SMALL, historyDays: 30 }].map(generateCommunity) as [Community, Community];
    short.data.homes.forEach((home, i) => {
      expect(onDay(short, home.loadWh)).toEqual(onDay(long, long.data.homes[i]?.loadWh as Int32Array));
      expect(onDay(short, home.pvWh)).toEqual(onDay(long, long.data.homes[i]?.pvWh as Int32Array));
    });
  });

  it.each([
    ["2026-03-29", 92],
    ["2026-10-25", 100],
    ["2026-01-15", 96],
  ])("may live on %s, with %d quarter hours", (date, slots) => {
    const { day, homes } = generateCommunity({ ...SMALL, date });
    expect(day.slotCount).toBe(slots);
    expect(homes[0]?.prices.retailMicroPerKwh).toHaveLength(slots);
  });

  it.each([300, 1800, 3600])("may have slots of %d s with about the same energy", (slotSeconds) => {
    const total = (options: GeneratedOptions) =>
      generateCommunity(options).data.homes.reduce((wh, home) => wh + sum(home.loadWh), 0);
    expect(total({ ...SMALL, slotSeconds }) / total(SMALL)).toBeCloseTo(1, 1);
  });

  it("may be one home, or none with PV in the dark of the polar night", () => {
    expect(generateCommunity({ ...SMALL, homes: 1 }).homes).toHaveLength(1);
    const tromso = { location: { latitude: 69.6, longitude: 19 }, zone: "Europe/Oslo", date: "2026-12-28" };
    const { data } = generateCommunity({ ...SMALL, ...tromso });
    expect(Math.max(...data.homes.map(({ pvWh }) => sum(pvWh)))).toBe(0);
  });

  it.each([{ homes: 0 }, { homes: 1.5 }, { homes: 10_001 }, { historyDays: 20 }, { seed: -1 }, { zone: "Mars/Base" }])(
    "are refused for %o",
    (options) => {
      expect(refusal(() => generateCommunity(options)).remedy).not.toBe("");
    },
  );
});

it(`forecasts err about as on measured homes, one by one and all together (seed ${SEED})`, () => {
  const community = generateCommunity({ homes: 100, seed: SEED, historyDays: 21 });
  const { data, day, zone } = community;
  const cut = day.firstSlot * data.slotSeconds - 43_200;
  const calm = community.homes.filter(({ deviates }) => !deviates).map(({ id }) => homeOf(data, id));
  const cases = [weekdayBlend(zone), lastDay(zone)].map((forecaster) =>
    calm.map((home) => {
      return {
        actualWh: onDay(community, home.loadWh),
        forecast: forecaster.forecast(new HistoryView(data, home.id, cut), day),
      };
    }),
  );
  const [own, control] = cases.map(pool) as [ReturnType<typeof pool>, ReturnType<typeof pool>];
  expect(own.nmae > 0.4 && own.nmae < 0.8 && own.nmae < control.nmae).toBe(true);
  expect(own.coverage > 0.7 && own.coverage < 0.9).toBe(true);
  const total = (series: (i: number) => ArrayLike<number>) =>
    Array.from({ length: day.slotCount }, (_, t) => calm.reduce((wh, __, i) => wh + (series(i)[t] as number), 0));
  const [actual, forecast] = [
    total((i) => cases[0]?.[i]?.actualWh ?? []),
    total((i) => cases[0]?.[i]?.forecast.p50 ?? []),
  ];
  const together = pool([{ actualWh: actual, forecast: { p10: forecast, p50: forecast, p90: forecast } }]);
  expect(together.nmae).toBeLessThan(own.nmae / 2);
});
