import { expect, it } from "vitest";
import { discoveryOf, discoveryTopic } from "../../../agents/household/homeAssistant.ts";
import { overrideCommand } from "../../../agents/mqtt/deviceMessages.ts";

const device = {
  ...{ name: "h01", title: "Number 7", base: "commonwatt/homes/h01", status: "commonwatt/agents/h01/status" },
  ...{ currency: "EUR", battery: true, version: "0.1.0" },
};
type Component = Record<string, string>;
const components = (battery: boolean) =>
  (discoveryOf({ ...device, battery }) as { cmps: Record<string, Component> }).cmps;

it("a home appears as one device with what its people want to see, each with an id of its own", () => {
  expect(discoveryTopic("homeassistant", "h01")).toBe("homeassistant/device/commonwatt_h01/config");
  const found = components(true);
  for (const wanted of ["plan", "next_slots", "price", "bill", "battery", "import", "export", "trade"])
    expect(found).toHaveProperty(wanted);
  const ids = Object.values(found).map(({ unique_id }) => unique_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(components(false)).not.toHaveProperty("battery");
});

it("energy is a register that only rises, in Wh", () => {
  for (const name of ["import", "export"])
    expect(components(true)[name]).toMatchObject({
      ...{ device_class: "energy", state_class: "total_increasing", unit_of_measurement: "Wh" },
    });
});

it("the device is there as long as the last will has not spoken", () => {
  expect(discoveryOf(device)).toMatchObject({ avty: [{ t: device.status, pl_not_avail: "offline" }] });
});

it("a home with an energy manager shows each device, and people can let it rest, leave it to the plan, or stop all steering", () => {
  const { cmps } = discoveryOf({ ...device, devices: ["battery", "car", "pv"] }) as { cmps: Record<string, Component> };
  for (const id of ["battery", "car"]) {
    expect(cmps[`${id}_level`]!.state_topic).toBe(`commonwatt/homes/h01/devices/${id}/state`);
    for (const part of [`${id}_rest`, `${id}_plan`]) {
      expect(cmps[part]!.command_topic).toBe(`commonwatt/homes/h01/devices/${id}/set`);
      expect(overrideCommand.safeParse(JSON.parse(cmps[part]!.payload_press!)).success).toBe(true);
    }
  }
  expect(Object.keys(cmps).filter((key) => key.startsWith("pv_"))).toEqual([]);
  expect(cmps.steer!.command_topic).toBe("commonwatt/homes/h01/steering/set");
  const ids = Object.values(cmps).map(({ unique_id }) => unique_id);
  expect(new Set(ids).size).toBe(ids.length);
});
