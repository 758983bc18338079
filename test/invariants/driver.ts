import { type Interface, Wallet } from "ethers";
import type { network } from "hardhat";
import { revertOf } from "../../agents/chain/chainError.ts";
import { allAbis, type CommunityTerms, type Contracts, deployCommunity } from "../../agents/chain/deploy.ts";
import { signingKeys } from "../helpers/flowReports.ts";

type Network = Awaited<ReturnType<typeof network.create>>;
const HOUR = 3600;

/** Small everything: prices -3 .. 6 from a floor of -3, rings of three days, windows of hours. */
export const TERMS = {
  slotSeconds: 900,
  packetWh: 10,
  ringDays: 3,
  floorPrice: -3,
  tickSize: 1,
  dsoThreshold: 2,
  windows: {
    reportLimit: 3 * HOUR,
    disputeWindow: 2 * HOUR,
    settleLimit: 2 * HOUR,
    hardLimit: 9 * HOUR,
    signerDelay: HOUR,
    tolerancePermille: 50,
  },
  clearWindow: HOUR,
  disputeBond: 9,
} as const;

/** What a transaction came to: its events, or why it was refused. */
export type Receipt = { readonly ok: true; readonly events: readonly Event[] } | { readonly ok: false; error: string };
export interface Event {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: values of any event
  readonly args: any;
}

export type Driver = Awaited<ReturnType<typeof driverOf>>;
/** Names of the contracts that transactions go to. */
export type Part = keyof Contracts;

/** A deployed community whose transactions each happen at a second of the test's choice. */
export async function driverOf({ ethers }: Network, fundRule: CommunityTerms["fundRule"], capacity: number) {
  const [admin, stranger] = await ethers.getSigners();
  const rpc = ethers.provider;
  const keys = signingKeys(5);
  const feeder = ethers.id("feeder");
  const dsoSigners = keys.slice(0, 3).map(({ address }) => address);
  const contracts = await deployCommunity(admin! as never, { ...TERMS, fundRule, feeder, dsoSigners });
  const lens = await ethers.deployContract("CommunityLens", [
    contracts.token,
    contracts.house,
    contracts.dayBook,
    contracts.ecoins,
  ]);
  const { chainId } = await rpc.getNetwork();
  const addresses = Object.fromEntries(
    await Promise.all(Object.entries(contracts).map(async ([part, contract]) => [part, await contract.getAddress()])),
  ) as Record<Part, string>;
  const wallets = Array.from({ length: 6 }, (_, i) => new Wallet(ethers.id(`member ${i + 1}`)));
  for (const { address } of wallets) {
    await rpc.send("hardhat_impersonateAccount", [address]);
    await rpc.send("hardhat_setBalance", [address, "0xde0b6b3a7640000000"]);
    await contracts.token.mint(address, 10n ** 6n);
  }
  await contracts.token.mint(admin!.address, 10n ** 12n);
  await contracts.token.approve(addresses.house, 10n ** 12n);
  const abis = allAbis();
  const byAddress = new Map<string, Interface>();
  for (const [part, contract] of Object.entries(contracts))
    byAddress.set(addresses[part as Part].toLowerCase(), contract.interface);
  /** The second at which the next transaction happens, and the number of the last block. */
  const clock = { now: (await rpc.getBlock("latest"))!.timestamp + 1, block: await rpc.getBlockNumber() };

  /** The last of them hears of every transaction that passed. */
  const listeners: ((receipt: Receipt) => void)[] = [];
  const stamp = () => rpc.send("evm_setNextBlockTimestamp", [clock.now]);
  /** Sends at `clock.now`, which then moves on by a second. */
  const send = async (part: Part, call: string, args: readonly unknown[], from = admin!.address): Promise<Receipt> => {
    const data = (contracts[part].interface as Interface).encodeFunctionData(call, args);
    await stamp();
    clock.now++;
    clock.block++;
    try {
      const to = addresses[part];
      const hash = await rpc.send("eth_sendTransaction", [{ from, to, data, gas: "0xf42400" }]);
      const { logs } = await rpc.send("eth_getTransactionReceipt", [hash]);
      const receipt = { ok: true, events: logs.flatMap(eventOf) } as const;
      listeners.at(-1)?.(receipt);
      return receipt;
    } catch (error) {
      const reason = revertOf(error, abis);
      if (reason === undefined) throw error;
      return { ok: false, error: reason };
    }
  };
  const eventOf = (log: { address: string; topics: string[]; data: string }): Event[] => {
    const event = byAddress.get(log.address)?.parseLog(log);
    return event ? [{ name: event.name, args: event.args }] : [];
  };
  /** Empty blocks, a second apart. */
  const mine = async (blocks: number): Promise<void> => {
    for (let i = 0; i < blocks; i++) {
      await stamp();
      await rpc.send("evm_mine", []);
      clock.now++;
      clock.block++;
    }
  };
  const place = { chainId, verifyingContract: addresses.market };
  const oraclePlace = { chainId, verifyingContract: addresses.oracle };
  const actors = { admin: admin!.address, stranger: stranger!.address, wallets, keys, feeder };
  const terms = { ...TERMS, fundRule, capacity, bond: BigInt(TERMS.disputeBond) };
  return { contracts, addresses, lens, rpc, clock, send, mine, place, oraclePlace, terms, listeners, ...actors };
}
