import { unpackAll } from "../model/lanes.ts";
import { decodePrices, priceOf } from "../model/orders.ts";
import { slotToUtc } from "../model/slots.ts";
import type { CommunitiesResult, EnergyShares, FederationSlot, GasOfPhase } from "../report/communities.ts";
import { DEFAULT_CO2 } from "../report/defaults.ts";
import { dayGas, sumOf } from "../report/figures.ts";
import { jsonInteger, type Result } from "../report/result.ts";
import { dayResult } from "./dayResult.ts";
import type { FederationDay, FederationStage } from "./federationDay.ts";
import { communityShare, offeredOf, profilesOf, type SeatDay } from "./federationShares.ts";

/** The result of a day of communities; what the chain knows is read from it. */
export async function federationResult(day: FederationDay): Promise<CommunitiesResult> {
  const { stage, lived } = day;
  const own: Result[] = [];
  for (const each of lived) own.push(await dayResult(each));
  const seats = await readSeats(day);
  const communities = stage.links.map(({ firstSeat, seats: size }, c) =>
    communityShare(day, c, own[c]!, seats.slice(firstSeat, firstSeat + size)),
  );
  const energy = totalOf(communities.map((community) => community.energy));
  return {
    schema: "commonwatt-communities/1",
    run: runOf(stage, own[0]!),
    communities,
    slots: await slotsOf(day),
    energy,
    money: {
      billWithout: sumOf(communities, ({ billWithout }) => billWithout),
      billAtHome: sumOf(communities, ({ billAtHome }) => billAtHome),
      billTogether: sumOf(communities, ({ billTogether }) => billTogether),
      ...(await moneyOf(day, seats)),
    },
    co2: carbonOf(energy),
    gas: gasOf(stage),
    gasAtHome: sumOf(own, ({ phases }) => dayGas(phases)),
  };
}

function runOf({ seed, links, linkW }: FederationStage, { run }: Result): CommunitiesResult["run"] {
  const { source, day, timeZone, slotSeconds, packetWh, token, network } = run;
  const linkPackets = links[0]!.limitPackets;
  return { source, seed, day, timeZone, slotSeconds, packetWh, token, network, linkW, linkPackets };
}

function readSeats({ stage, day, book }: FederationDay): Promise<SeatDay[]> {
  const { house, ecoins } = stage.contracts;
  const read = async (deposit: bigint, i: number): Promise<SeatDay> => {
    const seat = i + 1;
    const { balance } = await house.accountOf(seat);
    const change = balance + (await house.owedTo(seat)) - (await house.debtOf(seat)) - deposit;
    const fills = book.find(({ member }) => member === seat)?.fills ?? [];
    let held = 0;
    for (const [t, fill] of fills.entries()) if (fill > 0) held += Number(await ecoins.holdingOf(day, t, seat));
    return { change, ecoins: held };
  };
  return Promise.all(stage.deposits.map(read));
}

async function moneyOf({ stage }: FederationDay, seats: readonly SeatDay[]) {
  const { house } = stage.contracts;
  const { balance, owed } = await house.supplierAccount();
  const debts = await Promise.all(seats.map((_, i) => house.debtOf(i + 1)));
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  return {
    members: jsonInteger(sum(seats.map(({ change }) => change)), "money of the federation's members"),
    fund: jsonInteger(await house.fundBalance(), "fund of the federation"),
    supplier: jsonInteger(balance - owed - stage.supplierDeposit + sum(debts), "change of the supplier"),
  };
}

async function slotsOf(day: FederationDay): Promise<FederationSlot[]> {
  const { stage, session, book } = day;
  const { stages, links, market, contracts, terms } = stage;
  const { firstSlot, slotCount } = stages[0]!.community.day;
  const prices = book.length > 0 ? unpackAll([...(await contracts.market.surplusOf(session)).prices]) : [];
  const price = (t: number) => decodePrices(prices[t] ?? 0);
  const sides = links.map((_, c) => {
    const profiles = profilesOf(day, c);
    return { asks: offeredOf(profiles, "ask", slotCount), bids: offeredOf(profiles, "bid", slotCount) };
  });
  return Array.from({ length: slotCount }, (_, t) => {
    const packets = sumOf(sides, ({ bids }) => bids.filled[t]!);
    return {
      start: slotToUtc(firstSlot + t, market.slotSeconds),
      buyPrice: packets === 0 ? null : priceOf(price(t).high, terms),
      sellPrice: packets === 0 ? null : priceOf(price(t).low, terms),
      packets,
      net: sides.map(({ asks, bids }) => bids.filled[t]! - asks.filled[t]!),
      asked: sides.map(({ asks }) => asks.offered[t]!),
      bid: sides.map(({ bids }) => bids.offered[t]!),
    };
  });
}

function totalOf(parts: readonly EnergyShares[]): EnergyShares {
  const total = (of: keyof EnergyShares) => sumOf(parts, (part) => part[of]);
  return {
    usedWh: total("usedWh"),
    selfWh: total("selfWh"),
    atHomeWh: total("atHomeWh"),
    togetherWh: total("togetherWh"),
    supplierWh: total("supplierWh"),
    unsoldWh: total("unsoldWh"),
  };
}

/** What the supplier delivers, at the mix of its grid; what homes feed in and nobody here buys counts for nothing. */
function carbonOf({ supplierWh, atHomeWh, togetherWh }: EnergyShares): CommunitiesResult["co2"] {
  const grams = (wh: number) => Math.round((wh * DEFAULT_CO2.gramsPerKwh) / 1000);
  return {
    ...DEFAULT_CO2,
    withoutGrams: grams(supplierWh + atHomeWh + togetherWh),
    atHomeGrams: grams(supplierWh + togetherWh),
    togetherGrams: grams(supplierWh),
  };
}

const gasOf = ({ ledger }: FederationStage): GasOfPhase[] =>
  [...ledger.phases].map(([name, { transactions, gas, dearest }]) => ({
    name,
    transactions,
    gas: jsonInteger(gas, `gas of ${name}`),
    dearest: jsonInteger(dearest, `dearest of ${name}`),
  }));
