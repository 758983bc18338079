import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import {
  type Ballot,
  ballotOf,
  ballotsOf,
  CHOICES,
  type Choice,
  carryOut,
  castVote,
  proposeRules,
  rulesOf,
  syncRoll,
} from "../chain/ballots.ts";
import { ChainError } from "../chain/chainError.ts";
import { InputError } from "../data/inputError.ts";
import { ALLOCATION_RULES, type CommonsRules, faultOfRules, GOALS, SURPLUS_ORDERS } from "../model/commonsRules.ts";
import { addPlaceOptions, type CommonsPlace, withCommons } from "./governedCommons.ts";

interface Options extends CommonsPlace {
  readonly json?: boolean;
}

interface ProposeOptions extends Options {
  readonly set: readonly string[];
  readonly rules?: string;
  readonly why: string;
}

const KEY = "\nThe private key of a member is read from COMMONWATT_KEY; it is never an option.";

/** Adds the verbs by which a community decides the rules of its commons. */
export function addBallots(commons: Command): void {
  const verb = (name: string, text: string) => addPlaceOptions(commons.command(name).description(text));
  verb("propose", "propose rules for the commons: a ballot of all its members")
    .option("--set <name=value>", "one rule, as JSON, on top of those in force; may be repeated", collect, [])
    .option("--rules <file>", "a JSON file of rules, on top of those in force")
    .requiredOption("--why <text>", "what the members are told")
    .option("--json", "print {id, rules, ballot}")
    .addHelpText(
      "after",
      `${KEY}\n\nExample: ... propose --set importAllowance=40 --set 'shares=[500,300,200]' --why "cold week"`,
    )
    .action(propose);
  verb("vote", "vote in a ballot, one vote a member")
    .argument("<ballot>", "its number")
    .addOption(new Option("--choice <choice>", "how").choices(CHOICES).makeOptionMandatory())
    .option("--json", "print {id, choice, weight, ballot}")
    .addHelpText("after", KEY)
    .action(vote);
  verb("execute", "take what was decided one step on: into the delay, and after it into force")
    .argument("<ballot>", "its number")
    .option("--json", "print {id, step, ballot}")
    .addHelpText("after", "\nAnyone may; who pays is in COMMONWATT_KEY.")
    .action(execute);
  verb("ballots", "the rules in force, and all ballots")
    .option("--json", "print {rules, upcoming, ballots}")
    .action(ballots);
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

async function propose(options: ProposeOptions): Promise<void> {
  await withCommons(options, true, async (given) => {
    const rules = changed((await rulesOf(given.commons)).current, options);
    const moved = await syncRoll(given);
    const id = await proposeRules(given, rules, options.why);
    const ballot = await ballotOf(given, id);
    const roll = moved.length === 0 ? "" : `The votes of ${moved.length} members followed the registry first.\n`;
    print(options, { id, rules, ballot }, `${roll}${textOf(ballot)}`);
  });
}

async function vote(id: string, options: Options & { readonly choice: Choice }): Promise<void> {
  await withCommons(options, true, async (given) => {
    const { state, opensAt } = await ballotOf(given, id);
    if (state === "pending") throw new ChainError(`The ballot opens at ${timeOf(opensAt)}.`);
    const weight = await castVote(given, id, options.choice);
    const ballot = await ballotOf(given, id);
    const counted = weight > 0 ? "Counted" : "Not counted: no member at the start of the ballot, or none any more";
    print(options, { id, choice: options.choice, weight, ballot }, `${counted}.\n${textOf(ballot)}`);
  });
}

async function execute(id: string, options: Options): Promise<void> {
  await withCommons(options, false, async (given) => {
    const before = await ballotOf(given, id);
    if (before.state !== "succeeded" && before.state !== "queued")
      throw new ChainError(`Nothing to carry out: the ballot is ${before.state}.`);
    const step = await carryOut(given, id);
    const ballot = await ballotOf(given, id);
    print(options, { id, step, ballot }, textOf(ballot));
  });
}

async function ballots(options: Options): Promise<void> {
  await withCommons(options, false, async (given) => {
    const { current, upcoming } = await rulesOf(given.commons);
    const all = await ballotsOf(given);
    const text = `in force: ${JSON.stringify(current)}\n${all.map(textOf).join("")}`;
    print(options, { rules: current, upcoming: upcoming ?? null, ballots: all }, text);
  });
}

const print = ({ json }: Options, value: object, text: string): void => {
  process.stdout.write(json ? `${JSON.stringify(value, null, 1)}\n` : text);
};

/** The rules with the changes that the options name. Throws InputError where they can't be voted in. */
export function changed(
  rules: CommonsRules,
  { set, rules: file }: Pick<ProposeOptions, "set" | "rules">,
): CommonsRules {
  const changes = { ...(file !== undefined && fromFile(file)), ...Object.fromEntries(set.map(pairOf)) };
  const unknown = Object.keys(changes).find((name) => !(name in rules));
  const remedy = `rules are ${Object.keys(rules).join(", ")}`;
  if (unknown !== undefined) throw new InputError(`there is no rule "${unknown}"`, {}, remedy);
  if (Object.keys(changes).length === 0) throw new InputError("nothing is proposed", {}, "give --set or --rules");
  const proposed = { ...rules, ...changes } as CommonsRules;
  const fault = faultOf(proposed);
  if (fault !== undefined) throw new InputError(`these rules can't be voted in: ${fault}`, {}, remedy);
  return proposed;
}

/** What is wrong with rules that may be anything. */
function faultOf(rules: CommonsRules): string | undefined {
  if (!Array.isArray(rules.shares) || !Array.isArray(rules.classOf)) return "shares and classOf are lists";
  const words = [
    ["rule", ALLOCATION_RULES],
    ["goal", GOALS],
    ["surplusFirst", SURPLUS_ORDERS],
  ] as const;
  const wrong = words.find(([name, known]) => !(known as readonly string[]).includes(rules[name]));
  return wrong === undefined ? faultOfRules(rules) : `${wrong[0]} is one of ${wrong[1].join(", ")}`;
}

function pairOf(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new InputError("--set takes name=value", { value: text }, "write it like importAllowance=40");
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value]; // a word, such as rule=random
  }
}

function fromFile(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new InputError("the rules can't be read", { file }, "give a JSON file of rules");
  }
}

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

function textOf({ id, state, why, votes, quorum, opensAt, closesAt, executableAt, proposer }: Ballot): string {
  const due = executableAt === 0 ? "" : `\n  may be executed from ${timeOf(executableAt)}`;
  return `ballot ${id}: ${state}
  "${why}", by ${proposer}
  open ${timeOf(opensAt)} to ${timeOf(closesAt)}; for ${votes.for}, against ${votes.against}, abstained ${votes.abstain}; quorum ${quorum}${due}
`;
}
