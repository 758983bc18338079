import { type Random, randomStream } from "../random/random.ts";

/** The parts of a household's file that describe its devices. */
export type DeviceParts = Readonly<Record<string, unknown>>;

const WORKDAYS = ["mon", "tue", "wed", "thu", "fri"];

/**
 * Devices for a trial home, made up and drawn by a seed: in turn a car, hot water, a heat pump or a battery, and a washer or
 * dishwasher in every home. They come on top of the home's synthetic load.
 */
export function trialDevices(seed: number, index: number, id: string): DeviceParts {
  const random = randomStream(seed, `devices ${id}`);
  const kinds = [car, hotwater, heating, battery] as const;
  return { ...kinds[index % kinds.length]!(random), appliances: [appliance(random)] };
}

function car(random: Random): DeviceParts {
  const leave = `0${random.int(6, 8)}:${random.int(1, 5)}0`;
  const back = `1${random.int(5, 8)}:${random.int(1, 5)}0`;
  const usedWh = 1000 * random.int(5, 12);
  const trips = [{ days: WORKDAYS, leave, back, wantedPercent: 60, usedWh }];
  return { loadpoints: [{ name: "car", capacityWh: 52_000, powerW: 7400, startWh: 25_000, trips }] };
}

function hotwater(random: Random): DeviceParts {
  const litres = random.int(15, 30) * 10;
  const capacityWh = 40 * litres; // from cold to 35 degrees above it, 1.16 Wh per litre and degree
  const taps = [
    { at: "06:45", heatWh: Math.round(capacityWh / 4) },
    { at: "19:30", heatWh: Math.round(capacityWh / 5) },
  ];
  return { hotwater: { capacityWh, powerW: 2000, comfortWh: Math.round(capacityWh / 4), taps } };
}

function heating(random: Random): DeviceParts {
  const lossWPerDegree = 10 * random.int(12, 22);
  const setbacks = [{ from: "22:00", to: "05:30", lowC: 18 }];
  return {
    heating: {
      ...{ leastPowerW: 500, powerW: 2500, lossWPerDegree, heldWhPerDegree: 40 * lossWPerDegree, setbacks },
      ...{ outsideMeanC: 8, outsideSwingC: 5 },
    },
  };
}

function battery(random: Random): DeviceParts {
  const capacityWh = 1000 * random.int(5, 10);
  return { battery: { capacityWh, powerW: capacityWh / 2, wearPerKwh: 0.04, startWh: capacityWh / 2 } };
}

function appliance(random: Random): DeviceParts {
  return random.int(0, 1) === 0
    ? { name: "washer", programme: "washer", days: ["mon", "wed", "sat"], from: "08:00", to: "18:00" }
    : { name: "dishwasher", programme: "dishwasher", from: "19:00", to: "06:00" };
}
