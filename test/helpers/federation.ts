import type { Signer } from "ethers";
import { deployFederation } from "../../agents/chain/deployFederation.ts";
import * as keeper from "../../agents/keeper/keeper.ts";
import { readFederationBook } from "../../agents/manager/federationBook.ts";
import { type Manager, offerLeftOver } from "../../agents/manager/offer.ts";
import { signSeat } from "../../agents/manager/seats.ts";
import { packAll } from "../../agents/model/lanes.ts";
import { encodePrices, tickOf } from "../../agents/model/orders.ts";
import { type Community, communityOf, type Network } from "./community.ts";
import { settlingIn } from "./communitySettling.ts";
import { tradingIn } from "./communityTrading.ts";
import { type CommunityOptions, TEST_TERMS, type TestDay, type TestOrder } from "./communityTypes.ts";

export interface FederationOptions extends CommunityOptions {
  readonly communities?: number;
  /** Packets a slot over each link, both ways. */
  readonly limit?: number;
}

export type Federated = Awaited<ReturnType<typeof federationOf>>;

const HOUR = 3600;

/**
 * Communities over one token and their federation, whose agents are the product's own. Every member takes its seat, with
 * money in the federation's house; the third account of the chain manages all.
 */
export async function federationOf(net: Network, options: FederationOptions = {}) {
  const { communities: size = 2, members = 4, limit = 1000, money = 10n ** 9n } = options;
  const first = await communityOf(net, options);
  const token = await first.token.getAddress();
  const all: Community[] = [first];
  while (all.length < size) all.push(await communityOf(net, { ...options, shared: { token } }));
  const { admin, provider, send, until, ethers } = first;
  const terms = { ...first.terms, feeder: ethers.id("federation"), fundRule: "treasury" as const };
  const contracts = await deployFederation(admin, terms, { token });
  const { federation, market, house, oracle } = contracts;
  const manager = (await ethers.getSigners())[2]!;
  const { chainId } = first.place;
  const seatPlace = { chainId, verifyingContract: await federation.getAddress() };
  const place = { chainId, verifyingContract: await market.getAddress() };
  const oraclePlace = { chainId, verifyingContract: await oracle.getAddress() };

  /** Seat of a member, of the community numbered from 1. */
  const seatOf = (community: number, member: number) => (community - 1) * members + member;
  const takeSeat = async (community: number, member: number, by: Signer = all[community - 1]!.wallets[member - 1]!) => {
    const { nonce } = await federation.seatOf(seatOf(community, member));
    const signature = await signSeat(by, { community, member, active: true, nonce: Number(nonce) }, seatPlace);
    return send("setup", federation.setSeat(community, member, true, signature));
  };
  await contracts.token.approve(house, 10n ** 18n);
  await house.depositForSupplier(10n ** 9n);
  for (const [i, own] of all.entries()) {
    await federation.admit(own.market, own.members, own.tariff, members, limit, limit);
    await federation.appoint(i + 1, manager);
    for (let member = 1; member <= members; member++) {
      await takeSeat(i + 1, member);
      if (money > 0n) await house.deposit(seatOf(i + 1, member), money);
    }
  }

  const base = { ...first, contracts, ...contracts, wallets: [], terms, feeder: terms.feeder, place, oraclePlace };
  const book = (session: number) => readFederationBook(contracts, session);
  const trading = { ...tradingIn(base), book };
  const settling = settlingIn(base, trading);

  /** Fixes the same day everywhere and opens a session over it; the federation's gate is two hours after the others'. */
  const openDay = async ({ count = 4, retail = 3000, feedIn = 500 } = {}): Promise<OpenDay> => {
    const start = Math.ceil(((await first.time.latest()) + 5 * HOUR) / TEST_TERMS.slotSeconds);
    const prices = encodePrices(tickOf(retail, terms), tickOf(feedIn, terms));
    const words = packAll(new Array<number>(count).fill(prices));
    const opened: [day: TestDay, session: number][] = [];
    for (const { tariff, open, dayOf } of [...all, { ...contracts, ...trading }]) {
      await tariff.fixDay(start, count, words);
      const day = await dayOf(Number(await tariff.latestDay()));
      const gate = day.start - (opened.length < all.length ? 3 : 1) * HOUR;
      opened.push([day, await open(day, { gate })]);
    }
    const [day, session] = opened.pop()!;
    return { day, session, days: opened.map(([each]) => each), sources: opened.map(([, each]) => each) };
  };
  /** Posts the orders of each community's own session, then closes and clears them. */
  const tradeOwn = async ({ sources }: OpenDay, ...orders: readonly (readonly TestOrder[])[]) => {
    for (const [i, own] of orders.entries()) if (own.length > 0) await all[i]!.postOrders(sources[i]!, own);
    for (const [i, own] of orders.entries()) {
      await all[i]!.close(sources[i]!);
      if (own.length > 0) await all[i]!.clear(sources[i]!);
    }
  };
  const managerOf = (community: number): Manager => {
    const { market: own } = all[community - 1]!;
    return { federation: contracts, community, market: own, provider, signer: manager, send };
  };
  const offer = ({ session, sources }: OpenDay, community: number) =>
    offerLeftOver(managerOf(community), session, sources[community - 1]!);
  /** Closes and clears the federation's session. */
  const clear = async (session: number) => {
    await trading.close(session);
    const shape = await keeper.shapeOf(contracts, session);
    const rows = await book(session);
    if (rows.length > 0)
      await keeper.clear(contracts, shape, rows, await keeper.seedOf(contracts, provider, session), send);
  };
  const balance = async (seat: number) => (await house.accountOf(seat)).balance;
  const supplier = async () => (await house.supplierAccount()).balance;
  /** MONEY-1 of the federation's house, all days closed: tokens held less all that is booked; always 0. */
  const unbookedSeats = async (): Promise<bigint> => {
    let booked = (await supplier()) + (await house.fundBalance());
    for (let seat = size * members; seat > 0; seat--) booked += await balance(seat);
    return (await contracts.token.balanceOf(house)) - booked;
  };
  const parts = {
    balance,
    supplier,
    unbookedSeats,
    all,
    manager,
    seatPlace,
    seatOf,
    takeSeat,
    openDay,
    tradeOwn,
    managerOf,
    offer,
  };
  return { ...base, ...trading, ...settling, ...parts, book, clear, provider, until };
}

/** One day everywhere, with a session of each community over it and one of the federation. */
export interface OpenDay {
  readonly day: TestDay;
  readonly session: number;
  readonly days: readonly TestDay[];
  readonly sources: readonly number[];
}
