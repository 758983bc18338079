import { PacketCommons } from "../../model/commons.ts";
import type { Grant } from "../../model/commonsSlot.ts";
import { randomStream } from "../../random/random.ts";
import { Load } from "../client.ts";
import { type Lived, live } from "../live.ts";
import { rulesOf } from "./rules.ts";
import { clockTime, type Scene, type SceneResult, total } from "./scene.ts";

const MINUTES = 15;
const SLOTS = 96;
const START = 96;
const at = (hours: number) => START + (hours * 60) / MINUTES;
const MODE = { from: at(17), to: at(20) };
const HOMES = 12;

/** Tomé et al., section III-C: a day on which the DSO declares emergency mode from 17:00 to 20:00. */
export const EMERGENCY_DAY: Scene = {
  name: "emergency-day",
  title: "A day with emergency mode from 17:00 to 20:00",
  source: "Tomé et al. (2018), section III-C; Nardelli et al. (2020), section III",
  run(seed) {
    const random = randomStream(seed, "emergency day");
    const buffer = { capacity: 300, stored: 60, chargeLimit: 25, dischargeLimit: 25, efficiency: 920 };
    const commons = new PacketCommons(
      { horizonSlots: 96, feederLimit: 120, monthSlots: 2880 },
      rulesOf({ importAllowance: 30, bufferShare: 100 }),
      { buffer, cache: { ...buffer, capacity: 0, stored: 0 } },
      START,
      () => 60,
    );
    const homes = Array.from({ length: HOMES }, (_, i) => {
      const window = (earliest: number, hours: number) => ({
        appears: earliest - 8,
        earliest,
        deadline: earliest + hours * 4,
      });
      const medical = new Load({
        ...{ name: `fridge of home ${i + 1}`, category: 0, shape: "budget", packets: 48, perSlot: 2 },
        ...window(at(12), 10),
      });
      const washer = new Load({
        ...{ name: `washer of home ${i + 1}`, category: 1, shape: "block", packets: 40, perSlot: 8 },
        ...window(at(random.int(9, 17)), 5),
      });
      const car = new Load({
        ...{ name: `car of home ${i + 1}`, category: 4, shape: "budget", packets: 80 + random.int(0, 80), perSlot: 14 },
        ...window(at(random.int(13, 16)), random.int(3, 5)),
      });
      return { member: i + 1, name: `home ${i + 1}`, clients: [medical, washer, car] };
    });
    const sun = (slot: number) =>
      Math.max(0, Math.round(110 * Math.sin((Math.PI * (slot - at(6))) / (at(20) - at(6)))));
    const lived = live({
      ...{ commons, homes, slots: SLOTS, seed },
      surroundings: { expected: (_, slot) => ({ source: sun(slot), baseload: 12 }) },
      before: (next) => {
        if (next === at(16)) commons.declareEmergency(MODE.from, MODE.to);
      },
    });
    return resultOf(lived);
  },
};

const inMode = (slot: number) => slot >= MODE.from && slot < MODE.to;

function resultOf({ outcomes, expected, log }: Lived): SceneResult {
  const ofClass = (wanted: (grant: Grant) => boolean) =>
    outcomes.map(({ grants }) => grants.filter(wanted).reduce((n, { packets }) => n + packets, 0));
  const isBasic = ({ level }: Grant) => level === 0;
  const runs = ({ cell, level }: Grant) => level > 0 && cell.running && !cell.fresh;
  const during = outcomes.filter(({ slot }) => inMode(slot));
  const closed = outcomes.flatMap((outcome) => outcome.closed.map((each) => ({ ...each, slot: outcome.slot })));
  const excused = closed.filter(({ ending }) => ending === "excused");
  const others = during.flatMap(({ grants }) =>
    grants.filter((grant) => grant.packets > 0 && !isBasic(grant) && !runs(grant)),
  );
  return {
    slots: outcomes.map(({ slot }) => clockTime(slot - START, MINUTES)),
    panels: [
      {
        title: "packets given, by class",
        unit: "packets",
        series: [
          { name: "class 1, basic", values: ofClass(isBasic), as: "bar", colour: "green" },
          { name: "others", values: ofClass((grant) => !isBasic(grant)), as: "bar", colour: "blue" },
          {
            name: "into the buffer",
            values: outcomes.map(({ balance }) => balance.charged),
            as: "bar",
            colour: "yellow",
          },
          {
            name: "source less baseload",
            values: expected.map(({ source, baseload }) => Math.max(0, source - baseload)),
            as: "line",
            colour: "ink",
          },
          {
            name: "emergency mode",
            values: outcomes.map(({ slot }) => (inMode(slot) ? 120 : 0)),
            as: "area",
            colour: "red",
          },
        ],
      },
    ],
    checks: [
      { text: "in emergency mode only the basic class and blocks that run are served", holds: others.length === 0 },
      {
        text: "the basic class is served in emergency mode",
        holds: during.some(({ grants }) => grants.some((grant) => isBasic(grant) && grant.packets > 0)),
      },
      { text: "nothing else breaks a promise", holds: closed.every(({ ending }) => ending !== "broken") },
      {
        text: "what it excuses was open in it",
        holds: excused.every(({ cell, slot }) => cell.arrival < MODE.to && slot > MODE.from),
      },
      {
        text: "blocks stay unbroken",
        holds: closed.every(({ cell, ending }) => !cell.block || !cell.running || ending === "kept"),
      },
    ],
    log,
    figures: {
      kept: closed.filter(({ ending }) => ending === "kept").length,
      excused: excused.length,
      basic: total(ofClass(isBasic)),
    },
  };
}
