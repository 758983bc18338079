/**
 * A commons as a state machine, without a chain: post, forecast, close, allocate, acknowledge, slot by slot. Twin of
 * `contracts/PacketCommons.sol`; `docs/commons.md` has the rules. Nothing here looks at who a member is but for its own
 * limits and its lot.
 */
import { admit, type Pool, type Verdict } from "./commonsAdmission.ts";
import {
  carriedOf,
  checkPlan,
  feasible,
  NO_FORECAST,
  type SlotForecast,
  type Store,
  type Stores,
} from "./commonsEnergy.ts";
import {
  type MemberState,
  type MessageRefusal,
  newMemberState,
  numberOf,
  occupy,
  type RequestMessage,
  type RequestRefusal,
  refusalOfMessage,
  refusalOfRequest,
  release,
  turnMonth,
} from "./commonsFirewall.ts";
import { at, put, type Room, type SlotRing, slotRing } from "./commonsPlan.ts";
import { type Cell, cellOf, type PacketRequest } from "./commonsRequest.ts";
import { type CommonsRules, type CommonsTerms, checkedRules, checkedTerms, MAX_LIVE } from "./commonsRules.ts";
import { type Receipt, SignalBook, type SignalRefusal } from "./commonsSignals.ts";
import { type SlotOutcome, stepSlot } from "./commonsSlot.ts";
import type { Hash } from "./keccak.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** The answer to one request. */
export type Answer =
  | { readonly kind: "accepted"; readonly cell: Cell }
  | { readonly kind: "refused"; readonly reason: RequestRefusal }
  | ({ readonly kind: "rejected" } & Omit<Extract<Verdict, { accepted: false }>, "accepted">);

/** An emergency of an open request that was refused. */
export interface Unheard {
  readonly client: number;
  readonly reason: SignalRefusal;
}

/** The answer to a message: to each of its requests and refused emergencies, or why it was not read. */
export type MessageAnswer =
  | { readonly kind: "taken"; readonly answers: readonly Answer[]; readonly unheard: readonly Unheard[] }
  | { readonly kind: "refused"; readonly reason: MessageRefusal };

/** Slots for which a forecast holds in full. */
const DETAILED_SLOTS = 3;

/** Emergency mode holds in the slots [from, to). */
export interface EmergencyMode {
  readonly from: Slot;
  readonly to: Slot;
}

export class PacketCommons {
  readonly terms: CommonsTerms;
  readonly #capacityOf: (member: number) => Packets | undefined;
  readonly #members = new Map<number, MemberState>();
  readonly #forecasts = new Map<Slot, SlotForecast>();
  readonly #signals = new SignalBook();
  /** Open requests in the order of their admission. */
  cells: Cell[] = [];
  stores: Stores;
  rules: CommonsRules;
  /** The next slot to be allocated. */
  next: Slot;
  /** What forecasts carry, what is planned, and the latest service of all, by slot. */
  readonly carried: SlotRing = slotRing();
  planned: SlotRing = slotRing();
  readonly latest: SlotRing = slotRing();
  emergency: EmergencyMode = { from: 0, to: 0 };
  #upcoming: CommonsRules | undefined;
  #seed: Hash | undefined;

  /** @param capacityOf Connection of a member, packets per slot; undefined for nobody. */
  constructor(
    terms: CommonsTerms,
    rules: CommonsRules,
    stores: Stores,
    first: Slot,
    capacityOf: (member: number) => Packets | undefined,
  ) {
    this.terms = checkedTerms(terms);
    this.rules = checkedRules(rules);
    [this.stores, this.next, this.#capacityOf] = [stores, first, capacityOf];
  }

  /** Whether the next slot is closed: its seed is drawn, new requests start after it. */
  get closed(): boolean {
    return this.#seed !== undefined;
  }

  /** A voted change: holds from the first slot that is neither allocated nor closed. */
  setRules(rules: CommonsRules): void {
    checkedRules(rules);
    if (this.closed) this.#upcoming = rules;
    else this.rules = rules;
  }

  /** The DSO declares emergency mode for the slots [from, to), or ends it early; never for an allocated slot. */
  declareEmergency(from: Slot, to: Slot): void {
    this.emergency = { from: Math.max(from, this.next), to };
  }

  /** Replaces the measured state of the stores; throws RangeError if a store would hold more than it can. */
  setStores(stores: Stores): void {
    for (const [name, { stored, capacity }] of Object.entries(stores) as [string, Store][])
      if (stored < 0 || stored > capacity) throw new RangeError(`${name}: ${stored} of ${capacity} packets`);
    this.stores = stores;
  }

  /**
   * The server's forecast from the next slot on. If the server falls silent it is good for three slots; after them there is
   * nothing to share. Throws RangeError where it plans more than stores or rules allow.
   */
  forecast(slots: readonly SlotForecast[]): void {
    if (slots.length > this.terms.horizonSlots) throw new RangeError(`${slots.length} slots are beyond the horizon`);
    checkPlan(slots, this.stores, this.rules);
    this.#forecasts.clear();
    this.carried.fill(0);
    for (const [i, slot] of slots.entries()) {
      if (i < DETAILED_SLOTS) this.#forecasts.set(this.next + i, slot);
      put(this.carried, this.next + i, Math.min(this.terms.feederLimit, carriedOf(slot)));
    }
  }

  /** Reads one message of a member; `signed` says whether its signature was found good. */
  post(message: RequestMessage, signed = true): MessageAnswer {
    const state = this.member(message.member);
    const capacity = this.#capacityOf(message.member);
    const refusal = refusalOfMessage(message, state, capacity, this.next) ?? (signed ? undefined : "badSignature");
    if (refusal !== undefined || capacity === undefined) return { kind: "refused", reason: refusal ?? "unknownMember" };
    state.last = numberOf(message);
    turnMonth(state, this.next, this.terms.monthSlots);
    const unheard = message.slot === this.next ? this.#hear(message) : [];
    const answers = message.requests.map((request) => this.#answer(request, message.member, state, capacity));
    return { kind: "taken", answers, unheard };
  }

  /** Receipts are for the slot before the next one; a word that is late is not heard. */
  #hear({ member, slot, receipts, urgent = [], withdrawn = [] }: RequestMessage): Unheard[] {
    const unheard = [...new Set(urgent)]
      .sort((a, b) => a - b)
      .flatMap((client) => {
        const reason = this.urge(member, slot, client);
        return reason === undefined ? [] : [{ client, reason }];
      });
    if (receipts) this.acknowledge(member, slot - 1, receipts);
    for (const client of withdrawn) this.withdraw(member, slot, client);
    return unheard;
  }

  /** Draws the lots of the next slot. */
  close(seed: Hash): void {
    if (this.closed) throw new RangeError(`slot ${this.next} is closed already`);
    this.#seed = seed;
  }

  /** Allocates the next slot and moves on to the one after it. */
  allocate(): SlotOutcome {
    if (this.#seed === undefined) throw new RangeError(`slot ${this.next} is not closed`);
    const forecast = feasible(this.#forecasts.get(this.next) ?? NO_FORECAST, this.stores, this.rules);
    const outcome = stepSlot(this, forecast, this.#signals, this.#seed);
    for (const { cell } of outcome.closed) release(this.member(cell.member), cell);
    this.cells = outcome.open;
    this.planned = outcome.planned;
    this.stores = outcome.stores;
    this.#signals.clear();
    this.#forecasts.delete(this.next);
    for (const ring of [this.carried, this.latest, this.planned]) put(ring, this.next, 0);
    if (this.#upcoming !== undefined) this.rules = this.#upcoming;
    [this.#upcoming, this.#seed, this.next] = [undefined, undefined, this.next + 1];
    return outcome;
  }

  /** Receipts of a member's clients for the slot allocated last; a later word of the same client counts. */
  acknowledge(member: number, slot: Slot, receipts: ReadonlyMap<number, Receipt>): SignalRefusal | undefined {
    const refusal = this.#refusalOfSignal(member, slot + 1);
    if (refusal !== undefined) return refusal;
    for (const [client, receipt] of receipts) if (receipt !== 0) this.#signals.at(member).receipts.set(client, receipt);
    return undefined;
  }

  /** An emergency for an open request: highest class from the next slot on. */
  urge(member: number, slot: Slot, client: number): SignalRefusal | undefined {
    const refusal = this.#refusalOfSignal(member, slot, client);
    if (refusal !== undefined) return refusal;
    const state = this.member(member);
    turnMonth(state, this.next, this.terms.monthSlots);
    if (this.#signals.at(member).urgent.has(client)) return "alreadyUrgent";
    if (state.used >= this.rules.emergencyQuota) return "quotaSpent";
    state.used++;
    this.#signals.at(member).urgent.add(client);
    return undefined;
  }

  /** Gives up an open request; a block that runs is not interrupted. */
  withdraw(member: number, slot: Slot, client: number): SignalRefusal | undefined {
    const refusal = this.#refusalOfSignal(member, slot, client);
    if (refusal === undefined) this.#signals.at(member).withdrawn.add(client);
    return refusal;
  }

  /** Packets that forecast and allowance give a slot. */
  readonly carriedIn: Room = (slot) =>
    Math.min(this.terms.feederLimit, at(this.carried, slot) + this.rules.importAllowance);

  /** Whether a member said that all it was given in the last slot arrived at a client. */
  readonly allArrived = (member: number, client: number): boolean => this.#signals.allArrived(member, client);

  /** What is kept of a member. */
  member(member: number): MemberState {
    const known = this.#members.get(member);
    if (known !== undefined) return known;
    const fresh = newMemberState();
    this.#members.set(member, fresh);
    return fresh;
  }

  #refusalOfSignal(member: number, slot: Slot, client?: number): SignalRefusal | undefined {
    if (this.#capacityOf(member) === undefined) return "unknownMember";
    if (slot !== this.next) return "staleMessage";
    if (client === undefined) return undefined;
    return (this.member(member).open >> client) & 1 ? undefined : "clientIdle";
  }

  #answer(request: PacketRequest, member: number, state: MemberState, capacity: Packets): Answer {
    const { next, terms, rules } = this;
    const reason = refusalOfRequest(request, state, {
      first: next + Number(this.closed),
      end: next + terms.horizonSlots,
      connection: Math.min(capacity, terms.feederLimit),
      quota: rules.emergencyQuota,
      room: MAX_LIVE - this.cells.length,
    });
    if (reason !== undefined) return { kind: "refused", reason };
    const verdict = admit(request, this.#pool());
    const { client } = request;
    if (!verdict.accepted) {
      if (verdict.reason !== "beyondForecast") state.rejections[client] = Math.min(3, state.rejections[client]! + 1);
      return { kind: "rejected", reason: verdict.reason, offer: verdict.offer };
    }
    const cell = cellOf(request, member, state, next, rules);
    occupy(state, request);
    this.cells.push(cell);
    return { kind: "accepted", cell };
  }

  #pool(): Pool {
    const { next, terms, carriedIn, planned, latest } = this;
    return { end: next + terms.horizonSlots, feederLimit: terms.feederLimit, carried: carriedIn, planned, latest };
  }
}
