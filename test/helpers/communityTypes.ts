import type { Addresses, CommunityTerms } from "../../agents/chain/deploy.ts";

const HOUR = 3600;

/** Windows of a few hours, so that whole days of the ring pass quickly. */
export const TEST_TERMS = {
  slotSeconds: 900,
  packetWh: 10,
  ringDays: 3,
  floorPrice: -1000,
  tickSize: 1,
  dsoThreshold: 2,
  windows: {
    reportLimit: 4 * HOUR,
    disputeWindow: 2 * HOUR,
    settleLimit: 2 * HOUR,
    hardLimit: 12 * HOUR,
    signerDelay: HOUR,
    tolerancePermille: 50,
  },
  clearWindow: HOUR,
  fundRule: "treasury",
} as const satisfies Partial<CommunityTerms>;

export interface CommunityOptions {
  /** Members 1 .. `members`. */
  readonly members?: number;
  /** Deposit of each member, base units. */
  readonly money?: bigint;
  /** Deposit of the supplier, base units. */
  readonly supplierMoney?: bigint;
  /** Connection of each member, packets per slot. */
  readonly capacity?: number;
  readonly terms?: Partial<CommunityTerms>;
  /** Contracts that are there already, such as the token of another community. */
  readonly shared?: Partial<Addresses>;
}

/** A price for every slot, or one for each, base units per packet. */
type Each = number | readonly number[];

/** What a day is fixed with. */
export interface DayOptions {
  readonly count?: number;
  readonly retail?: Each;
  readonly feedIn?: Each;
  /** Seconds from now after which it may start. */
  readonly lead?: number;
}

/** A day that is fixed: its number, its first slot, and when it starts and ends. */
export interface TestDay {
  readonly day: number;
  readonly firstSlot: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** What a session is opened with; `first` counts from the day's first slot. */
export interface SessionOptions {
  readonly first?: number;
  readonly count?: number;
  readonly gate?: number;
}

/** One order of a test: `slot` counts from the day's first, `price` is base units per packet. */
export interface TestOrder {
  readonly member: number;
  readonly slot: number;
  readonly side: "bid" | "ask";
  readonly price: number;
  readonly packets: number;
}

/** What a meter measured in a slot; nothing where none is given. */
export interface TestFlow {
  readonly member: number;
  readonly slot: number;
  readonly drawn?: number;
  readonly fedIn?: number;
}
