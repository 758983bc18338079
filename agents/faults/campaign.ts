import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { randomStream } from "../random/random.ts";
import { FAULTS, type Fault, KILLS } from "./faults.ts";
import { ALL_STEPS, type KillsADay } from "./kills.ts";
import { Scene } from "./scene.ts";
import { Judge } from "./verdict.ts";

/** What came of a fault, over all days lived under it. */
export interface FaultResult {
  readonly name: string;
  readonly days: number;
  /** How often the fault struck. */
  readonly strikes: number;
  /** What was not as it must be, by the chain; nothing where all is well. */
  readonly wrong: readonly string[];
  /** Transactions by agent that changed nothing. */
  readonly wasted: Counts;
  /** Deaths by agent and moment, where processes were killed. */
  readonly deaths: Counts;
}

type Counts = Readonly<Record<string, number>>;

/** A campaign as it stands: kept after each day, so that it can be gone on with. */
export interface Campaign {
  readonly schema: "commonwatt-faults/2";
  readonly seed: number;
  readonly results: readonly FaultResult[];
}

export interface CampaignOptions {
  readonly seed: number;
  /** Kills in all, at least, on days at steps and days at random times by turns; none where 0. */
  readonly kills: number;
  readonly killsADay: KillsADay;
  /** Communities that live side by side, each on a chain of its own; one if left out. */
  readonly scenes?: number;
  /** Only faults whose name holds this. */
  readonly only?: string;
  /** Where the campaign is kept and gone on with. */
  readonly file?: string;
  readonly say: (text: string) => void;
}

const HOMES = 2;
/** Days in one scene: then it begins anew, so that a ring of days is not what limits it. */
const DAYS_A_SCENE = 12;
export const AGENTS = ["household", "relay", "keeper", "dso", "operator"] as const;

/** A campaign while scenes live side by side. */
interface Stand {
  campaign: Campaign;
  /** What is being lived at the moment. */
  readonly now: Fault[];
}

/** Lives days under every fault, then under kills. Assumes that the contracts are built. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const stand: Stand = { campaign: loaded(options), now: [] };
  const scenes = Array.from({ length: options.scenes ?? 1 }, (_, i) => liveOn(stand, options, i));
  const failed = (await Promise.allSettled(scenes)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return stand.campaign;
}

/** Lives day after day in scene `i` until nothing is due. */
async function liveOn(stand: Stand, options: CampaignOptions, i: number): Promise<void> {
  let stage: Stage | undefined;
  try {
    for (let next = nextFault(stand, options); next; next = nextFault(stand, options)) {
      stand.now.push(next);
      if (stage && stage.days >= DAYS_A_SCENE) stage = await renewed(stage);
      stage ??= await begun(options.seed, i);
      const result = await liveUnder(next, stage, options, stand.campaign);
      stand.now.splice(stand.now.indexOf(next), 1);
      stand.campaign = merged(stand.campaign, result);
      if (options.file) writeFileSync(options.file, `${JSON.stringify(stand.campaign, null, 2)}\n`);
      if (result.wrong.some((text) => text.includes("stuck"))) stage = await renewed(stage);
    }
  } finally {
    if (stage) await ended(stage);
  }
}

interface Stage {
  readonly scene: Scene;
  /** Which of those that live side by side. */
  readonly number: number;
  readonly judge: Judge;
  readonly folder: string;
  days: number;
}

async function begun(seed: number, number: number): Promise<Stage> {
  const folder = join(mkdtempSync(join(tmpdir(), "commonwatt-faults-")), "community");
  const scene = await Scene.begin(folder, { homes: HOMES, seed });
  return { scene, number, judge: new Judge(scene), folder, days: 0 };
}

async function ended({ scene, folder }: Stage): Promise<void> {
  await scene.end();
  rmSync(dirname(folder), { recursive: true, force: true });
}

async function renewed(stage: Stage): Promise<undefined> {
  await ended(stage);
  return undefined;
}

/** One day under a fault, judged; that it got stuck is a verdict too. */
async function liveUnder(
  fault: Fault,
  stage: Stage,
  options: CampaignOptions,
  campaign: Campaign,
): Promise<FaultResult> {
  const { scene, judge, number } = stage;
  const begin = Date.now();
  stage.days++;
  const random = randomStream(options.seed, `${fault.name} ${killsIn(campaign)} ${stage.days} ${number}`);
  try {
    const { facts, strikes, foreign = 0, deaths = {} } = await fault.live(scene, random, options.killsADay);
    const { wrong, wasted } = await judge.judge(facts, fault.unreported === true, { keeper: foreign });
    const said = wrong.length === 0 ? "well" : wrong.join("; ");
    const so = `${killsIn(campaign) + sumOf(deaths)} of ${options.kills} kills`;
    const took = `${Math.round((Date.now() - begin) / 1000)} s${options.kills > 0 ? `, ${so}` : ""}`;
    options.say(`${fault.name}: struck ${strikes} times, ${said} (${took})`);
    return { name: fault.name, days: 1, strikes, wrong, wasted, deaths };
  } catch (error) {
    const wrong = [(error as Error).message.split("\n")[0]!];
    options.say(`${fault.name}: ${wrong[0]}`);
    return { name: fault.name, days: 1, strikes: 0, wrong, wasted: {}, deaths: {} };
  }
}

function loaded({ file, seed }: CampaignOptions): Campaign {
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Campaign;
  return { schema: "commonwatt-faults/2", seed, results: [] };
}

/** The fault that is due: each of the table once, then kills of both kinds by turns. */
function nextFault({ campaign, now }: Stand, { only = "", kills }: CampaignOptions): Fault | undefined {
  const done = new Set([...campaign.results, ...now].map(({ name }) => name));
  const due = FAULTS.find(({ name }) => name.includes(only) && !done.has(name));
  if (due || kills === 0) return due;
  const lived = (kill: Fault) => campaign.results.find(({ name }) => name === kill.name)?.days ?? 0;
  const days = (kill: Fault) => lived(kill) + now.filter((each) => each === kill).length;
  const [next, ...others] = KILLS.filter(({ name }) => name.includes(only)).sort((a, b) => days(a) - days(b));
  return killsIn(campaign) < kills ? next : [next, ...others].find((kill) => kill === KILLS[0] && mayReach(campaign));
}

/** Days more than wanted that are lived for steps at which an agent did not die yet. */
const MORE_DAYS = 3;

const mayReach = (campaign: Campaign): boolean =>
  stepsMissed(campaign).length > 0 &&
  campaign.results.reduce((days, { deaths }) => days + Math.sign(sumOf(deaths)), 0) < MORE_DAYS;

/** Steps at which no agent died, as `keeper outbox.sent`. */
export function stepsMissed({ results }: Campaign): string[] {
  const reached = new Set(results.flatMap(({ deaths }) => Object.keys(deaths)));
  return ALL_STEPS.filter((step) => !reached.has(step));
}

/** Kills so far. */
export const killsIn = ({ results }: Campaign): number => results.reduce((sum, { deaths }) => sum + sumOf(deaths), 0);

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

function added(a: Counts, b: Counts): Counts {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

function merged(campaign: Campaign, result: FaultResult): Campaign {
  const before = campaign.results.find(({ name }) => name === result.name);
  if (!before) return { ...campaign, results: [...campaign.results, result] };
  const sum = {
    ...{ name: result.name, days: before.days + 1, strikes: before.strikes + result.strikes },
    ...{ wrong: [...before.wrong, ...result.wrong], wasted: added(before.wasted, result.wasted) },
    deaths: added(before.deaths, result.deaths),
  };
  return { ...campaign, results: campaign.results.map((each) => (each === before ? sum : each)) };
}

/** The table of fault x agent x result, as Markdown. */
export function campaignTable({ results }: Campaign): string {
  const head = `| fault | days | struck | ${AGENTS.join(" | ")} | lost or done twice |`;
  const rule = `|---|--:|--:|${AGENTS.map(() => "---").join("|")}|---|`;
  const rows = results.map(({ name, days, strikes, wrong, wasted }) => {
    const cells = AGENTS.map((agent) => cell(wasted[agent === "household" ? "households" : agent], wrong.length > 0));
    return `| ${name} | ${days} | ${strikes} | ${cells.join(" | ")} | ${wrong.length === 0 ? "nothing" : wrong.join("; ")} |`;
  });
  return `${[head, rule, ...rows].join("\n")}\n`;
}

function cell(wasted: number | undefined, wrong: boolean): string {
  if (wasted === undefined || wrong) return "see right";
  return wasted <= 0 ? "done" : `done, ${wasted} idle`;
}

/** The table of deaths: agents and the moments at which they died, as Markdown; nothing where none did. */
export function deathsTable(campaign: Campaign): string {
  const deaths = campaign.results.reduce<Counts>((sum, result) => added(sum, result.deaths), {});
  if (sumOf(deaths) === 0) return "";
  const moments = [...new Set(ALL_STEPS.map((death) => death.split(" ")[1]!)), "random"];
  const cellOf = (agent: string, moment: string) => {
    const death = `${agent} ${moment}`;
    return deaths[death] ?? (ALL_STEPS.includes(death) || moment === "random" ? 0 : "");
  };
  const rows = moments.map((moment) => `| ${moment} | ${AGENTS.map((agent) => cellOf(agent, moment)).join(" | ")} |`);
  return [`| killed at | ${AGENTS.join(" | ")} |`, `|---|${AGENTS.map(() => "--:|").join("")}`, ...rows, ""].join("\n");
}
