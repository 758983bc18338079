/**
 * The firewall of a commons: who may send what, and how often. What is refused here has touched nothing but, at most, the
 * member's own state. Twin of the checks in `contracts/PacketCommons.sol`.
 */
import { MAX_PACKETS, MAX_PER_SLOT, type PacketRequest } from "./commonsRequest.ts";
import { MAX_CLIENTS } from "./commonsRules.ts";
import type { Receipt } from "./commonsSignals.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** What the commons keeps of a member. */
export interface MemberState {
  /** Number of the last message taken, `slot x 4 + part`: numbers rise, so at most four messages a slot. */
  last: number;
  /** Bit of each client that has an open request. */
  open: number;
  /** Sum of `perSlot` over open requests. */
  power: Packets;
  /** Emergencies used in `month`. */
  used: number;
  month: number;
  /** Rejections of each client since its last admission, at most 3. */
  readonly rejections: number[];
}

export const newMemberState = (): MemberState => ({
  last: 0,
  open: 0,
  power: 0,
  used: 0,
  month: 0,
  rejections: new Array<number>(MAX_CLIENTS).fill(0),
});

/** Books an admitted request with its member. */
export function occupy(state: MemberState, { client, perSlot, emergency }: PacketRequest): void {
  state.open |= 1 << client;
  state.power += perSlot;
  state.rejections[client] = 0;
  if (emergency) state.used++;
}

/** Frees the client of a request that ended. */
export function release(state: MemberState, { client, perSlot }: Pick<PacketRequest, "client" | "perSlot">): void {
  state.open &= ~(1 << client);
  state.power -= perSlot;
}

/** Emergencies are counted anew in each month. */
export function turnMonth(state: MemberState, slot: Slot, monthSlots: number): void {
  const month = Math.floor(slot / monthSlots);
  if (state.month !== month) [state.month, state.used] = [month, 0];
}

/**
 * Why a whole message is refused. `unknownMember`: the registry has none such. `staleMessage`: signed for another slot
 * than the next one or the one before. `replayed`: that message or a later one was taken. `badSignature`. `wrongSize`: it
 * says nothing, has more than 16 requests, or is a fifth part of a slot.
 */
export type MessageRefusal = "unknownMember" | "staleMessage" | "replayed" | "badSignature" | "wrongSize";

/**
 * Why a request is refused. `malformed`: no packets, too many, a broken block, more than the window can take. `outOfWindow`:
 * the window is not within the horizon. `clientBusy`: the client has an open request. `aboveConnection`: with the member's
 * open requests more per slot than its connection, or than the feeder, carries. `quotaSpent`: no emergency left this month.
 * `bookFull`: `MAX_LIVE` requests are open.
 */
export type RequestRefusal = "malformed" | "outOfWindow" | "clientBusy" | "aboveConnection" | "quotaSpent" | "bookFull";

/**
 * What a member's router says under one signature, for one slot: requests (message 1), receipts for the slot that was
 * allocated last (message 4), emergencies of open requests (message 5), and which open requests are given up.
 */
export interface RequestMessage {
  readonly member: number;
  /** The slot that was next when it was signed. */
  readonly slot: Slot;
  /** 0 .. 3: tells the messages of a slot apart; 0 if left out. */
  readonly part?: number;
  readonly requests: readonly PacketRequest[];
  readonly receipts?: ReadonlyMap<number, Receipt>;
  readonly urgent?: readonly number[];
  readonly withdrawn?: readonly number[];
}

/** Number of a message within its member. */
export const numberOf = ({ slot, part = 0 }: RequestMessage): number => slot * 4 + part;

/** Whether a message says anything of open requests. */
export const speaks = ({ receipts, urgent = [], withdrawn = [] }: RequestMessage): boolean =>
  urgent.length + withdrawn.length > 0 || [...(receipts?.values() ?? [])].some((receipt) => receipt !== 0);

/** Why `message` is refused, its signature apart; undefined if it is taken. */
export function refusalOfMessage(
  message: RequestMessage,
  state: MemberState,
  capacity: Packets | undefined,
  next: Slot,
): MessageRefusal | undefined {
  const { slot, requests, part = 0 } = message;
  if (capacity === undefined) return "unknownMember";
  if (slot > next || slot + 1 < next) return "staleMessage";
  if (numberOf(message) <= state.last) return "replayed";
  const empty = requests.length === 0 && !speaks(message);
  return empty || requests.length > MAX_CLIENTS || part > 3 ? "wrongSize" : undefined;
}

/** Packets a slot and slots that a request is held against. */
export interface Limits {
  /** First slot that a request may use, and one after the last. */
  readonly first: Slot;
  readonly end: Slot;
  /** The smaller of connection and feeder, packets per slot. */
  readonly connection: Packets;
  readonly quota: number;
  /** Requests that the book still has room for. */
  readonly room: number;
}

/** Why `request` is refused before it is looked at; undefined if admission may. Assumes the month of `state` is current. */
export function refusalOfRequest(
  request: PacketRequest,
  state: MemberState,
  limits: Limits,
): RequestRefusal | undefined {
  if (isMalformed(request)) return "malformed";
  if (request.earliest < limits.first || request.deadline > limits.end) return "outOfWindow";
  if ((state.open >> request.client) & 1) return "clientBusy";
  if (state.power + request.perSlot > limits.connection) return "aboveConnection";
  if (request.emergency && state.used >= limits.quota) return "quotaSpent";
  return limits.room > 0 ? undefined : "bookFull";
}

function isMalformed({
  shape,
  packets,
  perSlot,
  earliest,
  deadline,
  client,
  category,
  yields,
}: PacketRequest): boolean {
  if (!(client < MAX_CLIENTS && category < 16 && yields < 4)) return true;
  if (perSlot === 0 || perSlot > MAX_PER_SLOT || packets === 0 || packets > MAX_PACKETS) return true;
  if (deadline <= earliest || packets > perSlot * (deadline - earliest)) return true;
  return shape === "block" && packets % perSlot !== 0;
}
