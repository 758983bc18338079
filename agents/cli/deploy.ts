import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { Contract } from "ethers";
import { BUILDING, build } from "../chain/artifacts.ts";
import { type Chain, rpcChain } from "../chain/chain.ts";
import { ChainError } from "../chain/chainError.ts";
import {
  addressesOf,
  allAbis,
  DEFAULT_BOND,
  DEFAULT_RING_DAYS,
  DEFAULT_WINDOWS,
  deployCommunity,
  FUND_RULES,
} from "../chain/deploy.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { InputError } from "../data/inputError.ts";
import { MAX_TICK } from "../model/prices.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { addCommonsOptions, deployGoverned } from "./commonsDeployment.ts";
import { address, addresses, type DeployOptions, floorPrice, termsOf } from "./deployTerms.ts";
import { decimalNumber, oneOf, wholeNumber } from "./options.ts";

const EXAMPLE = `
The private key of who deploys, and gets every role, is read from COMMONWATT_KEY; it is never an option.
DSO signers come from --dso; give at least two and keep their keys apart.

Example, with a hardhat node running (npm run node) and one of its keys:
  COMMONWATT_KEY=0x... npm run -s commonwatt -- deploy --rpc http://127.0.0.1:8545 --dso 0x...,0x...,0x...`;

const ERC20 = ["function decimals() view returns (uint8)", "function totalSupply() view returns (uint256)"];

const days = (seconds: number) => seconds / DAY_SECONDS;

/** Adds the verb that deploys a community. */
export function addDeploy(program: Command): void {
  const whole = (flags: string, text: string, preset: number, least: number, most: number) =>
    new Option(flags, text).default(preset).argParser(wholeNumber(flags.split(" ")[0]!, least, most));
  const inDays = (flags: string, text: string, preset: number) =>
    new Option(flags, text).default(days(preset)).argParser(decimalNumber(flags.split(" ")[0]!, 0.001, 10_000));
  const baseUnits = (flags: string, text: string, preset: number) =>
    whole(flags, `${text}, base units of the money`, preset, 0, Number.MAX_SAFE_INTEGER);
  const command = program
    .command("deploy")
    .description("deploy the contracts of a community, and write where they are")
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
    )
    .addOption(
      new Option("--token <address>", "money that is there already, an ERC-20 (default: a new test euro)").argParser(
        address("--token"),
      ),
    )
    .addOption(
      new Option("--arbiter <address>", "rules on disputes (default: who deploys)").argParser(address("--arbiter")),
    )
    .addOption(baseUnits("--dispute-bond <n>", "what a dispute costs until it is over", DEFAULT_BOND))
    .addOption(baseUnits("--reward-order <n>", "paid by the fund to who posts an order that counts", 0))
    .addOption(baseUnits("--reward-slot <n>", "paid by the fund to who clears a slot", 0))
    .addOption(baseUnits("--reward-member <n>", "paid by the fund to who settles a member", 0));
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
    say(BUILDING);
    await build();
    say(`deploying to ${chain.name}, chain id ${chain.chainId}`);
    const ledger = new GasLedger(allAbis());
    const shared = options.token === undefined ? {} : { token: await existingToken(chain, options.token) };
    const contracts = await deployCommunity(chain.signer, terms, ledger, shared);
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

/** The address of an ERC-20. Throws ChainError, before anything is deployed, where none is there. */
async function existingToken({ provider }: Chain, token: string): Promise<string> {
  const { decimals, totalSupply } = new Contract(token, ERC20, provider);
  try {
    await Promise.all([decimals!(), totalSupply!()]);
  } catch {
    throw new ChainError(`There is no ERC-20 with decimals at ${token}: check --token and the chain.`);
  }
  return token;
}

function summary(addresses: Record<string, string>, ledger: GasLedger): string {
  const lines = Object.entries(addresses).map(([part, address]) => `  ${part.padEnd(9)}${address}\n`);
  return `The community is deployed, for ${ledger.gasOf("setup").toLocaleString("en-GB")} gas:\n${lines.join("")}`;
}
