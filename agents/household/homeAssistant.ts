/** What a home shows in Home Assistant: one device, found by itself, with a sensor per fact. */

/** A sensor of the device: its state is a field of the JSON on a topic. */
interface Sensor {
  readonly name: string;
  readonly topic: string;
  readonly field: string;
  readonly unit?: string;
  readonly deviceClass?: string;
  readonly stateClass?: string;
  readonly attributes?: boolean;
  readonly icon?: string;
}

/** `energy` registers only ever rise: Home Assistant takes their differences. */
const energy = (name: string, field: string): Sensor => ({
  ...{ name, topic: "energy", field, unit: "Wh", deviceClass: "energy", stateClass: "total_increasing" },
});

const sensorsFor = (currency: string, battery: boolean): Record<string, Sensor> => ({
  plan: { name: "Plan", topic: "plan", field: "now", attributes: true, icon: "mdi:clipboard-text-clock" },
  next_slots: {
    name: "Next slots",
    topic: "slots",
    field: "traded",
    unit: "Wh",
    attributes: true,
    icon: "mdi:handshake",
  },
  price: { name: "Price now", topic: "prices", field: "now", unit: `${currency}/kWh`, attributes: true },
  bill: {
    name: "Balance",
    topic: "bill",
    field: "balance",
    unit: currency,
    deviceClass: "monetary",
    stateClass: "total",
  },
  locked: { name: "Locked", topic: "bill", field: "locked", unit: currency, deviceClass: "monetary" },
  import: energy("Energy drawn", "importWh"),
  export: energy("Energy fed in", "exportWh"),
  ...(battery && {
    battery: {
      ...{ name: "Battery", topic: "battery", field: "percent", unit: "%", deviceClass: "battery" },
      ...{ stateClass: "measurement", attributes: true },
    },
  }),
});

/** What is shown of each device, and what people can decide for it: rest for two hours, or leave it to the plan again. */
function deviceParts(base: string, name: string, id: string): [string, object][] {
  const topic = `${base}/devices/${id}`;
  const part = (key: string, parts: object): [string, object] => [
    `${id}_${key}`,
    { unique_id: `commonwatt_${name}_${id}_${key}`, ...parts },
  ];
  const level = {
    ...{ p: "sensor", name: `${id} level`, state_topic: `${topic}/state`, icon: "mdi:gauge" },
    ...{ value_template: "{{ value_json.level }}", json_attributes_topic: `${topic}/state` },
  };
  const button = (label: string, payload: string) => ({
    ...{ p: "button", name: `${id} ${label}`, command_topic: `${topic}/set`, payload_press: payload },
  });
  return id === "pv"
    ? []
    : [
        part("level", level),
        part("rest", button("rest for 2 hours", '{"powerW":0,"hours":2}')),
        part("plan", button("as planned", '{"clear":true}')),
      ];
}

/** The switch that stops steering: devices are left to their own control. */
const steering = (base: string, name: string) => ({
  ...{ p: "switch", name: "Steer devices", unique_id: `commonwatt_${name}_steer`, icon: "mdi:home-lightning-bolt" },
  ...{
    state_topic: `${base}/steering`,
    value_template: "{{ value_json.steer }}",
    state_on: "True",
    state_off: "False",
  },
  ...{ command_topic: `${base}/steering/set`, payload_on: '{"steer":true}', payload_off: '{"steer":false}' },
});

/** What the discovery of a home is made of. */
export interface HomeDevice {
  /** Name of the process. */
  readonly name: string;
  readonly title: string;
  /** Topic below which the home's state is, such as `commonwatt/homes/h01`. */
  readonly base: string;
  /** Topic of the last will. */
  readonly status: string;
  readonly currency: string;
  readonly battery: boolean;
  readonly version: string;
  /** Names of the devices that its energy manager steers; none without one. */
  readonly devices?: readonly string[];
}

/** The topic of a home's discovery below Home Assistant's prefix. */
export const discoveryTopic = (prefix: string, name: string): string => `${prefix}/device/commonwatt_${name}/config`;

/** The discovery message of a home's device (Home Assistant 2024.11 and later). */
export function discoveryOf(home: HomeDevice): object {
  const { name, title, base, status, currency, battery, version, devices } = home;
  const components = Object.entries(sensorsFor(currency, battery)).map(([key, sensor]) => [
    key,
    {
      p: "sensor",
      name: sensor.name,
      unique_id: `commonwatt_${name}_${key}`,
      state_topic: `${base}/${sensor.topic}`,
      value_template: `{{ value_json.${sensor.field} }}`,
      ...(sensor.unit && { unit_of_measurement: sensor.unit }),
      ...(sensor.deviceClass && { device_class: sensor.deviceClass }),
      ...(sensor.stateClass && { state_class: sensor.stateClass }),
      ...(sensor.icon && { icon: sensor.icon }),
      ...(sensor.attributes && { json_attributes_topic: `${base}/${sensor.topic}` }),
    },
  ]);
  const trade = {
    ...{ p: "switch", name: "Trade", unique_id: `commonwatt_${name}_trade`, icon: "mdi:swap-horizontal" },
    ...{
      state_topic: `${base}/market`,
      value_template: "{{ value_json.trade }}",
      state_on: "True",
      state_off: "False",
    },
    ...{ command_topic: `${base}/market/set`, payload_on: '{"trade":true}', payload_off: '{"trade":false}' },
  };
  return {
    dev: { ids: `commonwatt_${name}`, name: title, mf: "Commonwatt", mdl: "household", sw: version },
    o: { name: "commonwatt", sw: version },
    avty: [{ t: status, pl_avail: "online", pl_not_avail: "offline" }],
    cmps: {
      ...Object.fromEntries(components),
      trade,
      ...(devices && { steer: steering(base, name) }),
      ...Object.fromEntries(devices?.flatMap((id) => deviceParts(base, name, id)) ?? []),
    },
  };
}
