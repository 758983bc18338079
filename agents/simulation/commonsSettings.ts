import { DeviceClient } from "../commons/deviceClient.ts";
import type { FlexibleLoad } from "../commons/flexible.ts";
import type { HomeSpec } from "../commons/router.ts";
import { PacketCommons } from "../model/commons.ts";
import { NO_STORE } from "../model/commonsEnergy.ts";
import {
  type CommonsRules,
  type CommonsTerms,
  checkedRules,
  DEFAULT_RULES,
  MAX_FEEDER,
  MAX_HORIZON,
} from "../model/commonsRules.ts";
import { connectionPackets, type Packets } from "../model/packets.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import type { Community } from "./community.ts";

/** What a community has voted, and what its feeder bears, per home. */
export interface CommonsVote {
  /** Import that admission counts on and the server may plan, W a home. */
  readonly allowanceW: number;
  /** What the feeder leaves to the commons, W a home. */
  readonly feederW: number;
}

export const DEFAULT_VOTE: CommonsVote = { allowanceW: 500, feederW: 2500 };

/** A client sends an emergency when it has fewer slots to spare than this, and was not admitted. */
const EMERGENCY_BELOW = 2;

/** Packets a slot of so many watts a home. */
const packetsOf = (watts: number, { homes, data }: Community, packetWh: number): Packets =>
  connectionPackets(watts * homes.length, data.slotSeconds, packetWh);

/** Terms of a commons of a day's horizon. The feeder carries at least the largest load alone. */
export function commonsTerms(
  community: Community,
  loads: readonly (readonly FlexibleLoad[])[],
  packetWh: number,
  { feederW }: CommonsVote,
): CommonsTerms {
  const perDay = DAY_SECONDS / community.data.slotSeconds;
  const largest = loads.flat().reduce((most, { spec }) => Math.max(most, spec.perSlot), 1);
  const feeder = Math.max(largest, packetsOf(feederW, community, packetWh));
  return {
    horizonSlots: Math.min(MAX_HORIZON, Math.max(perDay, community.day.slotCount)),
    feederLimit: Math.min(MAX_FEEDER, feeder),
    monthSlots: 30 * perDay,
  };
}

/** The default rules, with import up to the allowance where it is the cheaper way to keep a promise. */
export const commonsRules = (community: Community, packetWh: number, { allowanceW }: CommonsVote): CommonsRules =>
  checkedRules({
    ...DEFAULT_RULES,
    goal: "leastCost",
    importAllowance: Math.min(MAX_FEEDER, packetsOf(allowanceW, community, packetWh)),
  });

/** A commons of the community's homes as it is deployed: no requests, and nobody has said what stores hold. */
export function emptyCommons(
  { homes, data }: Community,
  terms: CommonsTerms,
  rules: CommonsRules,
  first: number,
  packetWh: number,
): PacketCommons {
  const capacity = (member: number) => {
    const home = homes[member - 1];
    return home && connectionPackets(home.connectionW, data.slotSeconds, packetWh);
  };
  return new PacketCommons(terms, rules, { buffer: NO_STORE, cache: NO_STORE }, first, capacity);
}

/** Routers of the homes, home i as member i + 1: a client for each device. */
export function homeSpecs(
  { homes }: Community,
  loads: readonly (readonly FlexibleLoad[])[],
  own: (member: number, slot: number) => Packets,
): HomeSpec[] {
  return homes.map(({ id }, i) => {
    const devices = [...new Set(loads[i]!.map(({ spec }) => spec.name))];
    const specsOf = (name: string) =>
      loads[i]!.map(({ spec }) => spec)
        .filter((spec) => spec.name === name)
        .sort((a, b) => a.deadline - b.deadline);
    const clients = devices.map((name) => new DeviceClient(specsOf(name), { emergencyBelow: EMERGENCY_BELOW }));
    return { member: i + 1, name: id, clients, own: (slot: number) => own(i + 1, slot) };
  });
}
