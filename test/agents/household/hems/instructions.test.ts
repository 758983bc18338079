import { expect, it } from "vitest";
import type { Surroundings } from "../../../../agents/devices/running.ts";
import {
  RunningAppliance,
  RunningBattery,
  RunningCar,
  RunningHeatPump,
} from "../../../../agents/devices/runningDevices.ts";
import { instructionSchema } from "../../../../agents/devices/s2.ts";
import { instructionsFor } from "../../../../agents/household/hems/instructions.ts";
import type { Task } from "../../../../agents/household/hems/problem.ts";
import { schedule } from "../../../../agents/household/hems/schedule.ts";
import { wholeDay } from "./problems.ts";

function running(task: Task) {
  switch (task.kind) {
    case "battery":
      return new RunningBattery(task.id, task.battery, task.storedWh);
    case "car":
      return new RunningCar(task.id, task.car, task.storedWh);
    case "heatPump":
      return new RunningHeatPump(task.id, task.pump, task.insideC);
    case "appliance": {
      const washer = new RunningAppliance(task.id, task.appliance);
      washer.makeReady();
      return washer;
    }
    case "tank":
    case "budget":
      throw new Error(`no ${task.kind} in this day`);
  }
}

it("devices that are told a schedule slot by slot live through it, off by a Wh of rounding per slot at most, and end where it says", () => {
  const problem = wholeDay();
  const planned = schedule(problem);
  const devices = problem.tasks.map(running);
  const first = planned.devices.find(({ id }) => id === "washer")!.drawnWh.findIndex((wh) => wh > 0);
  for (let t = 0; t < problem.slotCount; t++) {
    for (const { device, instruction } of instructionsFor(problem, planned, t))
      expect(devices.find(({ id }) => id === device)!.instruct(instructionSchema.parse(instruction))).toEqual({
        status: "ACCEPTED",
      });
    for (const [i, device] of devices.entries()) {
      if (device.kind === "appliance" && t < first) continue; // people make it ready when it should start
      const task = problem.tasks[i]!;
      const around: Surroundings = {
        ...{ startSeconds: t * 900, slotSeconds: 900, netWh: 0, tapWh: 0, pvWh: 0, lowC: 18, highC: 23 },
        outsideC: task.kind === "heatPump" ? task.outsideC[t]! : 0,
        isPlugged: task.kind !== "car" || task.plugged[t]!,
        tripWh: task.kind === "car" && t === 30 ? 9000 : 0,
      };
      expect(Math.abs(device.step(around) - planned.devices[i]!.drawnWh[t]!)).toBeLessThanOrEqual(1 + t);
    }
  }
  devices.forEach((device, i) => {
    const level = planned.devices[i]!.level.at(-1);
    if (level !== undefined)
      expect(Math.abs(device.status().level - level)).toBeLessThan(device.kind === "heatPump" ? 0.05 : 96);
    expect(device.status().missed).toBeLessThan(0.5);
  });
});
