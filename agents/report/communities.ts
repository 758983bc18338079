import type { Result } from "./result.ts";

/**
 * What a day of several communities came to: each for itself, then together. Money is whole base units of the token, positive
 * when received, bills positive when owed; a price is base units per packet; energy is Wh or packets. Import is positive.
 */
export interface CommunitiesResult {
  readonly schema: "commonwatt-communities/1";
  readonly run: Pick<
    Result["run"],
    "source" | "seed" | "day" | "timeZone" | "slotSeconds" | "packetWh" | "token" | "network"
  > & {
    /** What a link carries of trades, each way, W, and the same in packets a slot. */
    readonly linkW: number;
    readonly linkPackets: number;
  };
  readonly communities: readonly CommunityShare[];
  readonly slots: readonly FederationSlot[];
  readonly energy: EnergyShares;
  readonly money: {
    /** Of all members: their bills without a market, with their own, and with the federation too. */
    readonly billWithout: number;
    readonly billAtHome: number;
    readonly billTogether: number;
    /** In the federation's house alone: members, fund and supplier. */
    readonly members: number;
    readonly fund: number;
    readonly supplier: number;
  };
  /** Grams, of what the supplier delivered: one factor for every slot, and nothing credited for what is fed in. */
  readonly co2: {
    readonly gramsPerKwh: number;
    readonly source: string;
    readonly withoutGrams: number;
    readonly atHomeGrams: number;
    readonly togetherGrams: number;
  };
  readonly gas: readonly GasOfPhase[];
  /** What the communities' own days cost together, setting up left out. */
  readonly gasAtHome: number;
}

/** Where the energy that homes used came from, Wh. */
export interface EnergyShares {
  readonly usedWh: number;
  /** Own roof or battery. */
  readonly selfWh: number;
  /** Ecoins of the own community's session. */
  readonly atHomeWh: number;
  /** Ecoins of the federation's session. */
  readonly togetherWh: number;
  /** The rest. */
  readonly supplierWh: number;
  /** Fed in and bought by nobody here. */
  readonly unsoldWh: number;
}

export interface CommunityShare {
  readonly name: string;
  readonly homes: number;
  readonly pvHomes: number;
  readonly energy: EnergyShares;
  /** Packets over the day: left by the own session, offered over the link, traded in the federation's session. */
  readonly asks: SideShare;
  readonly bids: SideShare;
  /** Slots in which the link had no room for all. */
  readonly fullSlots: number;
  readonly billWithout: number;
  readonly billAtHome: number;
  readonly billTogether: number;
}

export interface SideShare {
  readonly left: number;
  readonly offered: number;
  readonly traded: number;
}

export interface FederationSlot {
  /** ISO 8601 in UTC. */
  readonly start: string;
  readonly buyPrice: number | null;
  readonly sellPrice: number | null;
  readonly packets: number;
  /** Per community: packets that came over its link by trades of the slot, negative for what went out. */
  readonly net: readonly number[];
  /** Per community: packets offered and asked for over its link. */
  readonly asked: readonly number[];
  readonly bid: readonly number[];
}

export interface GasOfPhase {
  readonly name: string;
  readonly transactions: number;
  readonly gas: number;
  readonly dearest: number;
}

/** Packets that crossed from one community to another in a slot. */
export const across = ({ net }: FederationSlot): number => net.reduce((sum, packets) => sum + Math.max(0, packets), 0);

/** What is wrong with a result. */
export class BrokenCommunities extends Error {}

/** The same result. Throws BrokenCommunities, naming the rule of `test/INVARIANTS.md`, if it breaks one. */
export function checkCommunities(result: CommunitiesResult): CommunitiesResult {
  const { slots, communities, run, money, energy } = result;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  for (const slot of slots) {
    require("SETTLE-5", sum(slot.net) === 0, `${slot.start}: ${slot.net} do not sum to zero`);
    for (const packets of [...slot.net.map(Math.abs), ...slot.asked, ...slot.bid])
      require("LINK-1", packets <=
        run.linkPackets, `${slot.start}: ${packets} packets over a link of ${run.linkPackets}`);
    require("MARKET-1", across(slot) <= slot.packets, `${slot.start}: more went across than was traded`);
  }
  require("MONEY-1", money.members + money.fund + money.supplier === 0, "the federation's money does not sum to zero");
  require("MARKET-1", sum(communities.map(({ asks }) => asks.traded)) ===
    sum(slots.map(({ packets }) => packets)), "sold");
  require("MARKET-1", sum(communities.map(({ bids }) => bids.traded)) ===
    sum(slots.map(({ packets }) => packets)), "bought");
  for (const of of [energy, ...communities.map((community) => community.energy)])
    require("ECOIN-2", of.supplierWh >= 0 &&
      of.selfWh + of.atHomeWh + of.togetherWh + of.supplierWh ===
        of.usedWh, "the sources of what was used do not sum to it");
  return result;
}

function require(rule: string, holds: boolean, says: string): void {
  if (!holds) throw new BrokenCommunities(`${rule}: ${says}`);
}
