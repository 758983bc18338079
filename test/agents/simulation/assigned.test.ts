import { expect, it } from "vitest";
import { withAssignedDevices } from "../../../agents/simulation/assigned.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { managedCommunity } from "../../../agents/simulation/managedDay.ts";

const generated = generateCommunity({ homes: 20, seed: 4, historyDays: 21 });
const bare = generated.homes.map(({ battery: _, ...home }) => home);
const measured = { ...generated, origin: "measured", label: "measured: 20 homes", homes: bare } as const;
const { generatedFrom: _, ...asMeasured } = measured;
const owners = (seed: number) =>
  withAssignedDevices(measured, seed).homes.flatMap(({ id, battery }) => (battery ? [id] : []));

it("a fifth of measured homes are assigned a battery, all of them under a roof with PV, the same by the same seed", () => {
  expect(owners(1)).toHaveLength(4);
  for (const id of owners(1))
    expect(generated.data.homes.find((home) => home.id === id)!.pvWh.some((wh) => wh > 0)).toBe(true);
  expect(owners(1)).toEqual(owners(1));
  expect(owners(1)).not.toEqual(owners(2));
});

it("the label names them as assigned, with the seed", () => {
  expect(withAssignedDevices(measured, 1).label).toBe(
    `measured: 20 homes; 4 batteries (${owners(1).toSorted().join(", ")}) and loads that can wait ASSIGNED by seed 1`,
  );
});

it("loads that can wait are of the home's own readings: what they draw never exceeds what the meter saw", () => {
  const { assignedUses, data } = withAssignedDevices(asMeasured, 1);
  expect(assignedUses!.flat().length).toBeGreaterThan(20);
  for (const [i, uses] of assignedUses!.entries()) {
    const left = Int32Array.from(data.homes[i]!.loadWh);
    for (const { firstSlot, habitWh } of uses)
      for (const [t, wh] of habitWh.entries()) left[firstSlot + t - data.firstSlot]! -= wh;
    expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
  }
  expect(managedCommunity(withAssignedDevices(asMeasured, 1)).wishes.flat().length).toBeGreaterThan(0);
});

it("generated homes keep what they have", () => {
  expect(withAssignedDevices(generated, 1)).toBe(generated);
});
