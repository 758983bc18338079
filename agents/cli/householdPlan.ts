import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { readingsOf } from "../household/configHome.ts";
import type { PlanNow } from "../household/planNow.ts";
import { planText } from "../household/planText.ts";
import { DAY_SECONDS, parseUtc } from "../model/slots.ts";
import { asInputError, checkHome, readHome } from "../process/config.ts";
import { findingText } from "./check.ts";
import { wholeNumber } from "./options.ts";

interface PlanOptions {
  readonly config?: string;
  readonly at?: string;
  readonly hours?: number;
  readonly json?: boolean;
  readonly report?: string;
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
    .option("--report <file>", "write the plan as a page to open in a browser too, HTML")
    .option("--json", "print the versioned plan as JSON and nothing else")
    .addHelpText("after", NOTE)
    .action(plan);
  household
    .command("check")
    .description("check a home's file as far as its plan goes: what is wrong, on which line, and what to do")
    .requiredOption("--config <file>", "the home, YAML")
    .addHelpText("after", CHECK_NOTE)
    .action(checkPlan);
}

const CHECK_NOTE = `
Chain, key and market may be left out; "commonwatt check" asks for those too, as the household's process needs them.`;

function checkPlan({ config: file }: PlanOptions): void {
  const checked = checkHome(file!);
  for (const finding of checked.findings) process.stdout.write(`${findingText(file!, finding)}\n`);
  if (!("config" in checked)) throw asInputError(file!, checked.findings, "household check");
  readingsOf(checked.config, file!);
  process.stdout.write(`${file}: right, for a plan of ${checked.config.name}\n`);
}

/** The solver and what draws are loaded only where something is planned. */
async function plan({ config: file, at, hours, json, report }: PlanOptions): Promise<void> {
  const { planNow } = await import("../household/planNow.ts");
  const config = readHome(file!);
  const readings = readingsOf(config, file!);
  const now = at === undefined ? Math.min(readings.endSeconds, Date.now() / 1000) : timeOf(at, readings.endSeconds);
  const made = planNow(config, readings, Math.floor(now), hours ?? config.plan?.hours ?? 24);
  const { zone } = config.site;
  if (report !== undefined) writePage(report, await pageOf(made, zone));
  process.stdout.write(json ? `${JSON.stringify(made.plan, null, 2)}\n` : planText(made.plan, made.forecast, zone));
}

async function pageOf(made: PlanNow, zone: string): Promise<string> {
  const { homePlanHtml } = await import("../report/homePlanHtml.ts");
  const { homePlanPage } = await import("./householdPlanPage.ts");
  return homePlanHtml(homePlanPage(made, zone));
}

/** Writes a page, with its folder. Throws InputError for a place where nothing can be written. */
function writePage(file: string, html: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, html);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`the page can't be written (${code})`, { file }, "give --report a file in a folder of yours");
  }
}

/** A plan may begin so long after the last reading, seconds: forecasts look back over some weeks. */
const LATEST = 7 * DAY_SECONDS;

function timeOf(text: string, endSeconds: number): number {
  const time = parseUtc(text);
  if (time === undefined)
    throw new InputError(`--at can't be "${text}"`, {}, "give a time in UTC, such as 2026-05-19T10:00:00Z");
  if (time <= endSeconds + LATEST) return time;
  const end = new Date(endSeconds * 1000).toISOString().slice(0, 16);
  throw new InputError(
    `--at is too long after the readings, which end at ${end}Z`,
    {},
    "give a time up to a week after that",
  );
}
