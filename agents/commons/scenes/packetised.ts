import { PacketCommons } from "../../model/commons.ts";
import { NO_STORE } from "../../model/commonsEnergy.ts";
import { randomStream } from "../../random/random.ts";
import { Load } from "../client.ts";
import { type Lived, live } from "../live.ts";
import { ThermalLoad } from "../thermal.ts";
import { rulesOf } from "./rules.ts";
import { clockTime, type Scene, type SceneResult, total } from "./scene.ts";

const MINUTES = 10;
const at = (hours: number, minutes = 0) => (hours * 60 + minutes) / MINUTES;
const [START, END] = [at(15), at(23)];
const SLOTS = END - START;
const BAND = { homeC: 20, awayC: 17.5 };

/** Nardelli et al., Fig. 2: a washer, space heating and a car as discrete packets of 10 Wh in slots of ten minutes. */
export const PACKETISED: Scene = {
  name: "packetised",
  title: "A washing machine, a heated room and a car, as packets",
  source: "Nardelli et al. (2020), Fig. 2",
  run(seed) {
    const random = randomStream(seed, "packetised");
    const wind = Array.from({ length: SLOTS + 1 }, () => random.int(10, 70));
    const washer = new Load({
      ...{ name: "washing machine", category: 0, shape: "block", packets: 8 * 12, perSlot: 12 },
      ...{ appears: at(16), earliest: at(16), deadline: at(21) },
    });
    const car = new Load({
      ...{ name: "car", category: 2, shape: "budget", packets: 600 + random.int(0, 200), perSlot: 38 },
      ...{ appears: at(17), earliest: at(17), deadline: END },
    });
    const room = new ThermalLoad({
      ...{ name: "room", category: 1, capacityWhPerK: 900, lossWPerK: 110, startC: 18.5, outsideC: 4, gain: 3 },
      // until five nobody is at home, and the room may be colder
      ...{
        perSlot: 30,
        packetWh: 10,
        slotSeconds: MINUTES * 60,
        targetC: BAND.homeC,
        from: START,
        ready: at(17),
        until: at(22),
      },
    });
    const commons = new PacketCommons(
      { horizonSlots: SLOTS + 1, feederLimit: 90, monthSlots: 4320 },
      rulesOf({ importAllowance: 60 }),
      { buffer: NO_STORE, cache: NO_STORE },
      START,
      () => 90,
    );
    const homes = [{ member: 1, name: "home", clients: [washer, ...room.clients, car] }];
    const lived = live({
      ...{ commons, homes, slots: SLOTS, seed },
      surroundings: { expected: (_, slot) => ({ source: wind[slot - START] ?? 0, baseload: 0 }) },
    });
    return resultOf(lived, washer, car, room);
  },
};

function resultOf({ outcomes, log }: Lived, washer: Load, car: Load, room: ThermalLoad): SceneResult {
  const of = (...clients: number[]) =>
    outcomes.map(({ grants }) =>
      grants.filter(({ cell }) => clients.includes(cell.client)).reduce((n, { packets }) => n + packets, 0),
    );
  const [washing, heating, charging] = [of(0), of(1, 2, 3), of(4)];
  const occupied = room.temperaturesC.slice(at(17) - START - 1, at(22) - START);
  const runs = washing.flatMap((packets, i) => (packets > 0 ? [i] : []));
  const panel = (title: string, values: readonly number[], colour: "blue" | "orange" | "green") => ({
    title,
    unit: "packets",
    series: [{ name: title, values, as: "bar" as const, colour }],
  });
  return {
    slots: outcomes.map(({ slot }) => clockTime(slot, MINUTES)),
    panels: [
      panel("(a) washing machine: once on, it stays on", washing, "blue"),
      panel("(b) space heating: early heat is stored in the room", heating, "orange"),
      {
        title: "the room's temperature",
        unit: "°C",
        series: [
          { name: "room", values: room.temperaturesC, as: "line", colour: "orange" },
          {
            name: "wanted",
            values: outcomes.map(({ slot }) => (slot >= at(17) && slot < at(22) ? BAND.homeC : BAND.awayC)),
            as: "dashed",
            colour: "grey",
          },
        ],
      },
      panel("(c) car: any slots, as long as it is charged in the end", charging, "green"),
    ],
    checks: [
      {
        text: "the washing machine runs once, without a gap",
        holds: washer.left === 0 && runs.length === 8 && runs[7]! - runs[0]! === 7,
      },
      {
        text: "the room is warm while somebody is at home",
        holds: occupied.every((celsius) => celsius >= BAND.homeC - 0.5),
      },
      {
        text: "the room is within the wider band while nobody is",
        holds: room.temperaturesC.slice(0, at(17) - START).every((celsius) => celsius >= BAND.awayC),
      },
      { text: "the car is charged in the end", holds: car.left === 0 },
      { text: "every number is a whole packet", holds: [washing, heating, charging].flat().every(Number.isInteger) },
    ],
    log,
    figures: { washing: total(washing), heating: total(heating), charging: total(charging) },
  };
}
