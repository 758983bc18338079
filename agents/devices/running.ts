import type { ControlType, Instruction, InstructionStatus } from "./s2.ts";

/** What a device sees of a slot. */
export interface Surroundings {
  /** Unix seconds at which the slot begins. */
  readonly startSeconds: number;
  readonly slotSeconds: number;
  /** What the home draws in this slot without this device and those after it, Wh; negative: it has too much. */
  readonly netWh: number;
  readonly outsideC: number;
  /** Heat drawn from the tap, Wh. */
  readonly tapWh: number;
  /** Whether the car is at its charger, and what it uses up on a trip that begins with this slot, Wh. */
  readonly isPlugged: boolean;
  readonly tripWh: number;
  /** What the panels could give, Wh. */
  readonly pvWh: number;
  /** The band in which people are comfortable. */
  readonly lowC: number;
  readonly highC: number;
}

/** What a device tells about itself; JSON. */
export interface DeviceStatus {
  readonly id: string;
  readonly kind: string;
  readonly controlType: ControlType;
  /** Whether it follows an instruction, or its own control. */
  readonly control: "instructed" | "own";
  /** What it holds: Wh, or degrees inside, or spans of its programme done. */
  readonly level: number;
  /** Electricity drawn in the last slot, Wh, negative for what it gave; and ever drawn and ever given. */
  readonly drawnWh: number;
  readonly totalDrawnWh: number;
  readonly totalGivenWh: number;
  /** What people missed because of it so far: Wh, or degree hours. */
  readonly missed: number;
  /** Of an appliance: whether it is filled and waits for its start. */
  readonly ready?: boolean;
}

/** What one kind of device does in a slot. */
export interface SlotResult {
  readonly drawnWh: number;
  readonly missed?: number;
}

/**
 * A device that runs: it is stepped slot by slot and may be driven from outside with instructions, for example over
 * MQTT. Without an instruction in force it controls itself, so that nothing depends on whoever drives it being alive.
 */
export abstract class RunningDevice {
  abstract readonly kind: string;
  abstract readonly controlType: ControlType;
  readonly id: string;
  /** By execution time; the last that has begun counts. */
  #instructions: Instruction[] = [];
  #obeyed: Instruction | undefined;
  #isInstructed = false;
  #drawnWh = 0;
  #totalDrawnWh = 0;
  #totalGivenWh = 0;
  #missed = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** What it holds, see `DeviceStatus.level`. */
  protected abstract level(): number;
  /** Why it can't follow an instruction; undefined if it can. */
  protected abstract objection(instruction: Instruction): string | undefined;
  /** Does a slot: by the instruction that is in force, or by itself. */
  protected abstract run(surroundings: Surroundings, instruction: Instruction | undefined): SlotResult;

  /**
   * Takes an instruction, or says why not. It counts from the slot of its execution time, in place of those for the same
   * time or later; until then the one before counts.
   */
  instruct(instruction: Instruction): InstructionStatus {
    const reason = this.objection(instruction);
    if (reason !== undefined) return { status: "REJECTED", reason };
    const isStart = instruction.message_type === "PPBC.ScheduleInstruction";
    const earlier = isStart ? [] : this.#instructions.filter((each) => beginOf(each) < beginOf(instruction));
    this.#instructions = [...earlier.slice(-MOST_INSTRUCTIONS), instruction];
    return { status: "ACCEPTED" };
  }

  /** Forgets every instruction: whoever gave them is gone. */
  release(): void {
    this.#instructions = [];
  }

  /** Whether an instruction is known whose time has yet to come. */
  protected isAwaited(): boolean {
    const newest = this.#instructions.at(-1);
    return newest !== undefined && newest !== this.#obeyed;
  }

  /** Lives through a slot; gives the electricity it drew, whole Wh, negative for what it gave. */
  step(surroundings: Surroundings): number {
    const instruction = inForce(this.#instructions, surroundings);
    const { drawnWh: drawn, missed = 0 } = this.run(surroundings, instruction);
    const drawnWh = drawn + 0; // no negative zero
    this.#isInstructed = instruction !== undefined;
    this.#obeyed = instruction ?? this.#obeyed;
    this.#drawnWh = drawnWh;
    this.#totalDrawnWh += Math.max(0, drawnWh);
    this.#totalGivenWh += Math.max(0, -drawnWh);
    this.#missed += missed;
    return drawnWh;
  }

  status(): DeviceStatus {
    return {
      id: this.id,
      kind: this.kind,
      controlType: this.controlType,
      control: this.#isInstructed ? "instructed" : "own",
      level: this.level(),
      drawnWh: this.#drawnWh,
      totalDrawnWh: this.#totalDrawnWh,
      totalGivenWh: this.#totalGivenWh,
      missed: this.#missed,
    };
  }
}

/** So many earlier instructions are kept: the slots that a device is behind whoever drives it. */
const MOST_INSTRUCTIONS = 8;

/** Unix seconds. */
const beginOf = ({ execution_time }: Instruction): number => Date.parse(execution_time) / 1000;

/** The last instruction that has begun by the slot's end, unless it is over. */
function inForce(instructions: readonly Instruction[], { startSeconds, slotSeconds }: Surroundings) {
  const begun = instructions.findLast((each) => beginOf(each) < startSeconds + slotSeconds);
  const until = begun?.valid_until;
  return until !== undefined && Date.parse(until) / 1000 <= startSeconds ? undefined : begun;
}

/** The share of its power at which a fill rate instruction with one of these modes runs; 0 for "idle". */
export function fillObjection(instruction: Instruction, id: string, modes: readonly string[]): string | undefined {
  if (instruction.message_type !== "FRBC.Instruction") return `${id} takes FRBC.Instruction`;
  if (instruction.actuator_id !== id) return `${id} has no actuator "${instruction.actuator_id}"`;
  if (modes.includes(instruction.operation_mode)) return undefined;
  return `${id} has the modes ${modes.join(", ")}`;
}
