import { z } from "zod";
import { envName, number, seconds, text, whole } from "./fields.ts";

/** What the files of all processes have in common: key, chain, broker, name, state, health, log. */

export const key = z
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

export const chain = z
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

export const mqtt = z
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

export const common = {
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

export type MqttConfig = z.infer<typeof mqtt>;
export type KeyConfig = z.infer<typeof key>;
