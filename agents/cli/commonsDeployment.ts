import type { Command } from "commander";
import { Option } from "commander";
import { type AbstractSigner, getAddress } from "ethers";
import { deployCommons } from "../chain/commons.ts";
import type { Addresses } from "../chain/deploy.ts";
import { deployAudit } from "../chain/flowAudit.ts";
import type { GasLedger } from "../chain/gasLedger.ts";
import { type BallotTerms, DEFAULT_BALLOT, deployGovernance, handOver } from "../chain/governance.ts";
import { InputError } from "../data/inputError.ts";
import { type CommonsTerms, DEFAULT_RULES, MAX_FEEDER, MAX_HORIZON } from "../model/commonsRules.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { decimalNumber, wholeNumber } from "./options.ts";

/** Options of `deploy` for a commons beside the market. */
export interface CommonsOptions {
  readonly commons?: boolean;
  readonly commonsFeeder: number;
  readonly commonsHorizon: number;
  readonly commonsMonthDays: number;
  readonly commonsServer?: string;
  readonly commonsDso?: string;
  readonly ballotDelayHours: number;
  readonly ballotHours: number;
  readonly quorumPercent: number;
  readonly executionHours: number;
}

/** What is written of a commons in the file of addresses. */
export interface CommonsRecord {
  readonly addresses: {
    readonly commons: string;
    readonly roll: string;
    readonly governor: string;
    readonly delay: string;
    readonly audit: string;
  };
  readonly terms: CommonsTerms & { readonly slotSeconds: number };
  readonly ballot: BallotTerms;
  readonly roles: { readonly server: string; readonly dso: string };
}

/** Adds the options by which `deploy` brings a commons and its governor. */
export function addCommonsOptions(command: Command): Command {
  const option = (flags: string, text: string, preset: number, parse: (text: string) => number) =>
    new Option(flags, text).default(preset).argParser(parse);
  const hours = (flags: string, text: string, seconds: number, least: number, most: number) =>
    option(flags, text, seconds / 3600, decimalNumber(flags.split(" ")[0]!, least, most));
  const whole = (flags: string, text: string, preset: number, most: number) =>
    option(flags, text, preset, wholeNumber(flags.split(" ")[0]!, 1, most));
  return command
    .option(
      "--commons",
      "bring a commons without prices as well, and the governor by which its members decide the rules",
    )
    .addOption(whole("--commons-feeder <n>", "packets a slot that the feeder leaves to the commons", 2000, MAX_FEEDER))
    .addOption(whole("--commons-horizon <n>", "slots ahead that requests reach", 96, MAX_HORIZON))
    .addOption(whole("--commons-month-days <n>", "days over which emergencies are counted", 30, 366))
    .addOption(new Option("--commons-server <address>", "who forecasts (default: who deploys)").argParser(addressOf))
    .addOption(
      new Option("--commons-dso <address>", "who declares emergency mode (default: who deploys)").argParser(addressOf),
    )
    .addOption(
      hours("--ballot-delay-hours <n>", "from a proposal to its ballot", DEFAULT_BALLOT.votingDelaySeconds, 0.001, 720),
    )
    .addOption(hours("--ballot-hours <n>", "how long a ballot lasts", DEFAULT_BALLOT.votingPeriodSeconds, 1, 720))
    .addOption(whole("--quorum-percent <n>", "members who must vote", DEFAULT_BALLOT.quorumPermille / 10, 100))
    .addOption(
      hours("--execution-hours <n>", "from a decision to its execution", DEFAULT_BALLOT.executionDelaySeconds, 0, 8760),
    );
}

/** Deploys a commons over a community's members, and puts it under its community; undefined where none was asked for. */
export async function deployGoverned(
  signer: AbstractSigner,
  { members, oracle, tariff }: Pick<Addresses, "members" | "oracle" | "tariff">,
  slotSeconds: number,
  options: CommonsOptions,
  ledger: GasLedger,
): Promise<CommonsRecord | undefined> {
  if (!options.commons) return undefined;
  const terms: CommonsTerms = {
    horizonSlots: options.commonsHorizon,
    feederLimit: options.commonsFeeder,
    monthSlots: Math.min(0xffff, Math.floor((options.commonsMonthDays * DAY_SECONDS) / slotSeconds)),
  };
  const ballot = ballotOf(options);
  const me = await signer.getAddress();
  const roles = { server: options.commonsServer ?? me, dso: options.commonsDso ?? me };
  const latest = await signer.provider!.getBlock("latest");
  const firstSlot = Math.floor(latest!.timestamp / slotSeconds) + 2;
  const commons = await deployCommons(signer, members, { terms, slotSeconds, rules: DEFAULT_RULES, firstSlot }, ledger);
  const governance = await deployGovernance(signer, members, ballot, ledger);
  await handOver(commons, governance, roles);
  const at = { roll: governance.roll, governor: governance.governor, delay: governance.delay };
  const [home, roll, governor, delay] = await Promise.all(
    [commons, at.roll, at.governor, at.delay].map((part) => part.getAddress()),
  );
  const audit = await (await deployAudit(signer, { commons: home!, oracle, tariff }, ledger)).getAddress();
  return {
    addresses: { commons: home!, roll: roll!, governor: governor!, delay: delay!, audit },
    terms: { ...terms, slotSeconds },
    ballot,
    roles,
  };
}

const ballotOf = (options: CommonsOptions): BallotTerms => ({
  votingDelaySeconds: Math.max(1, Math.round(options.ballotDelayHours * 3600)),
  votingPeriodSeconds: Math.round(options.ballotHours * 3600),
  quorumPermille: options.quorumPercent * 10,
  executionDelaySeconds: Math.round(options.executionHours * 3600),
});

function addressOf(text: string): string {
  try {
    return getAddress(text);
  } catch {
    throw new InputError("that is no address", { value: text }, "give 0x and 40 hex digits");
  }
}
