import type { Instruction } from "../../devices/s2.ts";
import { slotStart } from "../../model/slots.ts";
import type { PlanProblem, Task } from "./problem.ts";
import type { HomeSchedule } from "./schedule.ts";

/** An S2 instruction and the device it is for. */
export interface Addressed {
  readonly device: string;
  readonly instruction: Instruction;
}

/**
 * What the devices are told for one slot of a schedule. Each instruction ends with the slot after: when nobody says more,
 * devices go back to their own control.
 */
export function instructionsFor(problem: PlanProblem, schedule: HomeSchedule, slot: number): Addressed[] {
  const told = schedule.devices.flatMap(({ id, drawnWh }) => {
    const task = problem.tasks.find((each) => each.id === id)!;
    const instruction = instructionOf(problem, task, drawnWh, slot);
    return instruction ? [{ device: id, instruction }] : [];
  });
  const curtailed = schedule.curtailedWh[slot]!;
  return curtailed > 0 ? [...told, { device: "pv", instruction: envelope(problem, slot, curtailed) }] : told;
}

function instructionOf(problem: PlanProblem, task: Task, drawnWh: Int32Array, slot: number): Instruction | undefined {
  const powerW = (drawnWh[slot]! * 3600) / problem.slotSeconds;
  switch (task.kind) {
    case "battery":
      return fill(problem, task.id, slot, powerW < 0 ? "discharge" : "charge", Math.abs(powerW) / task.battery.powerW);
    case "car":
      return fill(problem, task.id, slot, "charge", powerW / task.car.powerW);
    case "tank":
      return fill(problem, task.id, slot, "heat", powerW / task.tank.powerW);
    case "budget":
      return fill(problem, task.id, slot, "draw", drawnWh[slot]! / task.mostWh);
    case "heatPump":
      return mode(problem, task, slot, powerW);
    case "appliance":
      return drawnWh[slot]! > 0 && !(drawnWh[slot - 1]! > 0) ? start(problem, task.id, slot) : undefined;
  }
}

const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** What all instructions have: they count from their slot, to the end of the next. */
function head({ firstSlot, slotSeconds, home }: PlanProblem, device: string, slot: number) {
  const begin = slotStart(firstSlot + slot, slotSeconds);
  const id = `${home}/${device}/${begin}`;
  return {
    ...{ message_id: id, id, execution_time: time(begin), abnormal_condition: false },
    valid_until: time(begin + 2 * slotSeconds),
  };
}

function fill(problem: PlanProblem, id: string, slot: number, charging: string, share: number): Instruction {
  return {
    message_type: "FRBC.Instruction",
    ...head(problem, id, slot),
    actuator_id: id,
    operation_mode: share === 0 ? "idle" : charging,
    operation_mode_factor: Math.min(1, share),
  };
}

function mode(
  problem: PlanProblem,
  task: Extract<Task, { kind: "heatPump" }>,
  slot: number,
  powerW: number,
): Instruction {
  const { leastPowerW, powerW: most } = task.pump;
  const share = most === leastPowerW ? 0 : (powerW - leastPowerW) / (most - leastPowerW);
  return {
    message_type: "OMBC.Instruction",
    ...head(problem, task.id, slot),
    operation_mode_id: powerW > 0 ? "heat" : "off",
    operation_mode_factor: Math.min(1, Math.max(0, share)),
  };
}

function start(problem: PlanProblem, id: string, slot: number): Instruction {
  const same = { power_profile_id: id, sequence_container_id: id, power_sequence_id: id };
  return { message_type: "PPBC.ScheduleInstruction", ...head(problem, id, slot), ...same };
}

/** Production is negative: the lower limit is what may be fed in at most. */
function envelope(problem: PlanProblem, slot: number, curtailedWh: number): Instruction {
  const left = ((problem.pvWh[slot]! - curtailedWh) * 3600) / problem.slotSeconds;
  const element = { duration: problem.slotSeconds * 1000, upper_limit: 0, lower_limit: -left };
  return {
    message_type: "PEBC.Instruction",
    ...head(problem, "pv", slot),
    power_constraints_id: "pv",
    power_envelopes: [{ commodity_quantity: "ELECTRIC.POWER.3_PHASE_SYMMETRIC", power_envelope_elements: [element] }],
  };
}
