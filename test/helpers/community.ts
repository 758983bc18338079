import { type Provider, Wallet } from "ethers";
import type { network } from "hardhat";
import { type CommunityTerms, deployCommunity } from "../../agents/chain/deploy.ts";
import type { Send } from "../../agents/keeper/keeper.ts";
import { settlingIn } from "./communitySettling.ts";
import { tradingIn } from "./communityTrading.ts";
import { type CommunityOptions, TEST_TERMS, type TestDay } from "./communityTypes.ts";
import { signingKeys } from "./flowReports.ts";

/** An in-process EVM, from `network.create()`. */
export type Network = Awaited<ReturnType<typeof network.create>>;

/** A deployed community, its members and who acts in it. */
export type Base = Awaited<ReturnType<typeof deployed>>;
export type Community = Awaited<ReturnType<typeof communityOf>>;

/**
 * A small community on `net`, whose agents are the product's own. It keeps no state of its own but keys: books, times
 * and balances are read from the chain, so a snapshot takes everything back.
 */
export async function communityOf(net: Network, options: CommunityOptions = {}) {
  const base = await deployed(net, options);
  const trading = tradingIn(base);
  return { ...base, ...moneyIn(base), ...trading, ...settlingIn(base, trading) };
}

async function deployed({ ethers, networkHelpers }: Network, options: CommunityOptions) {
  const { members: size = 4, money = 10n ** 9n, supplierMoney = 10n ** 9n, capacity = 2047 } = options;
  const { time, mine, setBalance } = networkHelpers;
  const [admin, anyone] = await ethers.getSigners();
  const provider = ethers.provider as unknown as Provider;
  const { chainId } = await provider.getNetwork();
  const signers = signingKeys(3);
  const feeder = ethers.id("feeder");
  const dsoSigners = signers.map(({ address }) => address);
  const terms: CommunityTerms = { ...TEST_TERMS, feeder, dsoSigners, ...options.terms };
  const contracts = await deployCommunity(admin!, terms, undefined, options.shared);
  const { token, members, house } = contracts;
  const place = { chainId, verifyingContract: await contracts.market.getAddress() };
  const oraclePlace = { chainId, verifyingContract: await contracts.oracle.getAddress() };
  const wallets: Wallet[] = [];

  const send: Send = async (_, sent) => (await (await sent).wait())!;
  /** Waits until the chain's clock is at `second`, if it isn't. */
  const until = async (second: number): Promise<void> => {
    if ((await time.latest()) < second) await time.increaseTo(second);
  };
  /** One member more, behind `account`, with `deposit` base units in the house. */
  const attest = async (account: string, deposit = money): Promise<number> => {
    await send("setup", members.attest(account, ethers.id(`meter of ${account}`), capacity));
    const member = Number(await members.count());
    if (deposit > 0n) await house.deposit(member, deposit);
    return member;
  };
  /** One member more, with a wallet that can pay for gas. */
  const join = async (deposit = money): Promise<number> => {
    const wallet = new Wallet(ethers.id(`member ${(await members.count()) + 1n}`), provider);
    await setBalance(wallet.address, 10n ** 18n);
    const member = await attest(wallet.address, deposit);
    wallets[member - 1] = wallet;
    return member;
  };
  await token.mint(admin!.address, 10n ** 18n);
  await token.approve(house, 10n ** 18n);
  for (let i = 0; i < size; i++) await join();
  if (supplierMoney > 0n) await house.depositForSupplier(supplierMoney);
  const actors = { admin: admin!, anyone: anyone!, wallets, signers };
  const chain = { ethers, provider, time, mine, until, send };
  return { contracts, ...contracts, ...actors, ...chain, terms, feeder, place, oraclePlace, attest, join };
}

function moneyIn({ house, members, token, dayBook }: Base) {
  const balance = async (member: number) => (await house.accountOf(member)).balance;
  const locked = async (member: number) => (await house.accountOf(member)).locked;
  const supplier = async () => (await house.supplierAccount()).balance;
  /** MONEY-1: tokens held less all that is booked, pots of `open` days included; always 0. */
  const unbooked = async (...open: TestDay[]): Promise<bigint> => {
    let booked = (await supplier()) + (await house.fundBalance()) + (await house.bondBalance());
    for (let member = Number(await members.count()); member > 0; member--) booked += await balance(member);
    for (const { day } of open) booked += (await dayBook.dayState(day)).pot;
    return (await token.balanceOf(house)) - booked;
  };
  return { balance, locked, supplier, unbooked };
}
