/**
 * The firewall of a commons: who may send what, and how often. What is refused here has touched nothing but, at most, the
 * member's own state. Twin of the checks in `contracts/PacketCommons.sol`.
 */
import { MAX_PACKETS, MAX_PER_SLOT, type PacketRequest } from "./commonsRequest.ts";
import { MAX_CLIENTS } from "./commonsRules.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** What the commons keeps of a member. */
export interface MemberState {
  /** Slot of the last message taken: one message of requests a slot, each signed for its slot. */
  lastSlot: Slot;
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
  lastSlot: 0,
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
 * than the next one or the one before. `replayed`: a message of that slot or a later one was taken. `badSignature`.
 * `wrongSize`: none or more than 16 requests.
 */
export type MessageRefusal = "unknownMember" | "staleMessage" | "replayed" | "badSignature" | "wrongSize";

/**
 * Why a request is refused. `malformed`: no packets, too many, a broken block, more than the window can take. `outOfWindow`:
 * the window is not within the horizon. `clientBusy`: the client has an open request. `aboveConnection`: with the member's
 * open requests more per slot than its connection, or than the feeder, carries. `quotaSpent`: no emergency left this month.
 */
export type RequestRefusal = "malformed" | "outOfWindow" | "clientBusy" | "aboveConnection" | "quotaSpent";

/** One member's requests under one signature, for one slot. */
export interface RequestMessage {
  readonly member: number;
  /** The slot that was next when it was signed. */
  readonly slot: Slot;
  readonly requests: readonly PacketRequest[];
}

/** Why `message` is refused, its signature apart; undefined if it is taken. */
export function refusalOfMessage(
  { slot, requests }: RequestMessage,
  state: MemberState,
  capacity: Packets | undefined,
  next: Slot,
): MessageRefusal | undefined {
  if (capacity === undefined) return "unknownMember";
  if (slot > next || slot + 1 < next) return "staleMessage";
  if (slot <= state.lastSlot) return "replayed";
  return requests.length === 0 || requests.length > MAX_CLIENTS ? "wrongSize" : undefined;
}

/** Packets a slot and slots that a request is held against. */
export interface Limits {
  /** First slot that a request may use, and one after the last. */
  readonly first: Slot;
  readonly end: Slot;
  /** The smaller of connection and feeder, packets per slot. */
  readonly connection: Packets;
  readonly quota: number;
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
  return request.emergency && state.used >= limits.quota ? "quotaSpent" : undefined;
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
