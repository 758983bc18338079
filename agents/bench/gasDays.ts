import { ethers, type TransactionReceipt, Wallet } from "ethers";
import type { Chain, Clock } from "../chain/chain.ts";
import { allAbis, type Contracts, deployCommunity } from "../chain/deploy.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { reportOf } from "../dso/dso.ts";
import { signProfile } from "../household/signing.ts";
import type { BookedProfile, SessionBook } from "../keeper/book.ts";
import { clear, close, closeDay, type Send, type SessionShape, seedOf, settle } from "../keeper/keeper.ts";
import { unpackResults } from "../model/claimWord.ts";
import { FLOW_REPORT_TYPES, flowOracleDomain } from "../model/flowReport.ts";
import type { Flow } from "../model/flowTree.ts";
import { COUNT, packAll } from "../model/lanes.ts";
import { encodePrices, wordsOf } from "../model/orders.ts";
import { batchesOf, post, type SignedProfile } from "../relay/relay.ts";
import { type BookKind, randomBook } from "./gasBook.ts";

/** Gas per order of one day, by phase. */
export interface DayGas {
  /** Fixing the tariff, opening the session, posting. */
  readonly post: number;
  /** Closing and clearing. */
  readonly clear: number;
  /** The report, settling with minting, closing the day. */
  readonly settle: number;
  readonly total: number;
}

const SLOT_SECONDS = 900;
const DAY = 86_400;
const FEEDER = ethers.id("feeder");
/** Short windows, so that a ring of few days suffices: gas does not depend on either. */
const WINDOWS = {
  reportLimit: DAY / 2,
  disputeWindow: DAY / 4,
  settleLimit: DAY / 8,
  hardLimit: DAY,
  signerDelay: DAY,
  tolerancePermille: 50,
};
/** Days of a ring of the benchmark; totals are kept twice as long, so after two rounds every word was used before. */
export const RING_DAYS = 4;
/** Rest between days, so that a ring entry is free when its turn comes. */
const SPACING = 3 * DAY;
const RETAIL_TICK = 4000;
const FEED_IN_TICK = 1800;

/** A community that lives day after day on a chain, and the gas of each. */
export class GasDays {
  readonly #chain: Chain;
  readonly #contracts: Contracts;
  readonly #wallets: readonly Wallet[];
  readonly #signers: readonly Wallet[];
  readonly #start: number;
  #day = 0;

  private constructor(
    chain: Chain,
    contracts: Contracts,
    wallets: readonly Wallet[],
    signers: readonly Wallet[],
    start: number,
  ) {
    [this.#chain, this.#contracts, this.#wallets, this.#signers] = [chain, contracts, wallets, signers];
    this.#start = start;
  }

  /** Deploys and registers `members` members with ample funds. */
  static async begin(chain: Chain, members: number, progress: (text: string) => void): Promise<GasDays> {
    const signers = ["first", "second"].map((name) => new Wallet(ethers.id(`DSO ${name}`)));
    signers.sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const contracts = await deployCommunity(chain.signer, {
      slotSeconds: SLOT_SECONDS,
      packetWh: 10,
      ringDays: RING_DAYS,
      floorPrice: -1000,
      tickSize: 1,
      feeder: FEEDER,
      dsoSigners: signers.map(({ address }) => address),
      dsoThreshold: 2,
      windows: WINDOWS,
      clearWindow: DAY / 4,
      fundRule: "treasury",
    });
    const wallets = Array.from({ length: members }, (_, i) => new Wallet(ethers.id(`member ${i + 1}`)));
    await register(chain, contracts, wallets, progress);
    const start = Math.ceil(((await chain.clock!.now()) + 2 * DAY) / DAY) * DAY;
    return new GasDays(chain, contracts, wallets, signers, start);
  }

  /** Lives the next day: `slots` slots with an order of every member in each. */
  async next(slots: number, kind: BookKind): Promise<DayGas> {
    const day = ++this.#day;
    const ledger = new GasLedger(allAbis());
    const send: Send = (phase, sent) => ledger.send(phase, sent);
    const start = this.#start + (day - 1) * SPACING;
    const shape = { session: day * 256, day, first: 0, count: slots, dayFirstSlot: start / SLOT_SECONDS };
    const book = await this.#trade(shape, start, kind, send);
    await this.#settle(shape, start, book, send);
    const orders = this.#wallets.length * slots;
    const perOrder = (...phases: string[]) => Number(ledger.gasOf(...phases)) / orders;
    const [posted, cleared, settled] = [perOrder("post"), perOrder("clear"), perOrder("settle", "prove")];
    return { post: posted, clear: cleared, settle: settled, total: posted + cleared + settled };
  }

  async #trade(shape: SessionShape, start: number, kind: BookKind, send: Send): Promise<SessionBook> {
    const { market, tariff } = this.#contracts;
    const clock = this.#chain.clock!;
    const gate = start - DAY / 2;
    await until(clock, gate - 1000);
    const prices = packAll(new Array<number>(shape.count).fill(encodePrices(RETAIL_TICK, FEED_IN_TICK)));
    await send("post", tariff.fixDay(shape.dayFirstSlot, shape.count, prices));
    await send("post", market.openSession(shape.day, 0, shape.count, gate));
    const profiles = await this.#profiles(shape, kind);
    const book: BookedProfile[][] = [];
    for (const batch of batchesOf(profiles)) {
      const { taken, refused } = await post(market, shape.session, batch, (sent) => send("post", sent));
      if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
      book.push(taken.map((profile) => ({ ...profile, live: true })));
    }
    await until(clock, gate + 1);
    await close(this.#contracts, shape.session, send);
    await clock.mine(3);
    const seed = await seedOf(this.#contracts, this.#chain.provider, shape.session);
    await clear(this.#contracts, shape, book, seed, send);
    return book;
  }

  async #profiles(shape: SessionShape, kind: BookKind): Promise<SignedProfile[]> {
    const place = { chainId: this.#chain.chainId, verifyingContract: await this.#contracts.market.getAddress() };
    const rows = randomBook(kind, this.#wallets.length, shape.count, shape.day);
    const signed = rows.map(async ({ orders, registers }, i) => {
      const profile = { session: shape.session, member: i + 1, nonce: 1, registers, orders };
      return { ...profile, signature: await signProfile(this.#wallets[i]!, profile, place) };
    });
    return Promise.all(signed);
  }

  async #settle(shape: SessionShape, start: number, book: SessionBook, send: Send): Promise<void> {
    const { oracle } = this.#contracts;
    const clock = this.#chain.clock!;
    const flows = await this.#flows(shape, book);
    const header = {
      feeder: FEEDER,
      day: shape.day,
      firstSlot: shape.dayFirstSlot,
      count: shape.count,
      revision: 0,
      epoch: Number((await oracle.signers()).epoch),
    };
    const report = reportOf(
      header,
      flows,
      flows.map((_, i) => ethers.id(`salt ${shape.day} ${i}`)),
    );
    const domain = flowOracleDomain({ chainId: this.#chain.chainId, verifyingContract: await oracle.getAddress() });
    const signatures = await Promise.all(
      this.#signers.map((signer) => signer.signTypedData(domain, FLOW_REPORT_TYPES, report.report)),
    );
    const end = start + shape.count * SLOT_SECONDS;
    await until(clock, end + 1);
    await send("prove", oracle.submit(report.report, signatures));
    await until(clock, end + WINDOWS.disputeWindow + 10);
    await settle(this.#contracts, shape.day, report, [{ shape, book }], send);
    await until(clock, end + WINDOWS.disputeWindow + WINDOWS.settleLimit + 20);
    await closeDay(this.#contracts, shape.day, send);
  }

  /** Flows near what was traded: one member in five and slot falls a few packets short. */
  async #flows(shape: SessionShape, book: SessionBook): Promise<Flow[][]> {
    const { market } = this.#contracts;
    const [cleared] = await market.queryFilter(market.filters.SessionCleared(shape.session));
    const traded = unpackResults([...cleared!.args.results], wordsOf(0, shape.count) * COUNT).map(
      (slot) => slot.traded === 1,
    );
    return book.flat().map((profile) =>
      Array.from({ length: shape.count }, (_, t) => {
        const lane = Number((profile.orders[Math.floor(t / COUNT)]! >> BigInt(24 * (t % COUNT))) & 0xffffffn);
        const [ask, packets] = [lane >> 23 === 1, lane & 0x7ff];
        const short = traded[t] && (profile.member + t) % 5 === 0 ? 3 : 0;
        const flow = Math.max(0, packets - short);
        return { drawn: ask ? 0 : flow, fedIn: ask ? flow : 0, quality: "measured" as const };
      }),
    );
  }
}

async function register(
  chain: Chain,
  { token, members, house }: Contracts,
  wallets: readonly Wallet[],
  progress: (text: string) => void,
) {
  const wait = async (sent: Promise<{ wait(): Promise<TransactionReceipt | null> }>) => (await sent).wait();
  await wait(token.mint(await chain.signer.getAddress(), 10n ** 18n));
  await wait(token.approve(await house.getAddress(), 10n ** 18n));
  await wait(house.depositForSupplier(10n ** 12n));
  for (const [i, { address }] of wallets.entries()) {
    await wait(members.attest(address, ethers.id(`meter ${i}`), 2047));
    await wait(house.deposit(i + 1, 10n ** 12n));
    if ((i + 1) % 500 === 0) progress(`${i + 1} of ${wallets.length} members registered`);
  }
}

/** Moves the chain's clock to `second`. */
async function until(clock: Clock, second: number): Promise<void> {
  await clock.setNext(second);
  await clock.mine(1);
}
