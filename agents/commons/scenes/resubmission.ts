import { PacketCommons } from "../../model/commons.ts";
import { NO_STORE } from "../../model/commonsEnergy.ts";
import { Load } from "../client.ts";
import { type Lived, live } from "../live.ts";
import type { LoggedMessage } from "../log.ts";
import { rulesOf } from "./rules.ts";
import { type Scene, type SceneResult, total } from "./scene.ts";

const START = 1;
const SLOTS = 24;
const SOURCE = 10;
/** The slot in which the forecast of all later slots rises. */
const WIND_RISES = START + 15;
const LATE = { member: 3, client: 0 };

/**
 * Nardelli et al., section III, admission: who was rejected asks again, stands one class higher after some rejections,
 * and at last sends an emergency. Two homes have booked the whole source; the third comes late and must be ready early.
 */
export const RESUBMISSION: Scene = {
  name: "resubmission",
  title: "Rejected, again, one class higher, and at last an emergency",
  source: "Nardelli et al. (2020), sections II and III",
  run(seed) {
    const first = [1, 2].map(
      (member) =>
        new Load({
          ...{ name: `home ${member}'s car`, category: 4, shape: "budget", packets: 5 * 20, perSlot: 5 },
          ...{ appears: START, earliest: START, deadline: START + 20 },
        }),
    );
    const late = new Load({
      ...{ name: "the late heater", category: 4, shape: "budget", packets: 18, perSlot: 6 },
      ...{ appears: START + 2, earliest: START + 2, deadline: START + 10, persistence: { emergencyBelow: 2 } },
    });
    const risen = new Load({
      ...{ name: "the patient pump", category: 4, shape: "budget", packets: 12, perSlot: 4 },
      ...{ appears: START + 12, earliest: START + 12, deadline: START + 20 },
    });
    const commons = new PacketCommons(
      { horizonSlots: SLOTS, feederLimit: 30, monthSlots: 2880 },
      rulesOf({ riseAfter: 2, emergencyQuota: 1, importAllowance: 0 }),
      { buffer: NO_STORE, cache: NO_STORE },
      START,
      () => 12,
    );
    const homes = [...first.map((load) => [load]), [late], [risen]].map((clients, i) => ({
      ...{ member: i + 1, name: `home ${i + 1}`, clients },
    }));
    const lived = live({
      ...{ commons, homes, slots: SLOTS, seed },
      surroundings: { expected: (at) => ({ source: at >= WIND_RISES ? 2 * SOURCE : SOURCE, baseload: 0 }) },
    });
    return resultOf(lived, late, first);
  },
};

function resultOf({ outcomes, expected, log }: Lived, late: Load, first: readonly Load[]): SceneResult {
  const said = log.messages.filter(({ member, client }) => member === LATE.member && client === LATE.client);
  const rejections = said.filter(({ kind, text }) => kind === "answer" && text.startsWith("no"));
  const at = (found: LoggedMessage | undefined) => (found === undefined ? Number.NaN : said.indexOf(found));
  const emergency = said.find(({ kind }) => kind === "emergency");
  const accepted = said.find(({ kind, text }) => kind === "answer" && text === "yes");
  const imported = outcomes.map(({ balance }) => balance.imported);
  const pump = log.messages.filter(({ member }) => member === 4);
  const raised = outcomes.flatMap(({ grants }) => grants.filter(({ cell }) => cell.member === 4 && cell.raised));
  const of = (member: number) =>
    outcomes.map(({ grants }) => grants.find(({ cell }) => cell.member === member)?.packets ?? 0);
  return {
    slots: outcomes.map(({ slot }) => `${slot}`),
    panels: [
      {
        title: "packets given",
        unit: "packets",
        series: [
          { name: "home 1", values: of(1), as: "bar", colour: "blue" },
          { name: "home 2", values: of(2), as: "bar", colour: "green" },
          { name: "the late heater", values: of(3), as: "bar", colour: "orange" },
          { name: "the patient pump", values: of(4), as: "bar", colour: "purple" },
          { name: "source", values: expected.map(({ source }) => source), as: "line", colour: "ink" },
          { name: "imported", values: imported, as: "dashed", colour: "red" },
        ],
      },
    ],
    checks: [
      {
        text: "the late heater is rejected several times, each time with a reason and what would be accepted",
        holds: rejections.length >= 2 && rejections.every(({ text }) => text.includes("would be accepted")),
      },
      {
        text: "then it sends an emergency, and is accepted",
        holds: at(emergency) > at(rejections.at(-1)) && at(accepted) > at(emergency),
      },
      { text: "it is complete in time", holds: late.left === 0 },
      { text: "those who were promised before it lose nothing by it", holds: first.every((load) => load.left === 0) },
      {
        text: "what the emergency took beyond the source was imported and is shown",
        holds: total(imported) > 0 && outcomes.every(({ balance }) => balance.beyondAllowance === balance.imported),
      },
      {
        text: "the patient pump, rejected before, stands one class higher when it is served",
        holds: pump.some(({ text }) => text.startsWith("no")) && raised.length > 0,
      },
    ],
    log,
    figures: { rejections: rejections.length, imported: total(imported), messages: said.length },
  };
}
