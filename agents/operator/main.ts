import { MarketCalendar, type MarketFacts, marketFacts } from "../chain/calendar.ts";
import type { Seen } from "../chain/node.ts";
import { packAll } from "../model/lanes.ts";
import { encodePrices, tickOf } from "../model/orders.ts";
import { onScaleDown, onScaleUp, pricePerPacketDown, pricePerPacketUp } from "../model/prices.ts";
import type { Agent, AgentContext, TurnReport } from "../process/agent.ts";
import type { OperatorConfig } from "../process/configSchema.ts";
import { type OperatorTask, operatorTasks } from "./operator.ts";

/** Operator and supplier as a process: days get their tariff and their day-ahead session in time. */
export async function operatorAgent({ operator, tariffs }: OperatorConfig, context: AgentContext): Promise<Agent> {
  const calendar = new MarketCalendar(context.contracts);
  let market: MarketFacts | undefined;
  return {
    async turn(seen: Seen): Promise<TurnReport> {
      market ??= await marketFacts(context.contracts);
      const known = await calendar.daysSince(seen.time);
      const tasks = operatorTasks(known, seen.latestTime, market.slotSeconds, operator);
      for (const task of tasks) await act(task, market, tariffs, context);
      const taking = known.flatMap(({ sessions }) => sessions).filter(({ stage }) => stage === "taking").length;
      return { daysKnown: known.length, latestDay: known.at(-1)?.day ?? null, sessionsTaking: taking };
    },
  };
}

async function act(
  task: OperatorTask,
  market: MarketFacts,
  tariffs: OperatorConfig["tariffs"],
  { contracts, send, log }: AgentContext,
): Promise<void> {
  if (task.do === "open") {
    const { day, slotCount } = task.day;
    await send("open", contracts.market.openSession(day, 0, slotCount, task.gate));
    log.info({ day, gate: task.gate }, "session opened");
    return;
  }
  const { firstSlot, slotCount, date } = task.range;
  await send("open", contracts.tariff.fixDay(firstSlot, slotCount, tariffWords(slotCount, market, tariffs)));
  log.info({ date, firstSlot, slotCount }, "day fixed");
}

/** The tariff of a day, the same prices in every slot: retail rounded up to the scale, feed-in down. */
function tariffWords(
  slotCount: number,
  { packetWh, tokenDecimals, scale }: MarketFacts,
  { grid, feedin }: OperatorConfig["tariffs"],
): bigint[] {
  const retail = onScaleUp(pricePerPacketUp(Math.round(grid * 1e6), packetWh, tokenDecimals), scale);
  const feedIn = onScaleDown(pricePerPacketDown(Math.round(feedin * 1e6), packetWh, tokenDecimals), scale);
  const lane = encodePrices(tickOf(retail, scale), tickOf(feedIn, scale));
  return packAll(new Array<number>(slotCount).fill(lane));
}
