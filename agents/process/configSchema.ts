import { z } from "zod";

/** How a household may bid by itself; see `agents/household/traders.ts`. */
export const STRATEGY_NAMES = ["truthful", "shading", "naive"] as const;

/** What the file of a process may say. Descriptions are remedies too: `check` shows them where a value is wrong. */

const text = (description: string) => z.string().min(1).meta({ description });
const whole = (description: string, least: number, most: number) => z.int().min(least).max(most).meta({ description });
const number = (description: string, least: number, most: number) =>
  z.number().min(least).max(most).meta({ description });
const seconds = (description: string, preset: number) =>
  z.number().min(0.05).max(31_536_000).default(preset).meta({ description });

const ENV_NAME = /^[A-Z][A-Z0-9_]*$/;
const envName = (what: string) =>
  z
    .string()
    .regex(ENV_NAME)
    .meta({ description: `name of the environment variable with ${what}, such as COMMONWATT_KEY; never the secret` });

const key = z
  .union([
    z.strictObject({ env: envName("the private key") }),
    z.strictObject({
      keystore: text("path of an encrypted JSON keystore, relative to this file"),
      passwordEnv: envName("the keystore's passphrase"),
    }),
  ])
  .meta({
    description:
      'where the key is: {"env": "NAME"} for an environment variable, or {"keystore": "FILE", "passwordEnv": "NAME"}',
  });

const chain = z
  .strictObject({
    rpc: z.url({ protocol: /^https?$/ }).meta({ description: "JSON-RPC URL, such as http://127.0.0.1:8545" }),
    community: text("path of the community.json that `deploy` wrote, relative to this file"),
    confirmations: whole("blocks on top of one before it is believed, 0 to 100", 0, 100).default(2),
    pollSeconds: seconds("seconds between looks at the chain", 4),
    timeoutSeconds: seconds("seconds to wait for an answer of the node", 10),
    escalateSeconds: seconds("seconds to wait for a block before the fee is raised", 45),
    maxFeeGwei: number("the most to pay per gas, in gwei", 0.001, 100_000).default(200),
    blocksPerQuery: whole("blocks that one query of events may span", 1, 1_000_000).default(10_000),
  })
  .meta({ description: "the chain and the community's contracts on it: rpc, community, confirmations …" });

const mqtt = z
  .strictObject({
    url: z
      .url({ protocol: /^(mqtts?|wss?)$/ })
      .meta({ description: "broker URL, such as mqtt://127.0.0.1:1883, or mqtts://… with TLS" }),
    prefix: z
      .string()
      .regex(/^[^#+$/\s][^#+\s]*$/)
      .default("commonwatt")
      .meta({ description: "first part of every topic, without + # or spaces" }),
    user: text("user at the broker").optional(),
    passwordEnv: envName("the broker's password").optional(),
    caFile: text("path of the certificate that signed the broker's, relative to this file").optional(),
    homeAssistant: z
      .string()
      .regex(/^[^#+$\s]+$/)
      .optional()
      .meta({ description: "Home Assistant's discovery prefix, usually homeassistant; none without it" }),
  })
  .meta({ description: "the broker: url, prefix, user, passwordEnv, caFile, homeAssistant" });

const health = z
  .strictObject({
    host: text("address to listen on, such as 127.0.0.1").default("127.0.0.1"),
    port: whole("port of /livez, /readyz and /metrics; 0 for any free one", 0, 65_535),
  })
  .meta({ description: "where health is asked for: host and port" });

const common = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/)
    .meta({ description: "name of this process: up to 32 lower-case letters, digits, - and _" }),
  chain,
  key,
  state: text("folder for the outbox and caches, relative to this file; one per process").default("state"),
  locks: text("folder for key locks, the same for all processes of this machine (default: the system's)").optional(),
  health: health.optional(),
  log: z
    .strictObject({
      level: z
        .enum(["debug", "info", "warn", "error"])
        .default("info")
        .meta({ description: "debug, info, warn or error" }),
    })
    .default({ level: "info" })
    .meta({ description: "logging: level" }),
};

const site = z
  .strictObject({
    title: text("what the home is called in Home Assistant").optional(),
    zone: text('time zone: "utc" or an IANA name such as Europe/Berlin').default("utc"),
    latitude: number("degrees, north positive", -90, 90).optional(),
    longitude: number("degrees, east positive", -180, 180).optional(),
    connectionW: whole("the most the connection carries either way, whole W", 1, 100_000_000),
    pvKw: number("peak power of the roof, kW", 0, 100_000).optional(),
  })
  .meta({ description: "the home: connectionW, zone, latitude, longitude, pvKw, title" });

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

const battery = z
  .strictObject({
    capacityWh: whole("what it stores, whole Wh", 1, 1_000_000_000),
    powerW: whole("highest power either way, whole W", 1, 1_000_000_000),
    chargePermille: whole("of 1,000 Wh put in, so many are stored", 1, 1000).default(950),
    dischargePermille: whole("of 1,000 Wh stored, so many come out", 1, 1000).default(950),
    wearPerKwh: number("wear of a kWh taken out, in the tariff's currency", 0, 10).default(0),
    startWh: whole("what it stores at the start, whole Wh", 0, 1_000_000_000).default(0),
  })
  .meta({ description: "the home battery: capacityWh, powerW, …" });

const tariffs = z
  .strictObject({
    currency: text("three letters, such as EUR").default("EUR"),
    grid: number("retail price per kWh, such as 0.32", -2, 2),
    feedin: number("feed-in price per kWh, such as 0.08", -2, 2),
  })
  .meta({ description: "the supplier's prices per kWh: grid and feedin, currency" });

export const householdSchema = z
  .strictObject({
    agent: z.literal("household").meta({ description: "which agent this file is for" }),
    ...common,
    mqtt: mqtt.optional(),
    site,
    meters,
    battery: battery.optional(),
    tariffs,
    market: z
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
      .meta({ description: "its part in the market: member, strategy, issueSeconds, directSeconds, direct" }),
  })
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
      })
      .default({ batchSeconds: 30, hurrySeconds: 300, size: 60 })
      .meta({ description: "how it posts: batchSeconds, hurrySeconds, size" }),
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
        gasPlan: whole("gas that a part of a clearing is planned for", 10_000, 13_000_000).default(12_000_000),
      })
      .default({ release: false, gasPlan: 12_000_000 })
      .meta({ description: "what it does beside clearing and settling: release, gasPlan" }),
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
        zone: text('time zone of the days: "utc" or an IANA name').default("utc"),
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

export type HouseholdConfig = z.infer<typeof householdSchema>;
export type RelayConfig = z.infer<typeof relaySchema>;
export type KeeperConfig = z.infer<typeof keeperSchema>;
export type DsoConfig = z.infer<typeof dsoSchema>;
export type OperatorConfig = z.infer<typeof operatorSchema>;
export type ChainConfig = z.infer<typeof chain>;
export type MqttConfig = z.infer<typeof mqtt>;
export type KeyConfig = z.infer<typeof key>;
export interface Configs {
  household: HouseholdConfig;
  relay: RelayConfig;
  keeper: KeeperConfig;
  dso: DsoConfig;
  operator: OperatorConfig;
}
export type AnyConfig = Configs[AgentKind];
