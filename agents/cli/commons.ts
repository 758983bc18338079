import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, Option } from "commander";
import type { LoggedMessage } from "../commons/log.ts";
import type { Scene } from "../commons/scenes/scene.ts";
import { SCENES } from "../commons/scenes/scenes.ts";
import { InputError } from "../data/inputError.ts";
import { addAudit } from "./commonsAudit.ts";
import { addCommonsMonth } from "./commonsMonth.ts";
import { addBallots } from "./commonsVote.ts";
import { wholeNumber } from "./options.ts";

interface SceneOptions {
  readonly seed: number;
  readonly report?: string;
  readonly json?: boolean;
}

interface TraceOptions {
  readonly scene: string;
  readonly seed: number;
  readonly member: number;
  readonly client: number;
  readonly request: number;
  readonly json?: boolean;
}

const NAMES = SCENES.map(({ name }) => name);
const seedOption = () =>
  new Option("--seed <n>", "seed of everything random; 0 is the published draw where there is one")
    .argParser(wholeNumber("--seed", 0, 0xffff_ffff))
    .default(0);

/** Adds the verbs of the commons: its scenes, the messages of one request, and its ballots. */
export function addCommons(program: Command): void {
  const commons = program.command("commons").description("a commons: packets by priority, without prices");
  commons
    .command("scenes")
    .description("play published scenes of a commons, and say of each what must hold and whether it did")
    .argument("[name...]", `which: ${NAMES.join(", ")}; all if left out`)
    .addOption(seedOption())
    .option("--report <file>", "write a page with the scenes drawn")
    .option("--json", "print [{name, title, source, seed, figures, checks: [{text, holds}], messages}]")
    .action(scenes);
  commons
    .command("trace")
    .description("the messages of one request, from the request to the last acknowledgment")
    .addOption(new Option("--scene <name>", "the scene to look into").choices(NAMES).default("slicing"))
    .addOption(seedOption())
    .option("--member <n>", "the home", wholeNumber("--member", 1, 0xffff), 1)
    .option("--client <n>", "its client", wholeNumber("--client", 0, 15), 0)
    .option("--request <n>", "which of its requests", wholeNumber("--request", 1, 10_000), 1)
    .option("--json", "print [{slot, kind, from, to, member, client, packets, text}]")
    .action(trace);
  addCommonsMonth(commons);
  addBallots(commons);
  addAudit(commons);
}

async function scenes(names: readonly string[], { seed, report, json }: SceneOptions): Promise<void> {
  const played = (names.length === 0 ? NAMES : names).map(sceneOf).map((scene) => ({ scene, result: scene.run(seed) }));
  if (report !== undefined) {
    const { sceneHtml } = await import("../report/sceneHtml.ts");
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, sceneHtml(played, seed));
    process.stderr.write(`${report}\n`);
  }
  const summary = played.map(({ scene: { name, title, source }, result: { figures, checks, log } }) => ({
    ...{ name, title, source, seed, figures, checks, messages: log.counts() },
  }));
  process.stdout.write(json ? `${JSON.stringify(summary, null, 1)}\n` : summary.map(textOf).join("\n"));
  if (summary.some(({ checks }) => checks.some(({ holds }) => !holds))) process.exitCode = 1;
}

function sceneOf(name: string): Scene {
  const found = SCENES.find((scene) => scene.name === name);
  if (found) return found;
  throw new InputError(`there is no scene "${name}"`, {}, `give one of ${NAMES.join(", ")}`);
}

interface Summary {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly seed: number;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly checks: readonly { readonly text: string; readonly holds: boolean }[];
  readonly messages: Readonly<Record<string, number>>;
}

function textOf({ name, title, source, seed, figures, checks, messages }: Summary): string {
  const pairs = (values: Readonly<Record<string, number | string>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
  const said = checks.map(({ text, holds }) => `  ${holds ? "holds" : "FAILS"}  ${text}\n`).join("");
  return `${name}: ${title}\n  ${source}; seed ${seed}\n  ${pairs(figures)}\n  messages: ${pairs(messages)}\n${said}`;
}

function trace({ scene, seed, member, client, request, json }: TraceOptions): void {
  const messages = sceneOf(scene).run(seed).log.handshake(member, client, request);
  if (messages.length === 0)
    throw new InputError(
      `in scene "${scene}" client ${client} of member ${member} made no request ${request}`,
      {},
      "choose another --member, --client or --request",
    );
  process.stdout.write(json ? `${JSON.stringify(messages, null, 1)}\n` : messages.map(lineOf).join(""));
}

const lineOf = ({ slot, kind, from, to, text }: LoggedMessage): string =>
  `slot ${String(slot).padStart(4)}  ${kind.padEnd(14)}  ${from} -> ${to}: ${text}\n`;
