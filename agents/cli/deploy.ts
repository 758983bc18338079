import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { getAddress, id } from "ethers";
import { build } from "../chain/artifacts.ts";
import { type Chain, rpcChain } from "../chain/chain.ts";
import { ChainError } from "../chain/chainError.ts";
import {
  addressesOf,
  allAbis,
  type CommunityTerms,
  DEFAULT_CLEAR_WINDOW,
  DEFAULT_RING_DAYS,
  DEFAULT_WINDOWS,
  deployCommunity,
  FUND_RULES,
  type Windows,
} from "../chain/deploy.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { InputError } from "../data/inputError.ts";
import { MAX_TICK } from "../model/prices.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import type { FundRule } from "../simulation/communityTerms.ts";
import { addCommonsOptions, type CommonsOptions, deployGoverned } from "./commonsDeployment.ts";
import { decimalNumber, oneOf, wholeNumber } from "./options.ts";

/** Options of `deploy`, parsed. */
interface DeployOptions extends CommonsOptions {
  readonly rpc: string;
  readonly chainId?: number;
  readonly out: string;
  readonly feeder: string;
  readonly slotMinutes: number;
  readonly packetWh: number;
  readonly floorPrice: number;
  readonly tickSize: number;
  readonly ringDays: number;
  readonly dso: readonly string[];
  readonly dsoThreshold?: number;
  readonly reportDays: number;
  readonly disputeDays: number;
  readonly settleDays: number;
  readonly hardDays: number;
  readonly fundRule: FundRule;
  readonly json?: boolean;
}

const EXAMPLE = `
The private key of who deploys, and gets every role, is read from COMMONWATT_KEY; it is never an option.
DSO signers come from --dso; give at least two and keep their keys apart.

Example, with a hardhat node running (npm run node) and one of its keys:
  COMMONWATT_KEY=0x... npm run -s commonwatt -- deploy --rpc http://127.0.0.1:8545 --dso 0x...,0x...,0x...`;

const days = (seconds: number) => seconds / DAY_SECONDS;

/** Adds the verb that deploys a community. */
export function addDeploy(program: Command): void {
  const whole = (flags: string, text: string, preset: number, least: number, most: number) =>
    new Option(flags, text).default(preset).argParser(wholeNumber(flags.split(" ")[0]!, least, most));
  const inDays = (flags: string, text: string, preset: number) =>
    new Option(flags, text).default(days(preset)).argParser(decimalNumber(flags.split(" ")[0]!, 0.001, 10_000));
  const command = program
    .command("deploy")
    .description("deploy the contracts of a community, with a test euro as its money, and write where they are")
    .requiredOption("--rpc <url>", "JSON-RPC of the chain")
    .addOption(
      new Option("--chain-id <n>", "refuse any other chain").argParser(
        wholeNumber("--chain-id", 1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(
      new Option("--dso <addresses>", "the DSO's signers, separated by commas")
        .argParser(addresses)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--dso-threshold <k>", "how many sign a report (default: more than half)").argParser(
        wholeNumber("--dso-threshold", 1, 255),
      ),
    )
    .option("--feeder <name>", "what the DSO calls the feeder", "feeder 1")
    .addOption(whole("--slot-minutes <n>", "length of a slot", 15, 1, 1440))
    .addOption(whole("--packet-wh <n>", "energy of a packet", 10, 1, 1_000_000))
    .option("--floor-price <n>", "lowest price, base units per packet, 0 or below", floorPrice, 0)
    .addOption(
      whole("--tick-size <n>", `step between prices; the highest is floor + ${MAX_TICK} steps`, 1, 1, 1_000_000_000),
    )
    .addOption(whole("--ring-days <n>", "days that are kept", DEFAULT_RING_DAYS, 2, 65_535))
    .addOption(inDays("--report-days <n>", "after a day, for its first report", DEFAULT_WINDOWS.reportLimit))
    .addOption(inDays("--dispute-days <n>", "after a report, until it is settled", DEFAULT_WINDOWS.disputeWindow))
    .addOption(inDays("--settle-days <n>", "then, for proofs", DEFAULT_WINDOWS.settleLimit))
    .addOption(inDays("--hard-days <n>", "after a day, for the last correction", DEFAULT_WINDOWS.hardLimit))
    .addOption(
      new Option("--fund-rule <name>", FUND_RULES.join(", "))
        .default("treasury")
        .argParser(oneOf("--fund-rule", FUND_RULES)),
    );
  addCommonsOptions(command)
    .option("--out <file>", "where to write the addresses", "community.json")
    .option("--json", "print the addresses file on stdout")
    .addHelpText("after", EXAMPLE)
    .action(deploy);
}

async function deploy(options: DeployOptions): Promise<void> {
  const terms = termsOf(options);
  checkFolder(options.out);
  const chain = await payingChain(options);
  try {
    const say = options.json ? () => {} : (text: string) => process.stderr.write(`${text}\n`);
    say("building the contracts, if they changed");
    await build();
    say(`deploying to ${chain.name}, chain id ${chain.chainId}`);
    const ledger = new GasLedger(allAbis());
    const contracts = await deployCommunity(chain.signer, terms, ledger);
    const addresses = await addressesOf(contracts);
    const commons = await deployGoverned(chain.signer, addresses, terms.slotSeconds, options, ledger);
    const record = {
      schema: "commonwatt-community/1",
      chainId: Number(chain.chainId),
      block: await chain.provider.getBlockNumber(),
      deployer: await chain.signer.getAddress(),
      addresses,
      terms,
      ...(commons && { commons }),
    };
    const text = `${JSON.stringify(record, null, 2)}\n`;
    writeFileSync(options.out, text);
    if (options.json) process.stdout.write(text);
    else
      process.stdout.write(
        `${summary({ ...record.addresses, ...commons?.addresses }, ledger)}The addresses are in ${options.out}.\n`,
      );
  } finally {
    chain.provider.destroy();
  }
}

/** Throws InputError if the addresses could not be written once all is deployed. */
function checkFolder(out: string): void {
  try {
    accessSync(dirname(out), constants.W_OK);
  } catch {
    throw new InputError("the folder of --out can't be written to", { file: out }, "make it, or name another");
  }
}

/** Throws ChainError without a key, before the chain is asked for anything. */
async function payingChain({ rpc, chainId }: DeployOptions): Promise<Chain> {
  const key = process.env.COMMONWATT_KEY;
  if (!key) throw new ChainError("COMMONWATT_KEY is not set: put the private key of who deploys into it.");
  return rpcChain(rpc, { key, ...(chainId !== undefined && { chainId: BigInt(chainId) }) });
}

function summary(addresses: Record<string, string>, ledger: GasLedger): string {
  const lines = Object.entries(addresses).map(([part, address]) => `  ${part.padEnd(9)}${address}\n`);
  return `The community is deployed, for ${ledger.gasOf("setup").toLocaleString("en-GB")} gas:\n${lines.join("")}`;
}

function termsOf(options: DeployOptions): CommunityTerms {
  const { slotMinutes, packetWh, ringDays, floorPrice, tickSize, dso, fundRule } = options;
  if (DAY_SECONDS % (60 * slotMinutes) !== 0)
    throw new InputError(
      `a slot of ${slotMinutes} min does not divide a day`,
      {},
      "use 5, 10, 15, 30 or 60 minutes, say",
    );
  if (floorPrice % tickSize !== 0)
    throw new InputError("the floor price is no multiple of the tick size", {}, "choose both so that 0 is a price");
  const { dsoThreshold = Math.floor(dso.length / 2) + 1 } = options;
  if (dsoThreshold > dso.length)
    throw new InputError(
      `${dso.length} DSO signers can't give ${dsoThreshold} signatures`,
      {},
      "lower --dso-threshold",
    );
  const windows = windowsOf(options);
  return {
    ...{ slotSeconds: 60 * slotMinutes, packetWh, ringDays, floorPrice, tickSize, fundRule, windows },
    ...{ feeder: id(options.feeder), dsoSigners: dso, dsoThreshold, clearWindow: DEFAULT_CLEAR_WINDOW },
  };
}

function windowsOf({ reportDays, disputeDays, settleDays, hardDays, ringDays }: DeployOptions): Windows {
  if (reportDays + disputeDays + 2 * settleDays > hardDays || hardDays + 2 >= ringDays)
    throw new InputError(
      `the windows don't fit: ${reportDays} + ${disputeDays} + 2 x ${settleDays} days within ${hardDays}, and that within ${ringDays}`,
      {},
      "report + dispute + twice the settle days may be at most the hard limit, and that and two days must be less than the ring",
    );
  const seconds = (count: number) => Math.round(count * DAY_SECONDS);
  return {
    ...DEFAULT_WINDOWS,
    reportLimit: seconds(reportDays),
    disputeWindow: seconds(disputeDays),
    settleLimit: seconds(settleDays),
    hardLimit: seconds(hardDays),
  };
}

/** Distinct addresses in rising order, as the oracle wants them. */
function addresses(text: string): string[] {
  const given = text.split(",").map((each) => checkedAddress(each.trim()));
  const sorted = [...new Set(given)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  if (sorted.length === given.length) return sorted;
  throw new InputError("--dso names an address twice", { value: text }, "give each signer once");
}

function checkedAddress(text: string): string {
  try {
    return getAddress(text);
  } catch {
    throw new InputError("--dso has something that is no address", { value: text }, "give 0x and 40 hex digits");
  }
}

function floorPrice(text: string): number {
  if (/^(-\d{1,9}|0)$/.test(text)) return Number(text);
  throw new InputError("--floor-price is not 0 or a negative whole number", { value: text }, "write it like -1000");
}
