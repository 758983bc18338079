import type { CommonsResult } from "../report/commonsResult.ts";
import { type CompareResult, compareSchema } from "../report/compareResult.ts";
import { DEFAULT_CO2 } from "../report/defaults.ts";
import { dayGas, localWhOf, sumOf } from "../report/figures.ts";
import type { Result } from "../report/result.ts";
import type { LivedCommonsDay } from "./commonsDay.ts";
import type { Community } from "./community.ts";
import type { LivedDay } from "./livedDay.ts";
import { type LivedWay, readWh, usedWh, wayResult } from "./ways.ts";

/** A community's day, lived as a market and as a commons, with both results. */
export interface BothDays {
  readonly market: LivedDay;
  readonly marketResult: Result;
  readonly commons: LivedCommonsDay;
  readonly commonsResult: CommonsResult;
}

const NOTHING_BROKEN = { wh: 0, cost: 0, announcedWh: 0, late: 0 };

/** The three ways side by side. Throws RangeError where the two days are not of the same homes, day and packets. */
export function compareResult(days: BothDays): CompareResult {
  checkSame(days);
  const { commons, commonsResult, marketResult } = days;
  const alone = commonsResult.members.map((member) => member.alone);
  const ways = [noSharing(days, alone), marketWay(days), commonsWay(days)].map((way) => wayResult(way, alone));
  const { community } = commons;
  const perSlotWh = commonsResult.rules.importAllowance * commonsResult.run.packetWh;
  const used = readWh(community);
  return compareSchema.parse({
    schema: "commonwatt-compare/1",
    managers: marketResult.homePlans !== null,
    run: { ...commonsResult.run, starts: marketResult.slots.map(({ start }) => start) },
    votes: { allowanceW: Math.round((perSlotWh * 3600) / commonsResult.run.slotSeconds) },
    members: commonsResult.members.map(({ id, devices, tariff, flexibleWh }, i) => ({
      ...{ id, devices, tariff, flexibleWh, usedWh: used[i]! },
    })),
    requests: {
      asked: commonsResult.promises.asked,
      admitted: commonsResult.promises.admitted,
      kept: commonsResult.promises.kept,
      emergencies: commonsResult.promises.emergencies,
    },
    ways,
    co2: DEFAULT_CO2,
    warnings: [...new Set([...marketResult.warnings.map(({ text }) => text), ...commonsResult.warnings])],
  });
}

function checkSame({ market, commons, marketResult, commonsResult }: BothDays): void {
  const same = market.stage.community === commons.community && marketResult.run.packetWh === commonsResult.run.packetWh;
  if (!same) throw new RangeError("a market and a commons are compared over the same homes, day and packets");
}

const none = (days: BothDays): number[] => days.commons.community.homes.map(() => 0);
const baseWh = ({ commonsResult }: Pick<BothDays, "commonsResult">): number[] =>
  commonsResult.slots.map((slot) => slot.baseWh);

/** Everyone with its own supplier and its own plan, or habits; batteries each for its own home. */
function noSharing(days: BothDays, alone: readonly number[]): LivedWay {
  const { commons } = days;
  return {
    ...{ name: "no sharing", community: commons.community, flows: commons.habits, baseWh: baseWh(days) },
    matchedWh: baseWh(days).map(() => 0),
    ...{
      receivedWh: none(days),
      unmetWh: unmetIn(commons.community, commons.habits),
      broken: NOTHING_BROKEN,
      fundKept: 0,
    },
    bills: [{ rule: "own tariff", bills: alone }],
    gas: { used: 0, transactions: 0, costs: [] },
  };
}

/** What members' readings hold and they did not use, Wh each: wishes that an energy manager could not meet. */
function unmetIn(community: Community, flows: LivedWay["flows"]): number[] {
  const used = usedWh({ community, flows }).map((own) => own.reduce((sum, wh) => sum + wh, 0));
  return readWh(community).map((wh, i) => Math.max(0, wh - used[i]!));
}

/** What the market's chain and meters say. */
function marketWay(days: BothDays): LivedWay {
  const { market, marketResult: result, commons } = days;
  const { packetWh } = result.run;
  const brokenPackets = sumOf(result.members, ({ shortPackets, unusedPackets }) => shortPackets + unusedPackets);
  return {
    ...{ name: "market", community: commons.community, flows: market.stage.flows, baseWh: baseWh(days) },
    matchedWh: result.slots.map((slot) => localWhOf(slot, packetWh)),
    receivedWh: result.members.map(({ mintedEcoins }) => mintedEcoins * packetWh),
    unmetWh: unmetIn(commons.community, market.stage.flows),
    broken: { ...NOTHING_BROKEN, wh: brokenPackets * packetWh, cost: result.supplier.balanceChange },
    bills: [{ rule: "market", bills: result.members.map(({ billWith }) => billWith) }],
    fundKept: result.fund.balanceChange,
    gas: {
      used: dayGas(result.phases),
      transactions: sumOf(result.phases, ({ name, transactions }) => (name === "setup" ? 0 : transactions)),
      costs: result.gasCosts,
    },
  };
}

/** What the commons' chain and meters say. */
function commonsWay(days: BothDays): LivedWay {
  const { commons, commonsResult: result } = days;
  const { packetWh } = result.run;
  const { promises } = result;
  const day = result.phases.filter(({ name }) => name !== "setup");
  return {
    ...{ name: "commons", community: commons.community, flows: commons.scene.world.flows },
    baseWh: baseWh(days),
    matchedWh: result.slots.map((slot) => Math.min(slot.sharedPackets * packetWh, slot.importWh, slot.exportWh)),
    receivedWh: result.members.map(({ received }) => received * packetWh),
    unmetWh: result.members.map(({ unmetPackets }) => unmetPackets * packetWh),
    broken: {
      ...{ wh: promises.beyondWh, cost: promises.beyondCost, announcedWh: promises.beyondPackets * packetWh },
      late: promises.broken + promises.excused,
    },
    bills: [
      { rule: "equal-gain", bills: result.members.map(({ equalGain }) => equalGain) },
      { rule: "by-use", bills: result.members.map(({ byUse }) => byUse) },
    ],
    fundKept: 0,
    gas: {
      used: sumOf(day, ({ gas }) => gas),
      transactions: sumOf(day, ({ transactions }) => transactions),
      costs: result.gasCosts,
    },
  };
}
