import { describe, expect, it } from "vitest";
import { quantile } from "../../../agents/forecast/forecast.ts";
import { pool, score } from "../../../agents/forecast/score.ts";

const forecast = { p10: [0, 10, 0], p50: [10, 20, 0], p90: [20, 30, 0] };

describe("a score", () => {
  it("holds MAE, nMAE, pinball losses and coverage", () => {
    expect(score([20, 0, 10], forecast)).toEqual({
      slots: 3,
      meanWh: 10,
      maeWh: 40 / 3,
      nmae: 4 / 3,
      pinballWh: { p10: expect.closeTo((2 + 9 + 1) / 3), p50: 20 / 3, p90: expect.closeTo((0 + 3 + 9) / 3) },
      coverage: 1 / 3,
    });
  });

  it("leaves missing readings out, but not the -1 of a signed series", () => {
    expect(score([20, -1, 10], forecast).slots).toBe(2);
    expect(pool([{ actualWh: [20, -1, 10], forecast, signed: true }]).slots).toBe(3);
  });

  it("pools cases slot by slot", () => {
    const cases = [
      { actualWh: [20], forecast: { p10: [20], p50: [20], p90: [20] } },
      { actualWh: [20, 0, 10], forecast },
    ];
    expect(pool(cases)).toMatchObject({ slots: 4, maeWh: 10, coverage: 0.5 });
  });

  it("has no nMAE where nothing was used", () => {
    expect(score([0, 0, 0], forecast).nmae).toBeNaN();
  });
});

it("a quantile lies between the two nearest values", () => {
  expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 0.25), quantile([3, 1, 2], 1), quantile([7], 0.9)]).toEqual([
    1, 1.5, 3, 7,
  ]);
});
