import { slotProfile } from "./appliance.ts";
import { carStorage, storageOf } from "./battery.ts";
import type { Appliance, Battery, Car, HeatPump, Pv, Tank } from "./devices.ts";
import { stepBuilding, thermostatWh } from "./heatPump.ts";
import { type DeviceStatus, fillObjection, RunningDevice, type SlotResult, type Surroundings } from "./running.ts";
import type { Instruction } from "./s2.ts";
import { stepStorage } from "./storage.ts";
import { stepTank } from "./tank.ts";

const energyWh = (powerW: number, { slotSeconds }: Surroundings) => (powerW * slotSeconds) / 3600;

/** Power of a fill rate instruction, W: positive into the storage, negative out of it. */
function fillPower(instruction: Instruction, powerW: number): number {
  if (instruction.message_type !== "FRBC.Instruction") return 0;
  const share = instruction.operation_mode === "idle" ? 0 : instruction.operation_mode_factor;
  return (instruction.operation_mode === "discharge" ? -share : share) * powerW;
}

/** A battery. By itself it stores what the home has too much and gives what it lacks. */
export class RunningBattery extends RunningDevice {
  readonly kind = "battery";
  readonly controlType = "FILL_RATE_BASED_CONTROL";
  readonly #battery: Battery;
  #storedWh: number;

  constructor(id: string, battery: Battery, storedWh = battery.startWh) {
    super(id);
    this.#battery = battery;
    this.#storedWh = storedWh;
  }

  protected level(): number {
    return this.#storedWh;
  }

  protected objection(instruction: Instruction): string | undefined {
    return fillObjection(instruction, this.id, ["charge", "discharge", "idle"]);
  }

  protected run(around: Surroundings, instruction: Instruction | undefined): SlotResult {
    const wanted = instruction
      ? -Math.round(energyWh(fillPower(instruction, this.#battery.powerW), around))
      : around.netWh;
    const { out, stored } = stepStorage(storageOf(this.#battery, around.slotSeconds), this.#storedWh, wanted);
    this.#storedWh = stored;
    return { drawnWh: -out };
  }
}

/** A car at its charger. By itself it charges at full power from arrival until it is full. */
export class RunningCar extends RunningDevice {
  readonly kind = "car";
  readonly controlType = "FILL_RATE_BASED_CONTROL";
  readonly #car: Car;
  #storedWh: number;

  constructor(id: string, car: Car, storedWh: number) {
    super(id);
    this.#car = car;
    this.#storedWh = storedWh;
  }

  protected level(): number {
    return this.#storedWh;
  }

  protected objection(instruction: Instruction): string | undefined {
    return fillObjection(instruction, this.id, ["charge", "idle"]);
  }

  protected run(around: Surroundings, instruction: Instruction | undefined): SlotResult {
    const power = instruction ? fillPower(instruction, this.#car.powerW) : this.#car.powerW;
    const wanted = around.isPlugged ? -Math.round(energyWh(power, around)) : 0;
    const { out, stored } = stepStorage(carStorage(this.#car, around.slotSeconds), this.#storedWh, wanted);
    this.#storedWh = Math.max(0, stored - around.tripWh);
    return { drawnWh: -out, missed: Math.max(0, around.tripWh - stored) };
  }
}

/** A tank of hot water. By itself it heats to the full once it falls below its comfortable store. */
export class RunningTank extends RunningDevice {
  readonly kind = "tank";
  readonly controlType = "FILL_RATE_BASED_CONTROL";
  readonly #tank: Tank;
  #storedWh: number;
  #isHeating = false;

  constructor(id: string, tank: Tank, storedWh: number) {
    super(id);
    this.#tank = tank;
    this.#storedWh = storedWh;
  }

  protected level(): number {
    return this.#storedWh;
  }

  protected objection(instruction: Instruction): string | undefined {
    return fillObjection(instruction, this.id, ["heat", "idle"]);
  }

  protected run(around: Surroundings, instruction: Instruction | undefined): SlotResult {
    const own = this.#thermostat() ? this.#tank.powerW : 0;
    const wanted = energyWh(instruction ? fillPower(instruction, this.#tank.powerW) : own, around);
    const step = stepTank(this.#tank, this.#storedWh, wanted, around.tapWh, around.slotSeconds);
    this.#storedWh = step.storedWh;
    return { drawnWh: step.drawnWh, missed: step.missingWh };
  }

  #thermostat(): boolean {
    const { comfortWh, capacityWh } = this.#tank;
    if (this.#storedWh < comfortWh) this.#isHeating = true;
    if (this.#storedWh >= 0.95 * capacityWh) this.#isHeating = false;
    return this.#isHeating;
  }
}

/** A washer or dishwasher. Once made ready it starts by itself at once, or when it is told, and runs to the end. */
export class RunningAppliance extends RunningDevice {
  readonly kind = "appliance";
  readonly controlType = "POWER_PROFILE_BASED_CONTROL";
  readonly #appliance: Appliance;
  #isReady = false;
  /** Slots of the programme that are done; undefined while it isn't running. */
  #done: number | undefined;

  constructor(id: string, appliance: Appliance) {
    super(id);
    this.#appliance = appliance;
  }

  /** People have filled it: its programme may run once. */
  makeReady(): void {
    this.#isReady = true;
  }

  override status(): DeviceStatus {
    return { ...super.status(), ready: this.#isReady };
  }

  protected level(): number {
    return this.#done ?? 0;
  }

  protected objection(instruction: Instruction): string | undefined {
    if (instruction.message_type !== "PPBC.ScheduleInstruction") return `${this.id} takes PPBC.ScheduleInstruction`;
    if (this.#done !== undefined) return `${this.id} is running and can't be interrupted`;
    if (instruction.power_profile_id !== this.id) return `${this.id} has no profile "${instruction.power_profile_id}"`;
    return undefined;
  }

  protected run({ slotSeconds }: Surroundings, instruction: Instruction | undefined): SlotResult {
    const mayStart = this.#isReady && (instruction !== undefined || !this.isAwaited());
    if (this.#done === undefined && mayStart) {
      this.#done = 0;
      this.#isReady = false;
    }
    if (this.#done === undefined) return { drawnWh: 0 };
    const profile = slotProfile(this.#appliance, slotSeconds);
    const drawnWh = profile[this.#done] ?? 0;
    this.#done = this.#done + 1 < profile.length ? this.#done + 1 : undefined;
    return { drawnWh };
  }
}

/** A heat pump and its building. By itself it keeps the home half a degree above the band's floor. */
export class RunningHeatPump extends RunningDevice {
  readonly kind = "heatPump";
  readonly controlType = "OPERATION_MODE_BASED_CONTROL";
  readonly #pump: HeatPump;
  #insideC: number;

  constructor(id: string, pump: HeatPump, insideC: number) {
    super(id);
    this.#pump = pump;
    this.#insideC = insideC;
  }

  protected level(): number {
    return this.#insideC;
  }

  protected objection(instruction: Instruction): string | undefined {
    if (instruction.message_type !== "OMBC.Instruction") return `${this.id} takes OMBC.Instruction`;
    return ["heat", "off"].includes(instruction.operation_mode_id) ? undefined : `${this.id} has the modes heat, off`;
  }

  protected run(around: Surroundings, instruction: Instruction | undefined): SlotResult {
    const { outsideC, lowC, highC, slotSeconds } = around;
    const drawnWh = instruction
      ? this.#instructed(instruction, around)
      : thermostatWh(this.#pump, this.#insideC, lowC + 0.5, outsideC, slotSeconds);
    this.#insideC = stepBuilding(this.#pump, this.#insideC, drawnWh, outsideC, slotSeconds);
    const outside = Math.max(0, lowC - this.#insideC, this.#insideC - highC);
    return { drawnWh, missed: (outside * slotSeconds) / 3600 };
  }

  #instructed(instruction: Instruction, around: Surroundings): number {
    if (instruction.message_type !== "OMBC.Instruction" || instruction.operation_mode_id === "off") return 0;
    const { leastPowerW, powerW } = this.#pump;
    return Math.round(energyWh(leastPowerW + instruction.operation_mode_factor * (powerW - leastPowerW), around));
  }
}

/** Panels. By themselves they give all they can. */
export class RunningPv extends RunningDevice {
  readonly kind = "pv";
  readonly #pv: Pv;

  constructor(id: string, pv: Pv) {
    super(id);
    this.#pv = pv;
  }

  get controlType() {
    return this.#pv.curtailable ? "POWER_ENVELOPE_BASED_CONTROL" : "NOT_CONTROLABLE";
  }

  protected level(): number {
    return 0;
  }

  protected objection(instruction: Instruction): string | undefined {
    if (!this.#pv.curtailable) return `${this.id} can't be controlled`;
    return instruction.message_type === "PEBC.Instruction" ? undefined : `${this.id} takes PEBC.Instruction`;
  }

  protected run(around: Surroundings, instruction: Instruction | undefined): SlotResult {
    const most = instruction?.message_type === "PEBC.Instruction" ? limitAt(instruction, around) : Infinity;
    return { drawnWh: -Math.min(around.pvWh, Math.round(energyWh(most, around))) };
  }
}

/** The most that may be produced at the beginning of a slot, W; no limit after the last element. */
function limitAt(
  instruction: Extract<Instruction, { message_type: "PEBC.Instruction" }>,
  around: Surroundings,
): number {
  let end = Date.parse(instruction.execution_time) / 1000;
  for (const { duration, lower_limit } of instruction.power_envelopes[0]!.power_envelope_elements) {
    end += duration / 1000;
    if (around.startSeconds < end) return Math.max(0, -lower_limit);
  }
  return Infinity;
}
