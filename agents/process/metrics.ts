import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { AgentKind } from "./configSchema.ts";

/** What a process tells Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly turns: Counter<"result">;
  readonly transactions: Counter<"what">;
  readonly believedBlock: Gauge;
  readonly chainTime: Gauge;
  readonly gasMoney: Gauge;
  readonly brokerConnected: Gauge;
  readonly stateFacts: Gauge;
  readonly ignoredMessages: Gauge;
}

/** Metrics of one process, labelled with its agent and name. */
export function newMetrics(agent: AgentKind, name: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ agent, name });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (what: string, help: string) => new Gauge({ name: `commonwatt_${what}`, help, registers });
  return {
    registry,
    turns: new Counter({ name: "commonwatt_turns_total", help: "Turns by result", labelNames: ["result"], registers }),
    transactions: new Counter({
      name: "commonwatt_transactions_total",
      help: "Transactions by what became of them",
      labelNames: ["what"],
      registers,
    }),
    believedBlock: gauge("believed_block", "Block up to which the chain is believed"),
    chainTime: gauge("chain_time_seconds", "Unix time of the believed block"),
    gasMoney: gauge("gas_money_wei", "What the account has to pay for gas with"),
    brokerConnected: gauge("broker_connected", "1 while there is a broker"),
    stateFacts: gauge("state_facts", "Facts in the state file"),
    ignoredMessages: gauge("ignored_messages", "Messages not understood, and stale commands"),
  };
}
