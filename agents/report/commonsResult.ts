import { z } from "zod";
import { gasCostSchema, runSchema } from "./result.ts";

/**
 * The result of a day that was lived as a commons. Energy in Wh or packets of `run.packetWh`, money in token base units,
 * positive where owed; integers unless said otherwise.
 */

const count = () => z.int().min(0);
const money = (text: string) => z.int().describe(`${text}; base units`);

const memberSchema = z.strictObject({
  id: z.string().min(1).describe("pseudonym of the member"),
  devices: z.array(z.string()).describe("declared devices"),
  tariff: z.string().describe("name of its own supply tariff"),
  usedWh: count().describe("Wh its home used; what its battery lost is not in it"),
  flexibleWh: count().describe("Wh of it that its flexible loads drew, when the commons let them"),
  importWh: count().describe("Wh drawn through its meter"),
  exportWh: count().describe("Wh fed in through its meter"),
  received: count().describe("packets of it that neighbours fed in in the same slot"),
  given: count().describe("packets fed in that neighbours drew in the same slot"),
  requests: count().describe("requests admitted"),
  unmetPackets: count().describe("packets that its flexible loads did not get by their deadlines"),
  charged: money("what its supplier charges for what it drew beyond that"),
  paidForFeedIn: money("what its supplier pays for what it fed in beyond that"),
  alone: money("what it would have owed without a commons, its loads at their usual times"),
  equalGain: money("its bill by the rule equal-gain"),
  byUse: money("its bill by the rule by-use"),
  equalGainChange: money("what its balance in the ClearingHouse changed by under equal-gain, received positive"),
  byUseChange: money("what it changed by under by-use"),
});

const slotSchema = z.strictObject({
  start: z.string().describe("start of the slot, ISO 8601 in UTC"),
  source: count().describe("packets of surplus that the server forecast"),
  baseload: count().describe("packets of base load that source and stores were forecast to carry"),
  plannedImport: count().describe("packets of import that the server planned for requests"),
  served: count().describe("packets that the contract gave to requests"),
  imported: count().describe("packets of them that the contract booked as import"),
  beyondAllowance: count().describe("packets of that beyond the allowance: broken promises, as the contract counts"),
  byClass: z.array(count()).describe("packets served by class, the highest first"),
  localPackets: count().describe("packets that homes gave their own flexible loads from their own surplus"),
  baseWh: count().describe("Wh of base load"),
  flexibleWh: count().describe("Wh that flexible loads drew"),
  habitWh: count().describe("Wh that the same loads would have drawn by habit"),
  pvWh: count().describe("Wh of PV"),
  batteryWh: z.int().describe("Wh from all batteries; charging is negative"),
  importWh: count().describe("Wh that all meters drew from the feeder"),
  exportWh: count().describe("Wh that all meters fed into it"),
  sharedPackets: count().describe("packets fed in by one member and drawn by another"),
  beyondWh: count().describe("Wh that requests drew from the main grid beyond the allowance, as metered"),
});

const requestSchema = z.strictObject({
  member: z.string().describe("id of the member"),
  device: z.string().describe("its device"),
  shape: z.enum(["block", "budget"]).describe("as it was asked for"),
  packets: count().describe("packets admitted"),
  perSlot: count().describe("packets a slot at most"),
  arrival: count().describe("slot of the day before which it was admitted"),
  deadline: count().describe("slot of the day before which it was promised"),
  urgent: z.boolean().describe("whether it was an emergency"),
  ending: z.enum(["kept", "broken", "excused", "withdrawn"]).describe("how it ended, as the contract has it"),
});

export const commonsSchema = z.strictObject({
  schema: z.literal("commonwatt-commons/1").describe("name and version of this format"),
  run: runSchema.omit({ auction: true, outcome: true }).describe("what was run, and on what"),
  rules: z
    .strictObject({
      rule: z.string().describe("who is first within a class"),
      goal: z.string().describe("what import is for"),
      shares: z.array(count()).describe("share of each class, permille"),
      bufferShare: count().describe("share held for the buffer, permille"),
      importAllowance: count().describe("packets of import a slot that admission counts on"),
      feederLimit: count().describe("packets a slot that the feeder leaves to the commons"),
      emergencyQuota: count().describe("emergencies of a member in a month"),
    })
    .describe("what the community voted"),
  members: z.array(memberSchema).describe("one entry per member"),
  slots: z.array(slotSchema).describe("one entry per slot of the day"),
  requests: z.array(requestSchema).describe("every admitted request, in the order in which they ended"),
  promises: z
    .strictObject({
      asked: count().describe("requests that homes sent, repetitions counted"),
      admitted: count().describe("requests admitted"),
      rejected: count().describe("requests rejected or refused, repetitions counted"),
      kept: count().describe("promises kept"),
      broken: count().describe("promises broken, which the contract excludes"),
      excused: count().describe("promises that emergency mode excused"),
      emergencies: count().describe("requests that went in as emergencies"),
      promisedPackets: count().describe("packets promised"),
      beyondPackets: count().describe("packets imported beyond the allowance, as the contract counts them"),
      beyondWh: count().describe("Wh imported beyond the allowance, as metered"),
      beyondCost: money("what that import cost at the community's retail price of its slots, rounded up"),
      unmetPackets: count().describe("packets that were wanted and never given"),
    })
    .describe("what was promised, and what became of it"),
  messages: z.record(z.string(), count()).describe("how often each of the five messages occurred"),
  supplierChange: z
    .strictObject({ equalGain: money("under equal-gain"), byUse: money("under by-use") })
    .describe("what the settlement left with the supplier's account"),
  phases: z
    .array(
      z.strictObject({
        name: z.enum(["setup", "open", "forecast", "post", "allocate", "prove", "settle"]).describe("part of the day"),
        transactions: count().describe("transactions sent"),
        gas: count().describe("gas used by all of them"),
      }),
    )
    .describe("gas of the day; `settle` by the rule equal-gain"),
  gasCosts: z.array(gasCostSchema).describe("the day's gas without `setup` in EUR, one entry per case"),
  warnings: z.array(z.string()).describe("what a reader has to know"),
});

export type CommonsResult = z.infer<typeof commonsSchema>;
