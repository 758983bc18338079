import { z } from "zod";
import { clock, days, number, text, whole } from "./fields.ts";

/** What a home's file may say of its devices and its plan. Energy in Wh, power in W, shares in thousandths. */

const deviceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/)
  .meta({ description: "name of the device, each its own: up to 32 lower-case letters, digits, - and _" });
const wh = (description: string) => whole(`${description}, whole Wh`, 0, 1_000_000_000);
const watts = (description: string) => whole(`${description}, whole W`, 1, 1_000_000_000);

const startsWithin = ({ startWh = 0, capacityWh }: { startWh?: number | undefined; capacityWh: number }) =>
  startWh <= capacityWh;

export const battery = z
  .strictObject({
    capacityWh: whole("what it stores, whole Wh", 1, 1_000_000_000),
    powerW: watts("highest power either way"),
    chargePermille: whole("of 1,000 Wh put in, so many are stored", 1, 1000).default(950),
    dischargePermille: whole("of 1,000 Wh stored, so many come out", 1, 1000).default(950),
    wearPerKwh: number("wear of a kWh taken out, in the tariff's currency", 0, 10).default(0),
    startWh: wh("what it stores at the start, not more than capacityWh").default(0),
  })
  .refine(startsWithin, { path: ["startWh"], error: "more than capacityWh" })
  .meta({ description: "the home battery: capacityWh, powerW, …" });

const trip = z
  .strictObject({
    days,
    leave: clock("when the car leaves"),
    back: clock("when it is back; the next day where it is not later than leave"),
    wantedPercent: number("how full it should be when it leaves, percent", 0, 100).default(80),
    usedWh: wh("what the trip takes from its battery").default(0),
  })
  .meta({ description: "a trip that comes again each week: days, leave, back, wantedPercent, usedWh" });

const loadpoint = z
  .strictObject({
    name: deviceName.default("car"),
    capacityWh: whole("what the car's battery stores, whole Wh", 1, 1_000_000_000),
    powerW: watts("highest power of the charging point"),
    chargePermille: whole("of 1,000 Wh put in, so many are stored", 1, 1000).default(900),
    startWh: wh("what it stores until it says itself, not more than capacityWh").optional(),
    trips: z.array(trip).default([]).meta({ description: "when the car is away: a list of trips" }),
  })
  .refine(startsWithin, { path: ["startWh"], error: "more than capacityWh" })
  .meta({ description: "a charging point and its car: name, capacityWh, powerW, trips …" });

const tap = z
  .strictObject({ days, at: clock("when hot water is drawn"), heatWh: wh("how much heat") })
  .meta({ description: "hot water that is drawn each week: days, at, heatWh" });

const hotwater = z
  .strictObject({
    capacityWh: whole("heat between cold and as hot as its thermostat allows, whole Wh", 1, 1_000_000_000),
    powerW: watts("electric power of the heater"),
    heatPermille: whole("heat from 1,000 Wh of electricity: 1000 for a rod, 2500 for a heat pump", 1, 10_000).default(
      1000,
    ),
    lossPermillePerHour: whole("of 1,000 Wh of heat, so many are lost in an hour", 0, 999).default(10),
    comfortWh: wh("heat below which the water is too cold, not more than capacityWh"),
    startWh: wh("heat that it holds until it says itself, not more than capacityWh").optional(),
    taps: z.array(tap).default([]).meta({ description: "when hot water is drawn: a list of taps" }),
  })
  .refine(({ comfortWh, capacityWh }) => comfortWh <= capacityWh, {
    path: ["comfortWh"],
    error: "more than capacityWh",
  })
  .refine(startsWithin, { path: ["startWh"], error: "more than capacityWh" })
  .meta({ description: "the hot-water tank: capacityWh, powerW, comfortWh, taps …" });

const degrees = (description: string) => number(`${description}, degrees Celsius`, -50, 60);
const setback = z
  .strictObject({ days, from: clock("from when"), to: clock("until when"), lowC: degrees("the band's floor then") })
  .meta({
    description: "hours at which it may be colder, for nobody is there or all are asleep: days, from, to, lowC",
  });

const heating = z
  .strictObject({
    leastPowerW: whole("electric power below which it is off, whole W, not more than powerW", 0, 1_000_000_000).default(
      0,
    ),
    powerW: watts("highest electric power"),
    heatPermille: whole("heat from 1,000 Wh of electricity at 0 degrees outside", 1, 10_000).default(3200),
    heatPermillePerDegree: whole("how much that rises per degree outside", 0, 1000).default(80),
    lossWPerDegree: watts("heat that the building loses per degree of difference to the outside"),
    heldWhPerDegree: whole("heat that the building holds per degree, whole Wh", 1, 10_000_000),
    lowC: degrees("the floor of the band in which people are comfortable").default(20),
    highC: degrees("its ceiling, above lowC").default(23),
    startC: degrees("inside until it says itself").optional(),
    outsideMeanC: degrees("mean outside temperature of a day").default(5),
    outsideSwingC: number("how far it swings either way over the day, warmest at 15:00", 0, 40).default(4),
    setbacks: z
      .array(setback)
      .default([])
      .meta({ description: "when it may be colder: a list of days, from, to, lowC" }),
  })
  .refine(({ lowC, highC }) => lowC < highC, { path: ["highC"], error: "not above lowC" })
  .refine(({ leastPowerW, powerW }) => leastPowerW <= powerW, { path: ["leastPowerW"], error: "more than powerW" })
  .meta({ description: "the heat pump and its building: powerW, lossWPerDegree, heldWhPerDegree, lowC, highC …" });

const appliance = z
  .strictObject({
    name: deviceName,
    programme: z
      .enum(["washer", "dryer", "dishwasher"])
      .meta({ description: "what it is: washer, dryer or dishwasher" }),
    profileWh: z
      .array(whole("Wh of a span", 0, 100_000))
      .min(1)
      .max(96)
      .optional()
      .meta({ description: "its programme, whole Wh per span of spanMinutes; a usual one where left out" }),
    spanMinutes: whole("length of the profile's spans, minutes", 1, 240).default(15),
    days,
    from: clock("from when it may run, for it is filled then"),
    to: clock("when it must be over; the next day where it is not later than from"),
  })
  .meta({ description: "an appliance whose programme runs once on each of its days: name, programme, days, from, to" });

const utc = (description: string) =>
  z.iso.datetime().meta({ description: `${description}, UTC, such as "2026-05-19T10:00:00Z"` });

const override = z
  .strictObject({
    device: text("name of the device: battery, hotwater, heating, or that of a loadpoint or appliance"),
    from: utc("from when"),
    to: utc("until when"),
    powerW: number("what it draws then, W; negative gives; 0 rests; an appliance starts at `from`", -1e9, 1e9).default(
      0,
    ),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ["to"], error: "not after from" })
  .meta({ description: "what people decide themselves: device, from, to, powerW" });

const plan = z
  .strictObject({
    hours: whole("hours that a plan looks ahead", 1, 72).default(24),
    everySeconds: number("seconds between plans; overrides are planned at once", 1, 86_400).default(900),
    leastGain: number(
      "what a new plan must save before the one before is given up, in the tariff's currency",
      0,
      1000,
    ).default(0.02),
    steer: z.boolean().default(true).meta({ description: "false: plans are made and shown, devices are told nothing" }),
  })
  .meta({ description: "the energy manager; none without it: hours, everySeconds, leastGain, steer" });

/** The parts of a household's file that make its plan. */
export const deviceFields = {
  battery: battery.optional(),
  loadpoints: z.array(loadpoint).default([]).meta({ description: "charging points and their cars: a list" }),
  hotwater: hotwater.optional(),
  heating: heating.optional(),
  appliances: z.array(appliance).default([]).meta({ description: "appliances whose start can be chosen: a list" }),
  overrides: z.array(override).default([]).meta({ description: "what people decide themselves: a list" }),
  plan: plan.optional(),
};

const devices = z.object(deviceFields);
export type DevicesConfig = z.infer<typeof devices>;
export type LoadpointConfig = DevicesConfig["loadpoints"][number];
export type HotwaterConfig = NonNullable<DevicesConfig["hotwater"]>;
export type HeatingConfig = NonNullable<DevicesConfig["heating"]>;
export type ApplianceConfig = DevicesConfig["appliances"][number];

/** Names of a home's devices, with where in the file each stands. Assumes a file of the right shape. */
export function deviceNames({ battery, loadpoints, hotwater, heating, appliances }: DevicesConfig) {
  return [
    ...(battery ? [{ name: "battery", path: ["battery"] }] : []),
    ...(hotwater ? [{ name: "hotwater", path: ["hotwater"] }] : []),
    ...(heating ? [{ name: "heating", path: ["heating"] }] : []),
    ...loadpoints.map(({ name }, i) => ({ name, path: ["loadpoints", i, "name"] })),
    ...appliances.map(({ name }, i) => ({ name, path: ["appliances", i, "name"] })),
    { name: "pv", path: ["site", "pvKw"] },
  ];
}

/** What is wrong between devices: two of one name, an override of none. */
export function checkDevices(config: DevicesConfig, issue: (path: (string | number)[], message: string) => void): void {
  const known = new Set<string>();
  for (const { name, path } of deviceNames(config)) {
    if (known.has(name)) issue(path, `there are two devices "${name}"`);
    known.add(name);
  }
  const others = [...known].filter((name) => name !== "pv");
  config.overrides.forEach(({ device }, i) => {
    if (!others.includes(device)) issue(["overrides", i, "device"], `the home has ${others.join(", ") || "no device"}`);
  });
}
