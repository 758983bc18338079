import { MISSING } from "../../data/meterData.ts";
import type { RunningDevice, Surroundings } from "../../devices/running.ts";
import {
  RunningAppliance,
  RunningBattery,
  RunningCar,
  RunningHeatPump,
  RunningPv,
  RunningTank,
} from "../../devices/runningDevices.ts";
import type { Instruction, InstructionStatus } from "../../devices/s2.ts";
import { formatUtc, type Slot, slotStart } from "../../model/slots.ts";
import type { DeviceState } from "../../mqtt/deviceMessages.ts";
import type { HomeConfig } from "../../process/configSchema.ts";
import type { HomeReadings } from "../homeReadings.ts";
import { floorOf, outsideOf, pluggedOf, runsOf, tapsOf, tripsOf, type Window } from "./habits.ts";
import { applianceOf, batteryOf, carOf, pumpOf, pvOf, START, tankOf } from "./owned.ts";

/** Slots whose measurements a state tells. */
const TOLD_SLOTS = 96;

/** What a home's devices would do if they were there: its file's devices and people, slot by slot. For trials. */
export class SimulatedHome {
  readonly name: string;
  readonly slotSeconds: number;
  readonly #config: HomeConfig;
  readonly #readings: HomeReadings;
  readonly #devices: readonly {
    readonly device: RunningDevice;
    readonly meets: (window: Window) => Partial<Surroundings>;
  }[];
  readonly #drawn = new Map<string, number[]>();
  #end: Slot | undefined;

  constructor(config: HomeConfig, readings: HomeReadings) {
    this.name = config.name;
    this.slotSeconds = readings.slotSeconds;
    this.#config = config;
    this.#readings = readings;
    this.#devices = devicesOf(config);
  }

  get ids(): string[] {
    return this.#devices.map(({ device }) => device.id);
  }

  instruct(id: string, instruction: Instruction): InstructionStatus {
    const found = this.#devices.find(({ device }) => device.id === id);
    return found?.device.instruct(instruction) ?? { status: "REJECTED", reason: `there is no device ${id}` };
  }

  /** Whoever gave instructions is gone: every device is its own master. */
  release(): void {
    for (const { device } of this.#devices) device.release();
  }

  /** Lives through the slots that have ended by `now` (unix seconds) and were not lived yet. Gives how many. */
  liveUntil(now: number): number {
    const end = Math.floor(now / this.slotSeconds);
    const from = this.#end ?? end;
    this.#end = end;
    for (let slot = from; slot < end; slot++) this.#live(slot);
    return end - from;
  }

  /** The home's load, then each device, the battery last: it sees what the others leave. */
  #live(slot: Slot): void {
    const { slotSeconds } = this;
    const window = { firstSlot: slot, slotCount: 1, slotSeconds, zone: this.#config.site.zone };
    const view = this.#readings.viewFor(slot, slotStart(slot + 1, slotSeconds));
    const [load, pvWh] = [view.loadWh(slot), view.pvWh(slot)].map((wh) => (wh === MISSING ? 0 : wh)) as [
      number,
      number,
    ];
    let netWh = this.#config.site.pvKw === undefined ? load - pvWh : load;
    for (const { device, meets } of this.#devices) {
      const around = {
        ...NOTHING,
        startSeconds: slotStart(slot, slotSeconds),
        slotSeconds,
        netWh,
        pvWh,
        ...meets(window),
      };
      const drawnWh = device.step(around);
      netWh += drawnWh;
      const drawn = [...(this.#drawn.get(device.id) ?? []), drawnWh];
      this.#drawn.set(device.id, drawn.slice(-TOLD_SLOTS));
    }
  }

  /** What each device says of itself; nothing before it has lived a slot. */
  states(): { readonly id: string; readonly state: DeviceState }[] {
    return this.#devices.flatMap(({ device }) => {
      const drawnWh = this.#drawn.get(device.id);
      if (!drawnWh || this.#end === undefined) return [];
      const { level, ready, control } = device.status();
      const end = formatUtc(slotStart(this.#end, this.slotSeconds));
      const said = {
        schema: "commonwatt-device/1",
        end,
        drawnWh,
        level: Math.round(level * 100) / 100,
        control,
      } as const;
      return [{ id: device.id, state: { ...said, ...(ready !== undefined && { ready }) } }];
    });
  }
}

const NOTHING = { outsideC: 10, tapWh: 0, isPlugged: true, tripWh: 0, lowC: 20, highC: 23 };

function devicesOf({ battery, loadpoints, hotwater, heating, appliances, site }: HomeConfig) {
  const pv = pvOf(site);
  const none = () => ({});
  return [
    ...(pv ? [{ device: new RunningPv("pv", pv), meets: none }] : []),
    ...loadpoints.map((point) => ({
      device: new RunningCar(point.name, carOf(point), START.car(point)),
      meets: (window: Window) => ({
        isPlugged: pluggedOf(point, window)[0]!,
        tripWh: tripsOf(point, window).reduce((sum, { usedWh }) => sum + usedWh, 0),
      }),
    })),
    ...(hotwater
      ? [
          {
            device: new RunningTank("hotwater", tankOf(hotwater), START.tank(hotwater)),
            meets: (window: Window) => ({ tapWh: tapsOf(hotwater, window)[0]! }),
          },
        ]
      : []),
    ...(heating
      ? [
          {
            device: new RunningHeatPump("heating", pumpOf(heating), START.heatPump(heating)),
            meets: (window: Window) => ({
              outsideC: outsideOf(heating, window)[0]!,
              lowC: floorOf(heating, window)[0]!,
              highC: heating.highC,
            }),
          },
        ]
      : []),
    ...appliances.map((config) => {
      const device = new RunningAppliance(config.name, applianceOf(config));
      const meets = (window: Window) => {
        if (runsOf(config, window).some(({ earliest }) => earliest === 0)) device.makeReady();
        return {};
      };
      return { device, meets };
    }),
    ...(battery ? [{ device: new RunningBattery("battery", batteryOf(battery)!), meets: none }] : []),
  ];
}
