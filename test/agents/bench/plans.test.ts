import { expect, it } from "vitest";
import { benchPlans } from "../../../agents/bench/plans.ts";

it("plans are the same with any number of workers", { timeout: 120_000 }, async () => {
  const [alone, together] = [await benchPlans(3, 1, 1), await benchPlans(3, 2, 1)];
  expect(together.digest).toBe(alone.digest);
  expect((await benchPlans(1, 1, 2)).digest).not.toBe((await benchPlans(1, 1, 1)).digest);
});
