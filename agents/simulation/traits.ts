import type { Battery } from "../devices/devices.ts";
import { type Random, randomStream, shuffled } from "../random/random.ts";
import type { LoadTraits } from "./loadModel.ts";
import { OCCUPANCIES, type Occupancy } from "./occupancy.ts";
import type { Plant } from "./pvModel.ts";

/** What a generated home is equipped with. */
export interface HomeTraits {
  readonly id: string;
  readonly load: LoadTraits;
  readonly connectionW: number;
  readonly appliances: readonly string[];
  readonly plant?: Plant;
  readonly battery?: Battery;
}

/** Shares of all homes, rounded to nearest; batteries only stand where there is PV. */
const PV_SHARE = 0.5;
export const BATTERY_SHARE = 0.2;
const CAR_SHARE = 0.2;
const HEAT_PUMP_SHARE = 0.2;

/** 3 x 25 A and, with a car charger of 11 kW, 3 x 35 A, at 230 V. */
const CONNECTION_W = 17_250;
const CAR_CONNECTION_W = 24_150;

/** The homes h01, h02 ... and their equipment; each share is met exactly, who has what is drawn. */
export function drawTraits(seed: number, homes: number): HomeTraits[] {
  const random = randomStream(seed, "equipment");
  const numbers = Array.from({ length: homes }, (_, i) => i);
  const dealt = (share: number, among: readonly number[]) =>
    new Set(shuffled(among, random).slice(0, Math.round(share * homes)));
  const pv = dealt(PV_SHARE, numbers);
  const battery = dealt(BATTERY_SHARE, [...pv]);
  const car = dealt(CAR_SHARE, numbers);
  const heat = dealt(HEAT_PUMP_SHARE, numbers);
  const width = Math.max(2, `${homes}`.length);
  return numbers.map((i) => {
    const has = { pv: pv.has(i), battery: battery.has(i), car: car.has(i), heat: heat.has(i) };
    return traitsOf(seed, `h${`${i + 1}`.padStart(width, "0")}`, has);
  });
}

interface Has {
  readonly pv: boolean;
  readonly battery: boolean;
  readonly car: boolean;
  readonly heat: boolean;
}

function traitsOf(seed: number, id: string, has: Has): HomeTraits {
  const random = randomStream(seed, `traits ${id}`);
  const load = drawLoad(random, has);
  const plant = drawPlant(random);
  const battery = drawBattery(random);
  const appliances = [`${load.persons} persons, ${load.occupancy}`, has.car ? "car" : "", has.heat ? "heat pump" : ""];
  return {
    ...{ id, load, connectionW: has.car ? CAR_CONNECTION_W : CONNECTION_W },
    appliances: appliances.filter((name) => name !== ""),
    ...(has.pv ? { plant } : {}),
    ...(has.battery ? { battery } : {}),
  };
}

function drawLoad(random: Random, has: Has): LoadTraits {
  const occupancy = OCCUPANCIES[random.int(0, OCCUPANCIES.length - 1)] as Occupancy;
  const persons = occupancy === "family" ? random.int(3, 5) : random.int(1, 2);
  const standbyW = random.int(40, 80) + 20 * persons;
  const carW = random.int(0, 1) === 0 ? 3_700 : 11_000;
  const heatWPerK = random.int(50, 90);
  return { occupancy, persons, standbyW, carW: has.car ? carW : 0, heatWPerK: has.heat ? heatWPerK : 0 };
}

function drawPlant(random: Random): Plant {
  return { peakKw: random.int(30, 95) / 10, azimuthDeg: random.int(100, 260), performance: random.int(76, 86) / 100 };
}

export function drawBattery(random: Random): Battery {
  const capacityWh = 1000 * random.int(5, 10);
  const powerW = capacityWh / 2;
  return {
    capacityWh,
    powerW,
    chargePermille: 950,
    dischargePermille: 950,
    wearMicroPerKwh: 40_000,
    startWh: capacityWh / 2,
  };
}
