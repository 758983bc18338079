import { z } from "zod";
import {
  count,
  laterSchema,
  money,
  price,
  roundFields,
  sessionSchema,
  timescaleSchema,
  waySchema,
} from "./sessionSchema.ts";

/**
 * A day's result, `result.json`: this schema is its only description. `docs/result.md` is printed from it, and
 * `checkResult` holds what no type can say.
 *
 * Money is whole base units of the token, a price is base units per packet, energy is Wh or packets. Every number is a
 * JSON number and an integer within 2^53 unless it says otherwise; what is larger is refused, never rounded.
 */

const slotSchema = z.strictObject({
  start: z.string().describe("start of the slot, ISO 8601 in UTC"),
  ...roundFields,
  later: z
    .array(laterSchema)
    .describe("what later sessions made of the slot, by their gates, where anybody offered anything; else empty"),
  retail: price().describe("R, the community's imbalance price for a packet short, base units"),
  feedIn: price().describe("F, the community's imbalance price for a packet unused, base units, F <= R"),
  selfWh: count().describe("Wh that homes used from their own PV or battery, without passing a meter"),
  importWh: count().describe("Wh that all meters drew from the feeder"),
  exportWh: count().describe("Wh that all meters fed into the feeder"),
  mintedEcoins: count().describe("ecoins held as receiver: packets bought from a neighbour, delivered and drawn"),
  forecastNetWh: z.int().nullable().describe("import minus export the agents expected, Wh; null if not recorded"),
});

const memberSchema = z.strictObject({
  id: z.string().min(1).describe("pseudonym of the member"),
  devices: z.array(z.string()).describe("declared devices, as words: `pv`, `battery`, `car` ..."),
  tariff: z.string().describe("name of the member's own supply tariff"),
  strategy: z.string().describe("how its agent bids: `truthful` ..."),
  importWh: count().describe("Wh drawn through its meter"),
  exportWh: count().describe("Wh fed in through its meter"),
  boughtPackets: count().describe("packets bought, as cleared, over all sessions"),
  soldPackets: count().describe("packets sold, as cleared, over all sessions"),
  mintedEcoins: count().describe("ecoins the member holds as receiver"),
  shortPackets: count().describe("packets sold net and not fed in, charged at R"),
  unusedPackets: count().describe("packets bought net and not drawn, credited at F"),
  paid: money("what its purchases cost at the clearing prices"),
  earned: money("what its sales brought at the clearing prices"),
  imbalance: money("what its deviation cost, to the supplier; negative: from the supplier"),
  fundShare: money("what the fund paid out to it under its rule"),
  balanceChange: money("earned - paid - imbalance + fundShare; without deposits and withdrawals"),
  ordinaryBill: money("what its own supply tariff charges for the flows outside its local trades"),
  billWith: money("its energy bill with the market: ordinaryBill - balanceChange; positive is owed"),
  billWithout: money("its energy bill at its own tariff, had there been no market; positive is owed"),
});

export const PHASES = ["setup", "open", "post", "clear", "prove", "settle"] as const;
export type PhaseName = (typeof PHASES)[number];

const phaseSchema = z.strictObject({
  name: z
    .enum(PHASES)
    .describe(
      "`setup` deploys and registers, once; `open` fixes tariffs and opens sessions; `post` relays profiles; " +
        "`clear` closes, clears and releases; `prove` puts the DSO's report on chain; `settle` pays and mints",
    ),
  transactions: count().describe("transactions sent"),
  gas: count().describe("gas used by all of them"),
  orders: count().describe("orders they dealt with; 0 in `setup`"),
});

const baselineSchema = z.strictObject({
  description: z.string().describe("what was measured, in one sentence"),
  phases: z.array(phaseSchema).describe("the same phases of the plain contract; those it lacks are left out"),
});

export const gasCostSchema = z.strictObject({
  network: z.string().describe("the case: `mainnet`, `L2` ..."),
  gasPriceGwei: z.number().positive().describe("stated gas price, gwei (1e-9 ether), a decimal number"),
  etherPriceEur: z.number().positive().describe("stated price of one ether, EUR, a decimal number"),
  note: z.string().describe("what the case leaves out, or where its prices come from"),
  costEur: z.number().min(0).describe("EUR for the gas of the day, all phases but `setup`: gas x gwei x 1e-9 x EUR"),
});

export const runSchema = z.strictObject({
  source: z.enum(["synthetic", "measured"]).describe("generated homes, or measured ones from a file"),
  file: z.string().nullable().describe("name of the measured file, without its folder; null when synthetic"),
  seed: z.int().nullable().describe("seed of everything random; null if nothing was"),
  day: z.string().describe("the day, `YYYY-MM-DD` in `timeZone`"),
  timeZone: z.string().describe("IANA name of the zone the day is a day of; `UTC` by default"),
  slotSeconds: z.int().min(1).describe("length of a slot, seconds"),
  packetWh: z.int().min(1).describe("energy of a packet, Wh"),
  token: z
    .strictObject({
      symbol: z.string().describe("the token that money is counted in; one stands for one euro"),
      decimals: z.int().min(0).max(18).describe("base units per token: 10^decimals"),
    })
    .describe("the money"),
  auction: z.string().describe("the auction that cleared the slots"),
  outcome: z.enum(["settled", "unwound"]).describe("unwound: no proof of flow came, no money moved, nothing minted"),
  network: z
    .strictObject({
      name: z.string().describe("where the contracts ran"),
      chainId: count().describe("its chain id"),
      state: z.enum(["first day", "steady state"]).describe("storage written for the first time, or reused"),
    })
    .describe("the chain"),
  versions: z.record(z.string(), z.string()).describe("version of each program that had a part in it, by name"),
});

const series = (text: string) => z.array(z.int()).describe(`${text}; one entry per slot`);

const homePlanSchema = z.strictObject({
  member: z.string().describe("id of the member"),
  retail: series("its own retail price, micro-EUR per kWh"),
  feedIn: series("its own feed-in price, micro-EUR per kWh"),
  loadWh: series("expected load of everything that is no device of the plan, Wh"),
  pvWh: series("expected PV, Wh"),
  devices: z
    .array(z.strictObject({ name: z.string().describe("the device"), drawnWh: series("Wh drawn, negative: given") }))
    .describe("what its devices do"),
  storedWh: series("Wh in its battery after the slot").nullable().describe("null without a battery"),
  gridWh: series("Wh at the meter as planned, import positive"),
  meteredWh: series("Wh at the meter as it came, import positive"),
  missed: z.array(z.string()).describe("wishes that the plan can't meet, a sentence each"),
});

export const resultSchema = z.strictObject({
  schema: z.literal("commonwatt-result/1").describe("name and version of this format"),
  run: runSchema.describe("what was run, and on what"),
  members: z.array(memberSchema).describe("one entry per member"),
  slots: z
    .array(slotSchema)
    .describe(
      "one entry per slot of the day, in order of time; prices, packets and orders are those of its first session",
    ),
  sessions: z
    .array(sessionSchema)
    .nullable()
    .describe("the day's sessions by their gates; null on a day of one session"),
  timescales: z
    .array(timescaleSchema)
    .nullable()
    .describe(
      "the day's contracts against its meters, had trade ended with this timescale; null on a day of one session",
    ),
  ways: z
    .array(waySchema)
    .nullable()
    .describe("the day lived in other ways, each on a chain of its own, beside it; null on a day of one session"),
  fund: z
    .strictObject({
      rule: z.enum(["treasury", "bystanders", "equal"]).describe("the community's rule for what it takes"),
      took: count().describe(
        "sum over slots and sessions of (buyPrice - sellPrice) x packets, 0 when unwound; base units",
      ),
      balanceChange: money("took less what was shared out"),
      tookAll: z
        .boolean()
        .describe("true when it took all that was gained, as flat tariffs make it: no trader's price was any better"),
    })
    .describe("the community's fund"),
  supplier: z
    .strictObject({ balanceChange: money("what deviations brought it; its unpaid debt counts as paid") })
    .describe("the supplier, in the market only: ordinary bills are not in it"),
  withoutFlexibility: z
    .strictObject({
      importWh: count().describe("Wh the meters would have drawn"),
      exportWh: count().describe("Wh they would have fed in"),
      metWh: count().describe("Wh of it that meets a neighbour's need in the same slot"),
    })
    .nullable()
    .describe("the same day with no battery or device moved; null if not computed"),
  homePlans: z
    .array(homePlanSchema)
    .nullable()
    .describe("what each home's devices kept to after clearing, one entry per member; null without energy managers"),
  phases: z.array(phaseSchema).describe("gas of the day, one entry per phase"),
  baseline: baselineSchema.nullable().describe("a plain contract that stores orders and sorts them; null if not run"),
  gasCosts: z.array(gasCostSchema).describe("the day's gas in EUR, one entry per case"),
  co2: z
    .strictObject({
      gramsPerKwh: z.number().min(0).describe("stated factor: g CO2 per kWh from the grid, a decimal number"),
      source: z.string().describe("where the factor comes from"),
      avoidedGrams: count().describe("minted ecoins x packetWh x factor, g, rounded down"),
    })
    .describe("CO2 avoided"),
  warnings: z
    .array(
      z.strictObject({
        about: z.enum(["history", "gap", "refusal", "other"]).describe("what it is about"),
        text: z.string().describe("one sentence for a reader"),
      }),
    )
    .describe("what a reader has to know: short history, gaps and how they were met, refused profiles"),
});

export type Result = z.infer<typeof resultSchema>;
export type MemberResult = Result["members"][number];
export type SlotResult = Result["slots"][number];
export type OrderResult = SlotResult["orders"][number];
/** What one session made of a slot. */
export type RoundResult = Pick<SlotResult, keyof typeof roundFields>;
export type LaterResult = SlotResult["later"][number];
export type SessionResult = NonNullable<Result["sessions"]>[number];
export type WayResult = NonNullable<Result["ways"]>[number];
export type TimescaleResult = NonNullable<Result["timescales"]>[number];
export type PhaseResult = Result["phases"][number];
export type HomePlanResult = NonNullable<Result["homePlans"]>[number];
export type GasCost = Result["gasCosts"][number];
/** How a number of the chain is written and read: what `units.ts` needs to know of a run. */
export type Units = Pick<Result["run"], "packetWh" | "token" | "timeZone">;

/** An integer of the chain as a JSON number. Throws RangeError naming `field` where a double can't hold it exactly. */
export function jsonInteger(value: bigint, field: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${field} is ${value}, beyond 2^53: result.json can't hold it exactly; use fewer decimals`);
  return number;
}
