import { z } from "zod";
import { common, key, mqtt } from "./commonSchema.ts";
import { checkDevices, deviceFields } from "./deviceSchema.ts";
import { clock, days, envName, number, seconds, text, whole, zone } from "./fields.ts";

/** How a household may bid by itself; see `agents/household/traders.ts`. */
export const STRATEGY_NAMES = ["truthful", "shading", "naive"] as const;

/** What the file of a process may say. Descriptions are remedies too: `check` shows them where a value is wrong. */

const site = z
  .strictObject({
    title: text("what the home is called in Home Assistant").optional(),
    zone: zone('time zone: "utc" or an IANA name such as Europe/Berlin').default("utc"),
    latitude: number("degrees, north positive", -90, 90).optional(),
    longitude: number("degrees, east positive", -180, 180).optional(),
    connectionW: whole("the most the connection carries either way, whole W", 1, 100_000_000),
    pvKw: number("peak power of the roof, kW", 0, 100_000).optional(),
    curtailable: z.boolean().default(false).meta({ description: "true: the inverter can be told to feed in less" }),
  })
  .meta({ description: "the home: connectionW, zone, latitude, longitude, pvKw, curtailable, title" });

const meters = z
  .strictObject({
    readings: text("path of the meter CSV (start_utc,household,load_wh,pv_wh), relative to this file"),
    home: text("id of the home in that file"),
    replay: z
      .boolean()
      .default(false)
      .meta({ description: "true: the file's whole weeks are lived again and again; for trials, not for real meters" }),
  })
  .meta({ description: "where readings come from: readings, home, replay" });

const tariffs = z
  .strictObject({
    currency: text("three letters, such as EUR").default("EUR"),
    grid: number("retail price per kWh, such as 0.32", -2, 2),
    feedin: number("feed-in price per kWh, such as 0.08", -2, 2),
  })
  .meta({ description: "the supplier's prices per kWh: grid and feedin, currency" });

const claimLeast = number("claims its rewards from this amount on, in the community's money", 0, 1_000_000).default(1);

const price = (description: string) => number(description, -2, 2);
const homeTariffs = tariffs
  .extend({
    zones: z
      .array(
        z
          .strictObject({
            days,
            from: clock("from when"),
            to: clock("until when; the next day where it is not later than from"),
            grid: price("retail price per kWh then").optional(),
            feedin: price("feed-in price per kWh then").optional(),
          })
          .meta({ description: "hours with other prices: days, from, to, grid, feedin" }),
      )
      .default([])
      .meta({ description: "hours with other prices: a list; of two that hold, the later one in the list counts" }),
  })
  .meta({ description: "the supplier's prices per kWh: grid and feedin, currency, zones" });

const market = z
  .strictObject({
    member: whole("the member's number, as attested", 1, 8192),
    strategy: z
      .enum(STRATEGY_NAMES)
      .default("truthful")
      .meta({ description: `how it bids: ${STRATEGY_NAMES.join(", ")}` }),
    issueSeconds: seconds("seconds before the gate at which it plans and signs", 1800),
    directSeconds: seconds("seconds before the gate at which it posts by itself what no relay posted", 600),
    direct: z
      .boolean()
      .default(true)
      .meta({ description: "false: never post by itself; the account needs no money for gas then" }),
  })
  .meta({ description: "its part in the market: member, strategy, issueSeconds, directSeconds, direct" });

/** What a plan of a home needs of its file; a household's process needs chain, key and market too. */
const home = z.strictObject({
  agent: z.literal("household").meta({ description: "which agent this file is for" }),
  ...common,
  mqtt: mqtt.optional(),
  site,
  meters,
  ...deviceFields,
  tariffs: homeTariffs,
  market,
});

type Issues = z.core.$RefinementCtx;
const told = (context: Issues) => (path: (string | number)[], message: string) =>
  context.addIssue({ code: "custom", path, message });

/** A household's file as far as planning goes: chain, key and market may be left out. */
export const homeSchema = home
  .partial({ chain: true, key: true, market: true })
  .superRefine((config, context) => checkDevices(config, told(context)))
  .meta({ title: "commonwatt household plan" });

export const householdSchema = home
  .superRefine((config, context) => checkDevices(config, told(context)))
  .meta({ title: "commonwatt household" });

export const relaySchema = z
  .strictObject({
    agent: z.literal("relay").meta({ description: "which agent this file is for" }),
    ...common,
    mqtt,
    broker: z
      .strictObject({
        host: text("address to listen on; loopback unless you know better").default("127.0.0.1"),
        port: whole("port to listen on", 0, 65_535),
      })
      .optional()
      .meta({ description: "runs a broker inside this process: host and port; leave out with mosquitto" }),
    relay: z
      .strictObject({
        batchSeconds: seconds("seconds to collect profiles before a batch is posted", 30),
        hurrySeconds: seconds("seconds before the gate from which nothing waits for more", 300),
        size: whole("profiles in a batch, at most", 1, 120).default(60),
        earn: z.boolean().default(false).meta({
          description: "true: posts through KeeperRewards, to be paid",
        }),
        claimLeast,
      })
      .default({ batchSeconds: 30, hurrySeconds: 300, size: 60, earn: false, claimLeast: 1 })
      .meta({ description: "how it posts: batchSeconds, hurrySeconds, size, earn, claimLeast" }),
  })
  .meta({ title: "commonwatt relay" });

export const keeperSchema = z
  .strictObject({
    agent: z.literal("keeper").meta({ description: "which agent this file is for" }),
    ...common,
    mqtt,
    keeper: z
      .strictObject({
        release: z.boolean().default(false).meta({ description: "true: release members after each session" }),
        certify: z.boolean().default(true).meta({
          description: "false: what members received is not booked into their certificates before the ring forgets it",
        }),
        gasPlan: whole("gas that a part of a clearing is planned for", 10_000, 13_000_000).default(12_000_000),
        earn: z.boolean().default(true).meta({ description: "false: works for nothing where rewards are paid" }),
        claimLeast,
      })
      .default({ release: false, certify: true, gasPlan: 12_000_000, earn: true, claimLeast: 1 })
      .meta({ description: "how it works: release, certify, gasPlan, earn, claimLeast" }),
  })
  .meta({ title: "commonwatt keeper" });

export const dsoSchema = z
  .strictObject({
    agent: z.literal("dso").meta({ description: "which agent this file is for" }),
    ...common,
    mqtt,
    dso: z
      .strictObject({
        signers: z.array(key).min(1).meta({ description: "the signers' keys that this process holds" }),
        saltEnv: envName("the secret from which leaves' salts come"),
        waitSeconds: seconds("seconds after the day's end to wait for readings before they are estimated", 7200),
        historyDays: whole("earlier days that a missing reading is estimated from", 0, 64).default(21),
      })
      .meta({ description: "the DSO: signers, saltEnv, waitSeconds, historyDays" }),
  })
  .meta({ title: "commonwatt dso" });

export const operatorSchema = z
  .strictObject({
    agent: z.literal("operator").meta({ description: "which agent this file is for" }),
    ...common,
    operator: z
      .strictObject({
        zone: zone('time zone of the days: "utc" or an IANA name').default("utc"),
        gate: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
          .default("11:45")
          .meta({ description: "the day before, until when day-ahead profiles are taken: HH:MM in the zone" }),
        daysAhead: whole("days that are fixed ahead", 1, 30).default(2),
      })
      .default({ zone: "utc", gate: "11:45", daysAhead: 2 })
      .meta({ description: "when days begin and gates close: zone, gate, daysAhead" }),
    tariffs,
  })
  .meta({ title: "commonwatt operator" });

/** The schema of each process, by the word behind `agent`. */
export const SCHEMAS = {
  household: householdSchema,
  relay: relaySchema,
  keeper: keeperSchema,
  dso: dsoSchema,
  operator: operatorSchema,
} as const;

export type AgentKind = keyof typeof SCHEMAS;
export const AGENT_KINDS = Object.keys(SCHEMAS) as AgentKind[];

export type HomeConfig = z.infer<typeof homeSchema>;
export type HouseholdConfig = z.infer<typeof householdSchema>;
export type RelayConfig = z.infer<typeof relaySchema>;
export type KeeperConfig = z.infer<typeof keeperSchema>;
export type DsoConfig = z.infer<typeof dsoSchema>;
export type OperatorConfig = z.infer<typeof operatorSchema>;
export interface Configs {
  household: HouseholdConfig;
  relay: RelayConfig;
  keeper: KeeperConfig;
  dso: DsoConfig;
  operator: OperatorConfig;
}
export type AnyConfig = Configs[AgentKind];
