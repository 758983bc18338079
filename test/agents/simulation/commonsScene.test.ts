import { describe, expect, it } from "vitest";
import { homeOf } from "../../../agents/data/meterData.ts";
import { beyondOf } from "../../../agents/simulation/commonsPromises.ts";
import { liveScene, sceneOf } from "../../../agents/simulation/commonsScene.ts";
import { DEFAULT_VOTE } from "../../../agents/simulation/commonsSettings.ts";
import { flexibleUses } from "../../../agents/simulation/flexibleUses.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { SEED } from "../../helpers/seed.ts";

const community = generateCommunity({ homes: 10, seed: SEED, historyDays: 21, slotSeconds: 1800 });
const { day, data, homes } = community;
const uses = flexibleUses(community);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const start = day.firstSlot - data.firstSlot;
const ofDay = (series: Int32Array) => series.subarray(start, start + day.slotCount);

describe(`a community as a commons, by the rules alone (seed ${SEED})`, async () => {
  const scene = sceneOf(community, day, { packetWh: 10, vote: DEFAULT_VOTE, uses });
  const run = await liveScene(scene, SEED);
  const { flows } = scene.world;
  const closed = run.outcomes.flatMap((outcome) => outcome.closed);

  it("takes flexible loads out of the readings and gives them back, to the Wh", () => {
    for (const [i, { id }] of homes.entries()) {
      const missed = sum(run.homes[i]!.clients.map((client) => client.missed));
      const asked = sum(scene.loads[i]!.map(({ spec }) => spec.packets));
      expect(sum(flows[i]!.flexibleWh)).toBe(10 * (asked - missed));
      const moved = sum(scene.loads[i]!.flatMap(({ movedWh }) => movedWh));
      expect(moved).toBe(10 * asked);
      const { loadWh, pvWh } = homeOf(data, id);
      const netWh =
        sum(ofDay(loadWh)) - moved + sum(flows[i]!.flexibleWh) - sum(ofDay(pvWh)) - sum(flows[i]!.batteryWh);
      expect(sum(flows[i]!.importWh) - sum(flows[i]!.exportWh)).toBe(netWh);
    }
  });

  it("no load runs outside its window, and no block is broken", () => {
    for (const { slot, grants } of run.outcomes)
      for (const { cell, packets } of grants) {
        if (packets > 0) expect(slot >= cell.earliest && slot < cell.deadline).toBe(true);
        if (packets > 0 && cell.block) expect(packets).toBe(cell.perSlot);
      }
  });

  it("COMMONS-4 every promise is kept, and the allowance and the feeder bound what was planned", () => {
    expect(closed.length).toBeGreaterThan(5);
    for (const { ending, notTaken } of closed) expect([ending, notTaken]).toEqual(["kept", 0]);
    for (const { balance } of run.outcomes)
      expect(balance.served + balance.charged).toBeLessThanOrEqual(scene.terms.feederLimit);
    for (const forecast of run.forecasts) expect(forecast.import).toBeLessThanOrEqual(scene.rules.importAllowance);
  });

  it("all batteries together only take what there is too much of, and only give what is lacking", () => {
    for (let t = 0; t < day.slotCount; t++) {
      const batteryWh = sum(flows.map((flow) => flow.batteryWh[t]!));
      const gridWh = sum(flows.map((flow) => flow.importWh[t]! - flow.exportWh[t]!));
      if (batteryWh > 0) expect(gridWh).toBeGreaterThanOrEqual(0);
      if (batteryWh < 0) expect(gridWh).toBeLessThanOrEqual(0);
    }
  });

  it("with the same seed it is lived the same", async () => {
    const again = sceneOf(community, day, { packetWh: 10, vote: DEFAULT_VOTE, uses });
    await liveScene(again, SEED);
    expect(again.world.flows).toEqual(flows);
  });

  it("uses of a home never take more out of a slot than its meter saw", () => {
    for (const [i, own] of uses.entries()) {
      const taken = new Int32Array(data.slotCount);
      for (const { firstSlot, habitWh } of own)
        for (const [t, wh] of habitWh.entries()) taken[firstSlot + t - data.firstSlot]! += wh;
      const { loadWh } = homeOf(data, homes[i]!.id);
      expect(taken.every((wh, t) => wh >= 0 && wh <= loadWh[t]!)).toBe(true);
    }
  });
});

describe("broken promises", () => {
  it("without an allowance import for what was promised is beyond it, and is shown", async () => {
    const scene = sceneOf(community, day, {
      packetWh: 10,
      vote: { ...DEFAULT_VOTE, allowanceW: 0 },
      uses,
      sourcePermille: 1600,
    });
    const run = await liveScene(scene, SEED);
    const imported = run.outcomes.map(({ balance }) => balance.imported);
    expect(run.outcomes.map(({ balance }) => balance.beyondAllowance)).toEqual(imported);
    const byMeter = beyondOf(scene);
    for (const [t, wh] of byMeter.entries()) {
      const gridWh = sum(scene.world.flows.map((flow) => flow.importWh[t]! - flow.exportWh[t]!));
      const flexibleWh = sum(scene.world.flows.map((flow) => flow.flexibleWh[t]!));
      expect(wh).toBe(Math.max(0, Math.min(gridWh, flexibleWh)));
    }
    expect(sum(byMeter)).toBeGreaterThan(0);
  });
});
