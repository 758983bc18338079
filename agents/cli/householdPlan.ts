import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { planNow, readingsOf } from "../household/planNow.ts";
import { planText } from "../household/planText.ts";
import { parseUtc } from "../model/slots.ts";
import { readHome } from "../process/config.ts";
import { wholeNumber } from "./options.ts";

interface PlanOptions {
  readonly config?: string;
  readonly at?: string;
  readonly hours?: number;
  readonly json?: boolean;
}

const NOTE = `
The file is a household's; chain, key and market may be left out. What devices hold is what it says. Wishes that can't be met
don't fail: the plan is the best there is, and it says what is missed. docs/households.md describes devices and plan.`;

/** Adds `household plan`. */
export function addHouseholdPlan(household: Command): void {
  household
    .command("plan")
    .description("plan a home's devices from its file and its meter's history, with a reason for each action")
    .requiredOption("--config <file>", "the home, YAML")
    .option("--at <time>", "UTC time at which the plan is made (default: the end of the readings, at most now)")
    .option(
      "--hours <n>",
      "hours that it looks ahead (default: plan.hours of the file, else 24)",
      wholeNumber("--hours", 1, 72),
    )
    .option("--json", "print the versioned plan as JSON and nothing else")
    .addHelpText("after", NOTE)
    .action(plan);
}

function plan({ config: file, at, hours, json }: PlanOptions): void {
  const config = readHome(file!);
  const readings = readingsOf(config, file!);
  const now = at === undefined ? Math.min(readings.endSeconds, Date.now() / 1000) : timeOf(at);
  const made = planNow(config, readings, Math.floor(now), hours ?? config.plan?.hours ?? 24);
  const { zone } = config.site;
  process.stdout.write(json ? `${JSON.stringify(made.plan, null, 2)}\n` : planText(made.plan, made.forecast, zone));
}

function timeOf(text: string): number {
  const time = parseUtc(text);
  if (time !== undefined) return time;
  throw new InputError(`--at can't be "${text}"`, {}, "give a time in UTC, such as 2026-05-19T10:00:00Z");
}
