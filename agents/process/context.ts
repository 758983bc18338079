import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allAbis, attach } from "../chain/deploy.ts";
import { weiOf } from "../chain/fees.ts";
import { BelievedNode } from "../chain/node.ts";
import { Outbox, type OutboxEvent } from "../chain/outbox.ts";
import { OutboxSigner } from "../chain/outboxSigner.ts";
import { Sender } from "../chain/sender.ts";
import { InputError } from "../data/inputError.ts";
import type { Send } from "../keeper/keeper.ts";
import { Bus } from "../mqtt/bus.ts";
import { defaultLocks, holdLock, type Lock } from "../store/lock.ts";
import { Store } from "../store/store.ts";
import type { AgentContext } from "./agent.ts";
import type { MqttConfig } from "./commonSchema.ts";
import { pathIn } from "./config.ts";
import { readCommunityFile } from "./configPlaces.ts";
import type { AnyConfig } from "./configSchema.ts";
import { newLog } from "./log.ts";
import { type Metrics, newMetrics } from "./metrics.ts";
import { secretOf, walletOf } from "./secrets.ts";

/** A context, and how to give everything back that it holds. */
export interface OpenContext {
  readonly context: AgentContext;
  close(): Promise<void>;
}

/** How long to wait for the first connection to a broker; the agent works without one too. */
const BROKER_MS = 3000;

/**
 * Opens what an agent works with: key, locks, state, chain, broker. Throws InputError or HeldError, before anything is
 * signed, where something is missing or in another process's hands.
 */
export async function openContext(config: AnyConfig, file: string, env: NodeJS.ProcessEnv): Promise<OpenContext> {
  const { agent, name, chain } = config;
  const { chainId, fromBlock, addresses } = readCommunityFile(pathIn(file, chain.community));
  const wallet = await walletOf(config.key, file, env);
  const locks: Lock[] = [];
  const closing: (() => unknown)[] = [() => locks.map((lock) => lock.release())];
  try {
    locks.push(holdLock(config.locks ? pathIn(file, config.locks) : defaultLocks(), `${chainId}-${wallet.address}`));
    const store = new Store(join(pathIn(file, config.state), `${name}.sqlite`), smallDisk(env));
    closing.unshift(() => store.close());
    const log = newLog(agent, name, config.log.level);
    if (store.recovered !== "no") log.warn({ state: store.recovered }, "the state begins anew, from the chain");
    const metrics = newMetrics(agent, name);
    const node = new BelievedNode({
      ...{ rpc: chain.rpc, chainId, confirmations: chain.confirmations },
      ...{ timeoutMs: 1000 * chain.timeoutSeconds, blocksPerQuery: chain.blocksPerQuery },
    });
    closing.unshift(() => node.destroy());
    const options = {
      maxFee: weiOf(chain.maxFeeGwei),
      escalateMs: 1000 * chain.escalateSeconds,
      pollMs: Math.max(20, 250 * chain.pollSeconds),
    };
    const outbox = new Outbox(new Sender(node, wallet, allAbis()), store, options, teller(metrics, log));
    const signer = new OutboxSigner(node, wallet, outbox);
    const bus = "mqtt" in config && config.mqtt ? openBus(config.mqtt, name, file, env) : undefined;
    if (bus) closing.unshift(() => bus.close());
    if (bus) await Promise.race([bus.whenConnected(), new Promise((resolve) => setTimeout(resolve, BROKER_MS))]);
    const send: Send = async (_, sent) => signer.receipt((await sent).hash);
    const contracts = attach(addresses, signer);
    const own = { name, file, chainId, fromBlock, node, contracts, wallet, outbox, send, store, log, metrics, env };
    return { context: { ...own, ...(bus && { bus }) }, close: () => closeAll(closing) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** A disk that is full soon, for fault tests: COMMONWATT_DISK_PAGES, of 4,096 bytes. */
function smallDisk({ COMMONWATT_DISK_PAGES: pages }: NodeJS.ProcessEnv): { maxPages?: number } {
  return pages === undefined ? {} : { maxPages: Number(pages) };
}

async function closeAll(closing: readonly (() => unknown)[]): Promise<void> {
  for (const close of closing) await close();
}

function teller(metrics: Metrics, log: AgentContext["log"]): (event: OutboxEvent) => void {
  return (event) => {
    metrics.transactions.inc({ what: event.what });
    const usual = ["signed", "sent", "included"].includes(event.what);
    log[usual ? "debug" : "info"]({ ...event }, `transaction ${event.what}`);
  };
}

export function openBus(mqtt: MqttConfig, name: string, file: string, env: NodeJS.ProcessEnv): Bus {
  const { url, prefix, user, passwordEnv, caFile } = mqtt;
  return new Bus({
    ...{ url, prefix, name },
    ...(user !== undefined && { user }),
    ...(passwordEnv !== undefined && { password: secretOf(passwordEnv, env) }),
    ...(caFile !== undefined && { ca: certificateIn(pathIn(file, caFile)) }),
  });
}

function certificateIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new InputError("the broker's certificate can't be read", { file }, "mend mqtt.caFile");
  }
}
