import type { ContractRunner, Signer } from "ethers";
import { signProfile } from "../../agents/household/signing.ts";
import { readBook, type SessionBook } from "../../agents/keeper/book.ts";
import * as keeper from "../../agents/keeper/keeper.ts";
import { packAll, unpackAll } from "../../agents/model/lanes.ts";
import { decodePrices, encodePrices, packOrders, priceOf, tickOf } from "../../agents/model/orders.ts";
import { type Profile, readingOf } from "../../agents/model/profileBook.ts";
import { type Posted, post, postArguments, type SignedProfile } from "../../agents/relay/relay.ts";
import type { Base } from "./community.ts";
import type { DayOptions, SessionOptions, TestDay, TestOrder } from "./communityTypes.ts";

export interface SigningOptions {
  readonly nonce?: number;
  readonly registers?: boolean;
  /** Who signs, if not the member's wallet. */
  readonly by?: Signer;
}

/** From the tariff of a day to its cleared sessions. */
export function tradingIn(base: Base) {
  const { contracts, market, tariff, terms, wallets, provider, place, send, until, time, mine } = base;
  const tick = (price: number) => tickOf(price, terms);

  const dayOf = async (day: number): Promise<TestDay> => {
    const { firstSlot, count } = await tariff.dayOf(day);
    const [start, end] = [firstSlot, firstSlot + count].map((slot) => Number(slot) * terms.slotSeconds);
    return { day, firstSlot: Number(firstSlot), count: Number(count), start: start!, end: end! };
  };
  /** Fixes the next day: `count` slots that start at least `lead` seconds from now. */
  const fixDay = async ({ count = 4, retail = 3000, feedIn = 500, lead = 7200 }: DayOptions = {}): Promise<TestDay> => {
    const latest = Number(await tariff.latestDay());
    const after = latest === 0 ? 0 : (await dayOf(latest)).end;
    const firstSlot = Math.ceil(Math.max((await time.latest()) + lead, after) / terms.slotSeconds);
    const at = (price: number | readonly number[], i: number) => tick(typeof price === "number" ? price : price[i]!);
    const lanes = Array.from({ length: count }, (_, i) => encodePrices(at(retail, i), at(feedIn, i)));
    await tariff.fixDay(firstSlot, count, packAll(lanes));
    return dayOf(latest + 1);
  };
  /** Opens the day's next session, over all its slots and until it starts, unless said otherwise. */
  const open = async (day: TestDay, options: SessionOptions = {}): Promise<number> => {
    const first = options.first ?? 0;
    const { count = day.count - first, gate = (day.firstSlot + first) * terms.slotSeconds } = options;
    const session = await market.openSession.staticCall(day.day, first, count, gate);
    await market.openSession(day.day, first, count, gate);
    return Number(session);
  };

  /** A member's profile of these orders, signed. */
  const signed = async (
    session: number,
    member: number,
    orders: readonly Omit<TestOrder, "member">[],
    { nonce = 1, registers = true, by = wallets[member - 1]! }: SigningOptions = {},
  ): Promise<SignedProfile> => {
    const shape = await market.sessionOf(session);
    const [first, count] = [Number(shape.first), Number(shape.count)];
    const lanes = Array.from({ length: count }, (_, i) => {
      const order = orders.find(({ slot }) => slot === first + i);
      return order && { side: order.side, tick: tick(order.price), packets: order.packets };
    });
    const profile: Profile = { session, member, nonce, registers, orders: packOrders(lanes, first) };
    return { ...profile, signature: await signProfile(by, profile, place) };
  };
  /** The signed profiles of all members with orders, members rising. */
  const profilesOf = (session: number, orders: readonly TestOrder[], options: SigningOptions = {}) => {
    const who = [...new Set(orders.map(({ member }) => member))].sort((a, b) => a - b);
    const own = (member: number) => orders.filter((order) => order.member === member);
    return Promise.all(who.map((member) => signed(session, member, own(member), options)));
  };
  const postSignedBy = (sender: ContractRunner, session: number, batch: readonly SignedProfile[]): Promise<Posted> =>
    post(market.connect(sender), session, batch, (sent) => send("post", sent));
  /** Posts signed profiles as one batch; says what was taken and what refused. */
  const postSigned = (session: number, batch: readonly SignedProfile[]) => postSignedBy(base.admin, session, batch);
  /** Signs and posts one batch. */
  const postOrders = async (session: number, orders: readonly TestOrder[], options?: SigningOptions) =>
    postSigned(session, await profilesOf(session, orders, options));
  const book = (session: number): Promise<SessionBook> => readBook(market, provider, session);

  /** The arguments of `replace` that put `profile` in the place of its member's live one. */
  const replacement = async (profile: SignedProfile) => {
    const batches = await book(profile.session);
    const isOld = (row: { member: number; live?: boolean }) => row.member === profile.member && row.live === true;
    const batch = batches.findIndex((rows) => rows.some(isOld));
    const { rows, signatures } = postArguments([profile]);
    return [profile.session, batch, readingOf(batches[batch]!, isOld), rows, signatures] as const;
  };
  const replace = async (profile: SignedProfile) => market.replace(...(await replacement(profile)));

  /** Waits for the gate, closes the book and lets the seed's block pass. */
  const close = async (session: number): Promise<void> => {
    await until(Number((await market.sessionOf(session)).gate));
    await market.close(session);
    await mine(3);
  };
  const clear = async (session: number): Promise<void> => {
    const shape = await keeper.shapeOf(contracts, session);
    const seed = await keeper.seedOf(contracts, provider, session);
    await keeper.clear(contracts, shape, await book(session), seed, send);
  };
  const closeAndClear = async (session: number): Promise<void> => {
    await close(session);
    await clear(session);
  };
  /** Releases every profile of a session that is over. */
  const release = async (session: number) => keeper.release(contracts, session, await book(session), send);
  /** What buyers pay and sellers get in a slot of the day, base units; undefined where nothing traded. */
  const pricesOf = async (session: number, slot: number) => {
    const { prices, firstWord } = await market.surplusOf(session);
    const lane = unpackAll([...prices])[slot - 10 * Number(firstWord)]!;
    const { high, low } = decodePrices(lane);
    return lane === 0 ? undefined : { buy: priceOf(high, terms), sell: priceOf(low, terms) };
  };
  const profiles = { signed, profilesOf, postSigned, postSignedBy, postOrders, book, replacement, replace };
  return { dayOf, fixDay, open, ...profiles, close, clear, closeAndClear, release, pricesOf };
}
