import type { Agent, AgentContext } from "./agent.ts";
import { readConfig } from "./config.ts";
import type { AgentKind, Configs } from "./configSchema.ts";
import { openContext } from "./context.ts";
import { serveHealth } from "./health.ts";
import { Supervisor } from "./supervise.ts";

type Main<K extends AgentKind> = (config: Configs[K], context: AgentContext) => Agent | Promise<Agent>;

/** Each agent's module is loaded only when it runs. */
const MAINS: { readonly [K in AgentKind]: () => Promise<Main<K>> } = {
  household: async () => (await import("../household/main.ts")).householdAgent,
  relay: async () => (await import("../relay/main.ts")).relayAgent,
  keeper: async () => (await import("../keeper/main.ts")).keeperAgent,
  dso: async () => (await import("../dso/main.ts")).dsoAgent,
  operator: async () => (await import("../operator/main.ts")).operatorAgent,
};

/** A process that runs, and how to end it gracefully. */
export interface RunningAgent {
  readonly health?: string;
  readonly supervisor: Supervisor;
  /** Ends the loop and gives everything back; what is under way stays in the outbox. */
  stop(): Promise<void>;
  /** Resolves when the loop has ended. */
  readonly ended: Promise<void>;
}

/** Starts an agent from its configuration. Throws InputError, HeldError or ChainError where it can't begin. */
export async function startAgent<K extends AgentKind>(
  kind: K,
  file: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningAgent> {
  const config = readConfig(file, kind);
  const broker = config.agent === "relay" && config.broker ? config.broker : undefined;
  const own = broker && (await (await import("../mqtt/broker.ts")).startBroker(broker.host, broker.port));
  const { context, close } = await openContext(config, file, env).catch(async (error) => {
    await own?.close();
    throw error;
  });
  const agent = await (await MAINS[kind]())(config, context);
  const supervisor = new Supervisor(agent, context, 1000 * config.chain.pollSeconds);
  const { host, port } = config.health ?? {};
  const server =
    port === undefined
      ? undefined
      : await serveHealth(host!, port, () => supervisor.health(), context.metrics.registry);
  context.log.info({ address: context.wallet.address, health: server?.url ?? null }, "started");
  const ended = supervisor.run();
  const stop = async () => {
    supervisor.stop();
    await ended;
    await agent.close?.();
    await server?.close();
    await close();
    await own?.close();
    context.log.info("stopped");
  };
  return { supervisor, ended, stop, ...(server && { health: server.url }) };
}
