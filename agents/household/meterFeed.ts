import type { Battery } from "../devices/devices.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import type { Bus } from "../mqtt/bus.ts";
import { readingsTopic } from "../mqtt/messages.ts";
import type { Store } from "../store/store.ts";

import type { HomeReadings } from "./homeReadings.ts";
import { sumsOf } from "./homeState.ts";
import { type MeteredDevices, meterSeries } from "./meter.ts";

/** UTC days whose readings stay published: the DSO may have been away for so long. */
const KEPT_DAYS = 4;
/** Rounds between two in which all kept days are published. */
const ALL_EVERY = 16;
const REGISTERS = "registers";

interface Registers {
  /** UTC days that the sums hold, up to and without. */
  readonly upToDay: number;
  readonly importWh: number;
  readonly exportWh: number;
}

/** Publishes what a home's meter says, a topic for each UTC day, and keeps its registers. */
export class MeterFeed {
  readonly #readings: HomeReadings;
  readonly #battery: Battery | undefined;
  readonly #member: number;
  readonly #store: Store;
  readonly #devices: MeteredDevices | undefined;
  #oldest = 0;
  #slot = 0;
  #rounds = 0;
  /** Wh at the end of the last slot; null without a battery. */
  storedWh: number | null = null;

  constructor(
    readings: HomeReadings,
    battery: Battery | undefined,
    member: number,
    store: Store,
    devices?: MeteredDevices,
  ) {
    this.#readings = readings;
    this.#battery = battery;
    this.#member = member;
    this.#store = store;
    this.#devices = devices;
  }

  /**
   * Publishes what is known at `now` (unix seconds): at each new slot the day's readings, and now and then those of the
   * days before, for readings may come late.
   */
  publish(bus: Bus | undefined, now: number): void {
    const slot = Math.floor(now / this.#readings.slotSeconds);
    if (slot === this.#slot) return;
    this.#slot = slot;
    const all = this.#rounds++ % ALL_EVERY === 0;
    const today = Math.floor(now / DAY_SECONDS);
    const oldest = today - KEPT_DAYS + 1;
    for (let utcDay = oldest; utcDay <= today; utcDay++) {
      // What devices drew in a day's last slots is heard after its end.
      const isNew = this.#oldest === 0 || utcDay >= today - 1;
      if (!isNew && !all) continue;
      const series = this.#seriesOf(utcDay, now);
      if (utcDay === today) this.storedWh = series.storedWh ?? this.storedWh;
      const { firstSlot, importWh, exportWh } = series;
      const message = { schema: "commonwatt-readings/1", firstSlot, importWh, exportWh } as const;
      bus?.setState(readingsTopic(this.#member, utcDay), message);
    }
    for (let old = this.#oldest; this.#oldest > 0 && old < oldest; old++)
      bus?.clearState(readingsTopic(this.#member, old));
    this.#oldest = oldest;
  }

  /** Cumulative Wh since the first day that was seen; they only ever rise. */
  registers(now: number): { importWh: number; exportWh: number } {
    const today = Math.floor(now / DAY_SECONDS);
    let kept = this.#store.get<Registers>(REGISTERS, "meter") ?? { upToDay: today, importWh: 0, exportWh: 0 };
    for (let utcDay = kept.upToDay; utcDay < today; utcDay++) {
      const { importWh, exportWh } = sumsOf(this.#seriesOf(utcDay, now));
      kept = { upToDay: utcDay + 1, importWh: kept.importWh + importWh, exportWh: kept.exportWh + exportWh };
      this.#store.set(REGISTERS, "meter", kept);
    }
    const { importWh, exportWh } = sumsOf(this.#seriesOf(today, now));
    return { importWh: kept.importWh + importWh, exportWh: kept.exportWh + exportWh };
  }

  #seriesOf(utcDay: number, now: number) {
    const perDay = DAY_SECONDS / this.#readings.slotSeconds;
    return meterSeries(this.#readings, this.#battery, utcDay * perDay, perDay, now, this.#devices);
  }
}
