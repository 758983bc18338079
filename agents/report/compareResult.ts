import { z } from "zod";
import { gasCostSchema, runSchema } from "./result.ts";

/**
 * The same homes and the same day in three ways: without sharing, as a market, as a commons. Energy in Wh, money in token
 * base units, positive where owed; integers unless said otherwise. `docs/compare.md` is printed from it by `compareDoc.ts`.
 */

const count = () => z.int().min(0);
const wh = (text: string) => count().describe(`${text}, Wh`);
const money = (text: string) => z.int().describe(`${text}; base units`);

export const WAYS = ["no sharing", "market", "commons"] as const;
export type WayName = (typeof WAYS)[number];

const billsSchema = z.strictObject({
  rule: z.string().describe("who pays what: own tariff, market, equal-gain, by-use"),
  bills: z.array(z.int()).describe("what each member owes for the day, in the order of `members`; base units"),
  total: money("their sum"),
  gini: z
    .number()
    .describe(
      "Gini coefficient of the bills, a member who is paid counting as 0; 0 (all alike) to 1, a decimal number",
    ),
  savings: z
    .strictObject({
      least: money("saving of the member who saves least, against no sharing"),
      most: money("saving of the member who saves most"),
      worseOff: count().describe("members who pay more than without sharing"),
    })
    .describe("against no sharing"),
});

const waySchema = z.strictObject({
  name: z.enum(WAYS).describe("the way"),
  usedWh: wh("energy that the homes used"),
  importWh: wh("what all meters drew"),
  exportWh: wh("what all meters fed in"),
  matchedWh: wh("what was drawn of it as a neighbour's: bought and delivered, or shared"),
  coincidentWh: wh("what was fed in and drawn in the same slot, agreed upon or not"),
  supplierWh: wh("drawn from suppliers: importWh - matchedWh"),
  batteryWh: z
    .int()
    .describe("what batteries gave more than they took over the day, Wh; negative: they are fuller at its end"),
  peakW: count().describe("the highest that the community drew through its feeder in a slot, W, rounded up"),
  supplierPeakW: count().describe("the highest that members drew from suppliers in a slot, W, rounded up"),
  unmetWh: wh("what was wanted and not given"),
  broken: z
    .strictObject({
      wh: wh(
        "market: sold and not fed in, or bought and not drawn; commons: imported for promises beyond the allowance",
      ),
      cost: money("market: what that cost members; commons: that import at the community's retail price"),
      announcedWh: wh("commons: the part that the contract booked when it allocated; 0 elsewhere"),
      late: count().describe("commons: promises that were not complete by their deadline; 0 elsewhere"),
    })
    .describe("late or broken promises"),
  shares: z
    .strictObject({
      local: z
        .array(z.number())
        .describe("share of each member's use that came from its own roof or neighbours, 0 .. 1"),
      gini: z.number().describe("Gini coefficient of these shares, 0 (all alike) to 1, a decimal number"),
      least: z.number().describe("the least of them: what max-min fairness makes as large as can be"),
    })
    .describe("how evenly local energy reaches members"),
  bills: z.array(billsSchema).describe("bills by each rule of this way"),
  fundKept: money("what the common fund kept, which is the members' together; 0 where there is none"),
  co2: z
    .strictObject({
      boughtGrams: count().describe("supplierWh x factor, g, rounded down: what members are supplied with"),
      feederGrams: count().describe("what really came through the feeder x factor, g, rounded down"),
    })
    .describe("at the factor of `co2`"),
  gas: z
    .strictObject({
      used: count().describe("gas of the day without setup"),
      transactions: count().describe("transactions of the day without setup"),
      costs: z.array(gasCostSchema).describe("in EUR, one entry per case"),
    })
    .describe("what the chain needed; 0 without sharing"),
  slots: z
    .array(
      z.strictObject({
        importWh: wh("all meters drew"),
        exportWh: wh("all meters fed in"),
        matchedWh: wh("of it from neighbours"),
        flexibleWh: wh("flexible loads drew"),
        batteryWh: z.int().describe("from all batteries, Wh; charging negative"),
      }),
    )
    .describe("one entry per slot of the day"),
});

export const compareSchema = z.strictObject({
  schema: z.literal("commonwatt-compare/1").describe("name and version of this format"),
  run: runSchema
    .omit({ auction: true, outcome: true })
    .extend({ starts: z.array(z.string()).describe("start of each slot, ISO 8601 in UTC") })
    .describe("what was run, and on what"),
  managers: z
    .boolean()
    .describe(
      "whether homes have energy managers that plan their loads, alone and in the market; else they run by habit",
    ),
  votes: z
    .strictObject({ allowanceW: count().describe("import allowance of the commons, W for the whole community") })
    .describe("what the comparison depends on"),
  members: z
    .array(
      z.strictObject({
        id: z.string().describe("pseudonym of the member"),
        devices: z.array(z.string()).describe("declared devices"),
        tariff: z.string().describe("its own supply tariff"),
        usedWh: wh("what it used"),
        flexibleWh: wh("of that by loads that can wait"),
      }),
    )
    .describe("one entry per member"),
  requests: z
    .strictObject({
      asked: count().describe("requests sent, repetitions counted"),
      admitted: count().describe("requests admitted"),
      kept: count().describe("promises kept"),
      emergencies: count().describe("of them emergencies"),
    })
    .describe("of the commons"),
  ways: z.array(waySchema).describe("no sharing, market, commons"),
  co2: z
    .strictObject({
      gramsPerKwh: z.number().describe("stated factor, g per kWh, a decimal number"),
      source: z.string().describe("where it comes from"),
    })
    .describe("the factor"),
  warnings: z.array(z.string()).describe("what a reader has to know"),
});

export type CompareResult = z.infer<typeof compareSchema>;
export type WayResult = CompareResult["ways"][number];
export type RuleBills = WayResult["bills"][number];
