import { describe, expect, it } from "vitest";
import { LinearModel } from "../../../agents/optimiser/model.ts";

describe("a model", () => {
  it("is solved within its bounds, with its constant", () => {
    const model = new LinearModel();
    const [x, y] = [model.variable({ upper: 3 }, -1), model.variable({ lower: 1 }, 2)];
    model.constraint(
      [
        [1, x],
        [-1, y],
      ],
      { upper: 1 },
    );
    model.addConstant(10);
    const outcome = model.solve();
    expect(outcome).toMatchObject({ status: "optimal", objective: 10 });
    expect(outcome.status === "optimal" && [outcome.values[x], outcome.values[y]]).toEqual([2, 1]);
  });

  it("adds up terms of one variable", () => {
    const model = new LinearModel();
    const x = model.variable({}, -1);
    model.constraint(
      [
        [1, x],
        [1, x],
      ],
      { upper: 6 },
    );
    expect(model.solve()).toMatchObject({ objective: -3 });
  });

  it("says that it is unbounded and gives no number, although the solver holds one", () => {
    const model = new LinearModel();
    const [buy, sell] = [model.variable({}, 4.99), model.variable({}, -5.24)];
    model.equal(
      [
        [1, buy],
        [-1, sell],
      ],
      3,
    );
    const outcome = model.solve();
    expect(outcome.status).toMatch(/unbounded/);
    expect(outcome).not.toHaveProperty("objective");
  });

  it("says that it is infeasible", () => {
    const model = new LinearModel();
    model.equal([[1, model.binary()]], 0.5);
    expect(model.solve()).toEqual({ status: "infeasible" });
  });

  it("has whole integers, and no more than they allow, however large their coefficient", () => {
    const model = new LinearModel();
    const [flow, on] = [model.variable({ upper: 1e6 }, -1), model.binary(1e5)];
    model.constraint(
      [
        [1, flow],
        [-1e6, on],
      ],
      { upper: 0 },
    );
    model.constraint([[1, flow]], { upper: 1e4 });
    const outcome = model.solve();
    expect(outcome).toMatchObject({ status: "optimal", objective: 0 });
    expect(outcome.status === "optimal" && [...outcome.values].map(Math.abs)).toEqual([0, 0]);
  });

  it("in the solver is solved again with other bounds", () => {
    const model = new LinearModel();
    const x = model.variable({}, 1);
    const row = model.constraint([[2, x]], { lower: 4 });
    const prepared = model.prepare();
    expect(prepared.solve()).toMatchObject({ objective: 2 });
    prepared.setLimits(row, { lower: 10 });
    expect(prepared.solve()).toMatchObject({ objective: 5 });
    prepared.setBounds(x, { upper: 1 });
    expect(prepared.solve().status).toBe("infeasible");
    prepared.dispose();
  });
});
