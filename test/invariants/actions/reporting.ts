import { reportOf } from "../../../agents/dso/dso.ts";
import { digestOf, type FlowReport } from "../../../agents/model/flowReport.ts";
import { keccak256, word } from "../../../agents/model/keccak.ts";
import { signedBy } from "../../helpers/flowReports.ts";
import { type Action, judged, passed } from "../action.ts";
import type { Dice } from "../dice.ts";
import type { Ghost, GhostDay, GhostReport } from "../ghost.ts";

/** Flows near what was traded: now and then exact, less, more, or on the other side. */
function flowsOf(ghost: Ghost, dice: Dice, day: GhostDay) {
  return ghost.members.map((member) => {
    const fills = ghost.fillsOfDay(day, member);
    return Array.from({ length: day.count }, (_, slot) => {
      const net = fills.reduce((sum, fill) => {
        return fill.slot === slot ? sum + (fill.side === "bid" ? fill.packets : -fill.packets) : sum;
      }, 0);
      const near = (packets: number) => Math.max(packets + (dice.chance(50) ? 0 : dice.between(-3, 3)), 0);
      const [drawn, fedIn] = [near(Math.max(net, 0)), near(Math.max(-net, 0))];
      return dice.chance(10) ? { drawn: fedIn, fedIn: drawn } : { drawn, fedIn };
    });
  });
}

function nextReport(ghost: Ghost, dice: Dice, day: GhostDay, change: Partial<FlowReport> = {}): GhostReport {
  const { feeder, oraclePlace } = ghost.driver;
  const flows = flowsOf(ghost, dice, day);
  const last = day.reports.at(-1);
  const header = {
    feeder: feeder as never,
    day: day.day,
    firstSlot: day.firstSlot,
    count: day.count,
    revision: day.reports.length,
    epoch: ghost.epoch,
    ...(last && { previous: digestOf(last.report, oraclePlace) }),
    ...change,
  };
  const salts = flows.map((_, i) => keccak256(word(1000 * day.day + i), word(dice.upTo(1_000_000))));
  const measured = flows.map((slots) => slots.map((flow) => ({ ...flow, quality: "measured" as const })));
  return { ...reportOf(header, measured, salts), flows };
}

/** The signatures under a report, and why they are too little, if they are. */
async function signatures(ghost: Ghost, dice: Dice, report: FlowReport, bad: number) {
  const { keys, oraclePlace } = ghost.driver;
  const sets = {
    good: ghost.signers.slice(0, 2),
    TooFewSignatures: ghost.signers.slice(0, 1),
    SignersNotRising: [ghost.signers[0]!, ghost.signers[0]!],
    UnknownSigner: [0, 1, 2, 3, 4].filter((i) => !ghost.signers.includes(i)).slice(0, 2),
  };
  const wanted = dice.chance(bad)
    ? dice.pick(["TooFewSignatures", "SignersNotRising", "UnknownSigner"] as const)!
    : "good";
  const kind = sets[wanted].length < 2 ? "TooFewSignatures" : wanted;
  const signed = await signedBy(
    report,
    oraclePlace,
    sets[kind].map((i) => keys[i]!),
  );
  return { signed, reason: kind === "good" ? undefined : kind };
}

/** The next report of a day, in time or not, rightly signed or not, chained or not. */
export const report: Action = async (ghost, dice) => {
  const { now } = ghost;
  const early = dice.chance(4);
  const wanted = ghost.alive.filter(
    ({ end, reports, silent }) => !silent && (early || now >= end) && (reports.length === 0 || dice.chance(25)),
  );
  const late = dice.chance(6);
  const inTime = (given: GhostDay) => {
    if (given.frozen) return false;
    return now < (given.reports.length === 0 ? ghost.reportBy(given) : ghost.reviseBy(given));
  };
  const day = dice.pick(wanted.filter((given) => early || late || inTime(given)));
  if (!day) return undefined;
  const broken = dice.chance(8) ? dice.pick(["revision", "previous", "epoch", "count"] as const) : undefined;
  const change =
    broken &&
    {
      revision: { revision: day.reports.length + 1 },
      previous: { previous: keccak256(word(1)) },
      epoch: { epoch: ghost.epoch + 1 },
      count: { count: day.count + 1 },
    }[broken];
  const given = nextReport(ghost, dice, day, change);
  const { signed, reason: unsigned } = await signatures(ghost, dice, given.report, 8);
  const reason = mistimed(ghost, day, broken) ?? (broken === "epoch" ? "WrongEpoch" : unsigned);
  const receipt = await ghost.driver.send("oracle", "submit", [given.report, signed], ghost.driver.stranger);
  if (!judged(receipt, invariantOf(reason), "a report", reason)) return `refused: ${reason}`;
  if (day.reports.length === 0) day.acceptedAt = now;
  day.revisedAt = now;
  day.reports.push(given);
  return day.reports.length === 1 ? "accepted" : "revised";
};

/** Why a report comes at a wrong time or in a wrong place of its chain. */
function mistimed(ghost: Ghost, day: GhostDay, broken: string | undefined): string | undefined {
  const { now } = ghost;
  if (broken === "count") return "WrongSlots";
  if (now < day.end) return "DayNotEnded";
  if (day.frozen) return "DayFrozen";
  if (day.reports.length === 16) return "TooManyRevisions";
  if (broken === "revision") return "WrongRevision";
  if (now >= (day.reports.length === 0 ? ghost.reportBy(day) : ghost.reviseBy(day))) return "TooLate";
  return broken === "previous" ? "WrongPrevious" : undefined;
}

const invariantOf = (reason: string | undefined): string => {
  if (["DayNotEnded", "TooLate"].includes(reason ?? "")) return "FLOW-3";
  return ["WrongRevision", "WrongPrevious", "DayFrozen", "TooManyRevisions"].includes(reason ?? "")
    ? "FLOW-1"
    : "FLOW-2";
};

/** Anyone shows two contradicting reports of a day, in time or not, or two that don't contradict each other. */
export const freeze: Action = async (ghost, dice) => {
  const { now, driver } = ghost;
  const day = dice.pick(ghost.alive.filter(({ end, frozen }) => now >= end && !frozen));
  if (!day || !dice.chance(35)) return undefined;
  const mine = nextReport(ghost, dice, day);
  const other = dice.chance(70) ? nextReport(ghost, dice, day) : mine;
  const [a, b] = [await signatures(ghost, dice, mine.report, 0), await signatures(ghost, dice, other.report, 10)];
  const deadline = day.reports.length === 0 ? ghost.reportBy(day) : ghost.settleFrom(day);
  const same = digestOf(mine.report, driver.oraclePlace) === digestOf(other.report, driver.oraclePlace);
  const reason = now >= deadline ? "TooLate" : (b.reason ?? (same ? "NoContradiction" : undefined));
  const receipt = await driver.send(
    "oracle",
    "freeze",
    [mine.report, a.signed, other.report, b.signed],
    driver.stranger,
  );
  if (!judged(receipt, "FLOW-1", "a contradiction", reason)) return `refused: ${reason}`;
  day.frozen = true;
  return "frozen";
};

/** The admin proposes signers; anyone applies them after the delay, not before. */
export const rotate: Action = async (ghost, dice) => {
  const { driver, now } = ghost;
  if (ghost.readyAt === 0) {
    if (!dice.chance(40)) return undefined;
    const set = dice.some([0, 1, 2, 3, 4], 60);
    while (set.length < 2) set.splice(0, 2, 1, 3);
    const receipt = await driver.send("oracle", "proposeSigners", [set.map((i) => driver.keys[i]!.address), 2]);
    passed(receipt, "AUTH-2", "a proposal");
    ghost.proposed = set;
    ghost.readyAt = now + driver.terms.windows.signerDelay;
    return "proposed";
  }
  const reason = now < ghost.readyAt ? "TooEarly" : undefined;
  if (reason && !dice.chance(20)) return undefined;
  if (!judged(await driver.send("oracle", "applySigners", [], driver.stranger), "AUTH-2", "new signers", reason))
    return "refused: too early";
  ghost.signers = ghost.proposed;
  ghost.readyAt = 0;
  ghost.epoch++;
  return "applied";
};
