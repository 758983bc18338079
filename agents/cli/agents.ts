import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { askedToEnd } from "../process/asked.ts";
import type { AgentKind } from "../process/configSchema.ts";
import { startAgent } from "../process/run.ts";
import { addHouseholdPlan } from "./householdPlan.ts";

/** What each process does, for the list of verbs. */
export const AGENT_VERBS: Record<AgentKind, string> = {
  household: "run a household: it plans, signs, hands its profile to a relay or posts it, and publishes its meter",
  relay: "run a relay: it posts households' profiles in batches, and may run the broker they use",
  keeper: "run a keeper: it closes, clears and settles, or unwinds",
  dso: "run the DSO: it gathers readings, signs the proof of flow and gives leaves to settlers",
  operator: "run the operator and supplier: it fixes days' tariffs and opens their sessions",
};

const NOTE = `
It runs until SIGTERM or SIGINT, then ends what is under way at that moment; the rest is in its state and on the chain.
"commonwatt check --config FILE" checks the configuration. Logs are JSON lines on stdout; secrets are not in them.`;

/** Adds the verb that runs a process. Assumes that there is such an agent. */
export function addAgent(program: Command, name: string): void {
  const kind = name as AgentKind;
  const verb = program
    .enablePositionalOptions()
    .command(kind)
    .enablePositionalOptions()
    .description(AGENT_VERBS[kind])
    .option("--config <file>", "the configuration, YAML")
    .option("--json", "what it prints is JSON lines in any case")
    .addHelpText("after", NOTE)
    .action(({ config }: { config?: string }) => runAgent(kind, required(config)));
  if (kind === "household") addHouseholdPlan(verb);
}

function required(config: string | undefined): string {
  if (config !== undefined) return config;
  throw new InputError("--config is missing", {}, "give the YAML file of the process");
}

async function runAgent(kind: AgentKind, config: string): Promise<void> {
  const running = await startAgent(kind, config);
  await askedToEnd();
  await running.stop();
}
