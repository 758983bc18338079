import { PacketCommons } from "../../model/commons.ts";
import type { Grant } from "../../model/commonsSlot.ts";
import { type Random, randomStream } from "../../random/random.ts";
import { Load } from "../client.ts";
import { type Lived, live } from "../live.ts";
import { rulesOf } from "./rules.ts";
import { type Scene, type SceneResult, total } from "./scene.ts";

const HORIZON = 30;
const FIRST = 1;
const FEEDER = 60;
const HOMES = 24;

/** Nardelli et al., Fig. 5: two classes and storage under the line of what is available, over thirty slots. */
export const SLICING: Scene = {
  name: "slicing",
  title: "Two slices and storage over a horizon of 30 slots",
  source: "Nardelli et al. (2020), Fig. 5",
  run(seed) {
    const random = randomStream(seed, "slicing");
    const sun = Array.from({ length: 2 * HORIZON + 2 }, (_, i) => sunIn(i, random));
    const rules = rulesOf({ classes: 2, shares: [450, 350], bufferShare: 200, classOf: classes(2) });
    const store = { capacity: 220, stored: 40, chargeLimit: 14, dischargeLimit: 12, efficiency: 950 };
    const commons = new PacketCommons(
      { horizonSlots: HORIZON, feederLimit: FEEDER, monthSlots: 3000 },
      rules,
      { buffer: store, cache: { ...store, capacity: 0, stored: 0 } },
      FIRST,
      () => 40,
    );
    const homes = Array.from({ length: HOMES }, (_, i) => ({
      member: i + 1,
      name: `home ${i + 1}`,
      clients: [loadOf(random, i)],
    }));
    const lived = live({
      ...{ commons, homes, slots: HORIZON, seed },
      surroundings: { expected: (_, slot) => ({ source: sun[slot]!, baseload: 4 }) },
    });
    return resultOf(lived, commons);
  },
};

/** Class 0 for even categories, class 1 for odd ones. */
const classes = (count: number) => Array.from({ length: 16 }, (_, i) => i % count);

const sunIn = (slot: number, random: Random): number =>
  Math.max(0, Math.round(20 + 18 * Math.sin(((slot + 2) / HORIZON) * Math.PI) + random.int(-10, 4)));

function loadOf({ int }: Random, i: number): Load {
  const appears = FIRST + int(0, 14);
  const perSlot = int(4, 9);
  const block = i % 4 === 0;
  const packets = block ? perSlot * int(2, 4) : perSlot * int(2, 5) + int(0, 3);
  const deadline = Math.min(FIRST + HORIZON, appears + Math.ceil(packets / perSlot) + int(4, 12));
  const shape = block ? "block" : "budget";
  return new Load({
    name: `load ${i + 1}`,
    category: i % 2,
    shape,
    packets,
    perSlot,
    appears,
    earliest: appears,
    deadline,
  });
}

function resultOf({ outcomes, expected, log }: Lived, commons: PacketCommons): SceneResult {
  const ofClass = (level: number) => outcomes.map(({ grants }) => sum(grants.filter((grant) => grant.level === level)));
  const [first, second] = [ofClass(0), ofClass(1)];
  const charged = outcomes.map(({ balance }) => balance.charged);
  const discharged = outcomes.map(({ balance }) => balance.bufferOut);
  const imported = outcomes.map(({ balance }) => balance.imported);
  const line = expected.map(({ source, baseload }, i) =>
    Math.min(FEEDER, source - baseload + discharged[i]! + imported[i]!),
  );
  const stacked = outcomes.map((_, i) => first[i]! + second[i]! + charged[i]!);
  const broken = outcomes.flatMap(({ closed }) => closed.filter(({ ending }) => ending === "broken"));
  return {
    slots: outcomes.map(({ slot }) => `${slot}`),
    panels: [
      {
        title: "packets given in each slot, under what was available",
        unit: "packets",
        series: [
          { name: "class 1", values: first, as: "bar", colour: "green" },
          { name: "class 2", values: second, as: "bar", colour: "blue" },
          { name: "into the buffer", values: charged, as: "bar", colour: "yellow" },
          { name: "available", values: line, as: "line", colour: "ink" },
        ],
      },
      {
        title: "packets in the buffer",
        unit: "packets",
        series: [
          { name: "stored", values: outcomes.map(({ stores }) => stores.buffer.stored), as: "line", colour: "yellow" },
        ],
      },
    ],
    checks: [
      {
        text: "both classes and the buffer get packets",
        holds: [first, second, charged].every((row) => row.some((n) => n > 0)),
      },
      { text: "in no slot more is given than is available", holds: stacked.every((packets, i) => packets <= line[i]!) },
      { text: "every admitted request is complete by its deadline", holds: broken.length === 0 },
      {
        text: "the buffer stays between empty and full",
        holds: outcomes.every(({ stores: { buffer } }) => buffer.stored >= 0 && buffer.stored <= buffer.capacity),
      },
    ],
    log,
    figures: {
      class1: total(first),
      class2: total(second),
      buffered: total(charged),
      fromBuffer: total(discharged),
      imported: total(imported),
      open: commons.cells.length,
    },
  };
}

const sum = (grants: readonly Grant[]) => grants.reduce((n, { packets }) => n + packets, 0);
