import { expect, it } from "vitest";
import { withAssignedBatteries } from "../../../agents/simulation/assignedBatteries.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";

const generated = generateCommunity({ homes: 20, seed: 4, historyDays: 21 });
const bare = generated.homes.map(({ battery: _, ...home }) => home);
const measured = { ...generated, origin: "measured", label: "measured: 20 homes", homes: bare } as const;
const owners = (seed: number) =>
  withAssignedBatteries(measured, seed).homes.flatMap(({ id, battery }) => (battery ? [id] : []));

it("a fifth of measured homes are assigned a battery, all of them under a roof with PV, the same by the same seed", () => {
  expect(owners(1)).toHaveLength(4);
  for (const id of owners(1))
    expect(generated.data.homes.find((home) => home.id === id)!.pvWh.some((wh) => wh > 0)).toBe(true);
  expect(owners(1)).toEqual(owners(1));
  expect(owners(1)).not.toEqual(owners(2));
});

it("the label names them as assigned, with the seed", () => {
  expect(withAssignedBatteries(measured, 1).label).toBe(
    `measured: 20 homes; 4 batteries ASSIGNED by seed 1 (${owners(1).toSorted().join(", ")})`,
  );
});

it("generated homes keep what they have", () => {
  expect(withAssignedBatteries(generated, 1)).toBe(generated);
});
