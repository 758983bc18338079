import { PacketCommons } from "../../model/commons.ts";
import { NO_STORE } from "../../model/commonsEnergy.ts";
import type { Slot } from "../../model/slots.ts";
import { type Random, randomStream } from "../../random/random.ts";
import { Load } from "../client.ts";
import { type Lived, live } from "../live.ts";
import { ThermalLoad } from "../thermal.ts";
import { rulesOf } from "./rules.ts";
import { clockTime, type Scene, type SceneResult, total } from "./scene.ts";

const MINUTES = 10;
const PACKET_WH = 10;
const at = (hours: number, minutes = 0): Slot => (hours * 60 + minutes) / MINUTES;
const [START, MIDNIGHT] = [at(15), at(24)];
const SLOTS = MIDNIGHT - START;
const FEEDER = 170;
/** 5,000 W, 3,600 W and 1,200 W for ten minutes, in whole packets. */
const [EV_PER_SLOT, SAUNA_PER_SLOT, DISHWASHER_PER_SLOT] = [83, 60, 20];
const EV_CAPACITY = 3000;
/** The draw with the paper's times: eleven slots at full power before midnight. */
const PAPERS_EV = 11 * EV_PER_SLOT;

/**
 * Tomé et al. (2018), Figs. 3 and 4: a dishwasher, a car and a sauna in three homes. Seed 0 is the draw with the paper's
 * times; any other draws the car's state of charge, sun and wind anew.
 */
export const THREE_HOMES: Scene = {
  name: "three-homes",
  title: "Dishwasher, car and sauna in three homes",
  source: "Tomé et al. (2018), Figs. 3 and 4",
  run(seed) {
    const random = randomStream(seed, "three homes");
    const needed = seed === 0 ? PAPERS_EV : random.int(EV_CAPACITY / 10, (EV_CAPACITY * 9) / 10);
    const loads = loadsOf(needed);
    const renewable = renewables(random);
    const commons = new PacketCommons(
      { horizonSlots: SLOTS + 1, feederLimit: FEEDER, monthSlots: 4320 },
      rulesOf({
        classes: 2,
        shares: [600, 400],
        classOf: [0, 1, 0, ...new Array<number>(13).fill(1)],
        importAllowance: FEEDER,
      }),
      { buffer: NO_STORE, cache: NO_STORE },
      START,
      () => FEEDER,
    );
    const homes = [
      { member: 1, name: "home 1", clients: [loads.dishwasher] },
      { member: 2, name: "home 2", clients: [loads.ev] },
      { member: 3, name: "home 3", clients: loads.sauna.clients },
    ];
    const lived = live({
      ...{ commons, homes, slots: SLOTS, seed },
      surroundings: { expected: (_, slot) => ({ source: renewable[slot - START] ?? 0, baseload: 0 }) },
    });
    return resultOf(lived, loads, needed, renewable);
  },
};

type Loads = ReturnType<typeof loadsOf>;

function loadsOf(needed: number) {
  const ev = new Load({
    ...{ name: "car", category: 1, shape: "budget", packets: needed, perSlot: EV_PER_SLOT },
    ...{ appears: at(16), earliest: at(16), deadline: MIDNIGHT },
  });
  const dishwasher = new Load({
    ...{
      name: "dishwasher",
      category: 0,
      shape: "block",
      packets: 6 * DISHWASHER_PER_SLOT,
      perSlot: DISHWASHER_PER_SLOT,
    },
    ...{ appears: at(20), earliest: at(20), deadline: MIDNIGHT },
  });
  const sauna = new ThermalLoad({
    ...{ name: "sauna", category: 2, capacityWhPerK: 45, lossWPerK: 7, startC: 20, outsideC: 18, gain: 1 },
    ...{ perSlot: SAUNA_PER_SLOT, packetWh: PACKET_WH, slotSeconds: MINUTES * 60 },
    ...{ targetC: 70, from: at(16, 30), ready: at(19), until: at(20) },
  });
  return { ev, dishwasher, sauna };
}

/** Sun that sets at seven and a wind that wanders, packets a slot. */
function renewables(random: Random): number[] {
  let wind = random.int(4, 14);
  return Array.from({ length: SLOTS + 1 }, (_, i) => {
    wind = Math.max(0, Math.min(30, wind + random.int(-5, 5)));
    const sun = Math.max(0, 45 * Math.sin((Math.PI * (at(19) - START - i)) / (2 * (at(19) - START))));
    return Math.round(wind + sun);
  });
}

function resultOf(
  lived: Lived,
  { ev, dishwasher, sauna }: Loads,
  needed: number,
  renewable: readonly number[],
): SceneResult {
  const { outcomes, log } = lived;
  const of = (member: number, client = 0) =>
    outcomes.map(
      ({ grants }) => grants.find(({ cell }) => cell.member === member && cell.client === client)?.packets ?? 0,
    );
  const [washing, charging] = [of(1), of(2)];
  const heating = of(3).map((packets, i) => packets + of(3, 1)[i]! + of(3, 2)[i]!);
  const imported = outcomes.map(({ balance }) => balance.imported);
  const watts = (packets: readonly number[]) => packets.map((n) => (n * PACKET_WH * 60) / MINUTES);
  const charge = running(charging).map((n) => ((EV_CAPACITY - needed + n) / EV_CAPACITY) * 100);
  const runs = outcomes.flatMap(({ slot }, i) => (washing[i]! > 0 ? [slot] : []));
  const warm = sauna.temperaturesC.slice(at(19) - START - 1, at(20) - START);
  const forced = { ev: forcedFrom(needed, EV_PER_SLOT, MIDNIGHT), sauna: saunaForcedFrom(log) };
  const served = outcomes.map(({ balance }) => balance.served);
  const window = (from: Slot, to: Slot) => outcomes.map(({ slot }) => (slot >= from && slot < to ? 1 : 0));
  return {
    slots: outcomes.map(({ slot }) => clockTime(slot, MINUTES)),
    panels: [
      {
        title: "power per device, of all, renewable and imported",
        unit: "W",
        series: [
          { name: "renewable", values: watts(renewable.slice(0, outcomes.length)), as: "area", colour: "yellow" },
          { name: "imported", values: watts(imported), as: "area", colour: "grey" },
          { name: "dishwasher", values: watts(washing), as: "line", colour: "blue" },
          { name: "car", values: watts(charging), as: "line", colour: "green" },
          { name: "sauna", values: watts(heating), as: "line", colour: "orange" },
          { name: "all", values: watts(served), as: "dashed", colour: "ink" },
        ],
      },
      {
        title: "when each may run; forced from the slot of zero laxity, if nothing came before",
        unit: "",
        series: [
          { name: "dishwasher may run", values: window(at(20), MIDNIGHT), as: "line", colour: "blue" },
          { name: "car may charge", values: window(at(16), MIDNIGHT).map((n) => n * 2), as: "line", colour: "green" },
          { name: "car forced", values: window(forced.ev, MIDNIGHT).map((n) => n * 2), as: "bar", colour: "green" },
          {
            name: "sauna may heat",
            values: window(at(16, 30), at(20)).map((n) => n * 3),
            as: "line",
            colour: "orange",
          },
          { name: "sauna forced", values: window(forced.sauna, at(19)).map((n) => n * 3), as: "bar", colour: "orange" },
        ],
      },
      {
        title: "charging levels",
        unit: "% and °C",
        series: [
          { name: "car, %", values: charge, as: "line", colour: "green" },
          { name: "sauna, °C", values: sauna.temperaturesC, as: "line", colour: "orange" },
        ],
      },
    ],
    checks: [
      { text: "the car is full at midnight", holds: ev.left === 0 },
      {
        text: "the sauna is at 70 degrees or more from 19:00 to 20:00",
        holds: warm.every((celsius) => celsius >= 69.5),
      },
      {
        text: "the dishwasher runs one unbroken hour that begins between 20:00 and 23:00",
        holds:
          dishwasher.left === 0 &&
          runs.length === 6 &&
          runs[5]! - runs[0]! === 5 &&
          runs[0]! >= at(20) &&
          runs[0]! <= at(23),
      },
      { text: "no packet passes the feeder's limit", holds: served.every((packets) => packets <= FEEDER) },
      {
        text: "what is not renewable is imported, to the packet",
        holds: outcomes.every(({ balance }, i) => balance.imported === Math.max(0, balance.served - renewable[i]!)),
      },
    ],
    log,
    figures: {
      carPackets: needed,
      carForcedFrom: clockTime(forced.ev, MINUTES),
      saunaForcedFrom: clockTime(forced.sauna, MINUTES),
      imported: total(imported),
      dishwasherAt: clockTime(runs[0] ?? 0, MINUTES),
    },
  };
}

/** The first slot in which `packets` are forced if none came before. */
const forcedFrom = (packets: number, perSlot: number, deadline: Slot): Slot => deadline - Math.ceil(packets / perSlot);

/** The same of the sauna's first request. */
function saunaForcedFrom({ messages }: Lived["log"]): Slot {
  const first = messages.find(({ kind, member, client }) => kind === "request" && member === 3 && client === 0);
  return forcedFrom(first?.packets ?? 0, SAUNA_PER_SLOT, at(19));
}

const running = (values: readonly number[]) => {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
};
