import { type FlexibleLoad, type FlexibleUse, packetised } from "../commons/flexible.ts";
import type { World } from "../commons/run.ts";
import { type Expected, pooled, type StoreUnit } from "../commons/stores.ts";
import { HistoryView } from "../data/historyView.ts";
import { homeOf, type MeterData, MISSING } from "../data/meterData.ts";
import { slotWh, storageOf } from "../devices/battery.ts";
import type { Battery } from "../devices/devices.ts";
import { availableFrom, type Storage, stepStorage } from "../devices/storage.ts";
import type { Forecasters } from "../forecast/net.ts";
import { storedAtCut } from "../household/battery.ts";
import { NO_STORE, type Stores } from "../model/commonsEnergy.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot, SlotRange } from "../model/slots.ts";
import type { Community } from "./community.ts";

/** What of each home is flexible, and what is left of its readings. */
export interface SplitCommunity {
  /** Readings of the base load; PV as it was. */
  readonly base: MeterData;
  /** By home, as in the community: loads whose window lies within the slots asked for. */
  readonly loads: readonly (readonly FlexibleLoad[])[];
}

/**
 * Takes flexible loads out of the readings, over all of the history, so that forecasts of the base load are of the base load.
 * Uses that don't lie in `range` leave the history only.
 */
export function split(
  { data, homes }: Community,
  uses: readonly (readonly FlexibleUse[])[],
  packetWh: number,
  range: SlotRange,
): SplitCommunity {
  const end = range.firstSlot + range.slotCount;
  const loads = uses.map((own) => own.flatMap((use) => packetised(use, packetWh) ?? []));
  const base = homes.map(({ id }, i) => {
    const meter = homeOf(data, id);
    const loadWh = Int32Array.from(meter.loadWh);
    for (const { use, movedWh } of loads[i]!)
      for (const [t, wh] of movedWh.entries()) loadWh[use.firstSlot + t - data.firstSlot]! -= wh;
    return { ...meter, loadWh };
  });
  const inside = ({ use }: FlexibleLoad) => use.earliest >= range.firstSlot && use.deadline <= end;
  return { base: { ...data, homes: base }, loads: loads.map((own) => own.filter(inside)) };
}

/** What a home's meter saw, and its battery did, by slot of the run; Wh. */
export interface HomeFlows {
  readonly importWh: Int32Array;
  readonly exportWh: Int32Array;
  /** Discharge positive, charge negative. */
  readonly batteryWh: Int32Array;
  /** What its flexible loads drew. */
  readonly flexibleWh: Int32Array;
}

/** How wrong a forecast is made to be: the source in thousandths of what the forecasters say. */
export interface WorldOptions extends SlotRange {
  readonly packetWh: number;
  readonly forecasters: Forecasters;
  readonly sourcePermille?: number;
  /** Slots ahead that anyone looks. */
  readonly aheadSlots: number;
}

interface Unit {
  readonly home: number;
  readonly battery: Battery;
  readonly storage: Storage;
  storedWh: number;
}

/**
 * The homes as they live in a commons: base load and PV come as measured, flexible loads as they are given, and all
 * batteries together take what the community has too much of and give what it lacks, as far as they can: in turn, a
 * slot each first.
 */
export class CommonsWorld implements World {
  readonly flows: readonly HomeFlows[];
  readonly #base: MeterData;
  readonly #ids: readonly string[];
  readonly #units: readonly Unit[];
  readonly #options: WorldOptions;
  readonly #nets = new Map<Slot, readonly Int32Array[]>();

  constructor(community: Community, base: MeterData, options: WorldOptions) {
    [this.#base, this.#options, this.#ids] = [base, options, community.homes.map(({ id }) => id)];
    this.#units = community.homes.flatMap(({ id, battery }, home) => {
      if (!battery) return [];
      const midnight = new HistoryView(community.data, id, options.firstSlot * community.data.slotSeconds);
      const storage = storageOf(battery, community.data.slotSeconds);
      return [{ home, battery, storage, storedWh: storedAtCut(midnight, battery) }];
    });
    const series = () => new Int32Array(options.slotCount);
    this.flows = community.homes.map(() => ({
      ...{ importWh: series(), exportWh: series(), batteryWh: series(), flexibleWh: series() },
    }));
  }

  expected(at: Slot): Expected[] {
    const { packetWh, sourcePermille = 1000 } = this.#options;
    const nets = this.#expectedNets(at);
    return Array.from(nets[0] ?? [], (_, t) => {
      const [surplus, lack] = sides(nets.map((net) => net[t]!));
      return {
        source: Math.floor((surplus * sourcePermille) / 1000 / packetWh),
        baseload: Math.ceil(lack / packetWh),
      };
    });
  }

  /** Packets of its own surplus that a home expects in a slot, by what it knows when `at` begins. */
  ownSurplus(member: number, at: Slot, slot: Slot): Packets {
    const { packetWh, sourcePermille = 1000 } = this.#options;
    const net = this.#expectedNets(at)[member - 1]?.[slot - at] ?? 0;
    return Math.floor((Math.max(0, -net) * sourcePermille) / 1000 / packetWh);
  }

  stores(): Stores {
    const { packetWh } = this.#options;
    const slotSeconds = this.#base.slotSeconds;
    if (this.#units.length === 0) return { buffer: NO_STORE, cache: NO_STORE };
    const units = this.#units.map(({ battery, storage, storedWh }): StoreUnit => {
      const { capacityWh, chargePermille, dischargePermille, powerW } = battery;
      const whole = { ...storage, mostOut: capacityWh };
      const power = Math.floor(slotWh(powerW, slotSeconds) / packetWh);
      return {
        capacity: Math.floor(availableFrom(whole, capacityWh) / packetWh),
        stored: Math.floor(availableFrom(whole, storedWh) / packetWh),
        ...{ chargeLimit: power, dischargeLimit: power },
        efficiency: Math.max(1, Math.floor((chargePermille * dischargePermille) / 1000)),
      };
    });
    return { buffer: pooled(units), cache: NO_STORE };
  }

  surplus(member: number, slot: Slot): Packets {
    return Math.floor(Math.max(0, -this.#netWh(member - 1, slot)) / this.#options.packetWh);
  }

  pass(slot: Slot, taken: ReadonlyMap<number, Packets>): void {
    const t = slot - this.#options.firstSlot;
    const netWh = this.flows.map((flows, i) => {
      flows.flexibleWh[t] = (taken.get(i + 1) ?? 0) * this.#options.packetWh;
      return this.#netWh(i, slot) + flows.flexibleWh[t]!;
    });
    this.#runBatteries(
      t,
      netWh.reduce((sum, wh) => sum + wh, 0),
    );
    for (const [i, flows] of this.flows.entries()) {
      const gridWh = netWh[i]! - flows.batteryWh[t]!;
      flows.importWh[t] = Math.max(0, gridWh);
      flows.exportWh[t] = Math.max(0, -gridWh);
    }
  }

  /** Follows the community's meter: surplus in, lack out; which battery is first goes round. */
  #runBatteries(t: number, communityWh: number): void {
    let left = communityWh;
    for (let k = 0; k < this.#units.length; k++) {
      const unit = this.#units[(t + k) % this.#units.length]!;
      const { out, stored } = stepStorage(unit.storage, unit.storedWh, left);
      unit.storedWh = stored;
      this.flows[unit.home]!.batteryWh[t] = out;
      left -= out;
    }
  }

  /** Base load less PV of a slot, as measured. A missing reading counts as 0. */
  #netWh(home: number, slot: Slot): number {
    const { loadWh, pvWh } = homeOf(this.#base, this.#ids[home]!);
    const known = (series: Int32Array) => Math.max(0, series[slot - this.#base.firstSlot] ?? MISSING);
    return known(loadWh) - known(pvWh);
  }

  /** Base load less PV as each home expects it when `at` begins, from `at` to the end of the run. */
  #expectedNets(at: Slot): readonly Int32Array[] {
    const known = this.#nets.get(at);
    if (known) return known;
    const { firstSlot, slotCount, forecasters, aheadSlots } = this.#options;
    const window = { firstSlot: at, slotCount: Math.max(0, Math.min(aheadSlots, firstSlot + slotCount - at)) };
    const nets = this.#ids.map((id) => {
      const view = new HistoryView(this.#base, id, at * this.#base.slotSeconds);
      const load = forecasters.load.forecast(view, window);
      const pv = forecasters.pv.forecast(view, window);
      return load.p50.map((wh, i) => wh - pv.p50[i]!);
    });
    this.#nets.clear();
    this.#nets.set(at, nets);
    return nets;
  }
}

/** What homes have too much and too little of, together. */
function sides(nets: readonly number[]): [surplus: number, lack: number] {
  return [nets.reduce((sum, wh) => sum + Math.max(0, -wh), 0), nets.reduce((sum, wh) => sum + Math.max(0, wh), 0)];
}
