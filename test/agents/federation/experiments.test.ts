import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../../agents/federation/experiments/all.ts";
import { above, type Experiment, trend } from "../../../agents/federation/experiments/experiment.ts";
import { judge } from "../../../agents/federation/experiments/judge.ts";
import { runExperiments } from "../../../agents/federation/experiments/runExperiments.ts";

const SILENT = { phase: () => {}, step: () => {} };

describe("the ten experiments", () => {
  const plan = { seeds: 2, seed: 1, shrink: { nodes: 30, cycles: 20 }, threads: 1 };

  it("run every setting that their statements name, and judge each statement, the same each time", async () => {
    const results = await runExperiments(EXPERIMENTS, plan, SILENT);
    expect(results.map(({ id }) => id)).toEqual(["1", "2a", "2b", "2c", "3", "4", "5", "6", "7", "8"]);
    expect(results.map(({ figure }) => figure)).toEqual(["4a", "4b", "4c", "4d", "4e", "5a", "5b", "5c", "5d", "5e"]);
    results.forEach(({ statements }, i) => {
      expect(statements.map(({ id }) => id)).toEqual(EXPERIMENTS[i]!.statements.map(({ id }) => id));
    });
    expect(await runExperiments(EXPERIMENTS, plan, SILENT)).toEqual(results);
  });
});

describe("a verdict", () => {
  const sample = (centre: number) => Array.from({ length: 20 }, (_, i) => centre + i / 10);
  const values = { low: sample(100), high: sample(120), near: sample(101) };
  const experimentOf = (...larger: readonly string[]): Experiment => ({
    ...EXPERIMENTS[0]!,
    statements: [
      {
        id: "x",
        claim: "more",
        assumption: "what it depends on",
        readings: larger.map((label) => ({ name: label, checks: [above("money", `g/${label}`, "g/low")] })),
      },
    ],
  });
  const verdictOf = (experiment: Experiment) =>
    judge([experiment], () => (_, ref) => values[ref.split("/")[1] as keyof typeof values])[0]![0]!;

  it("is reproduced if every reading holds", () =>
    expect(verdictOf(experimentOf("high", "high"))).toMatchObject({ verdict: "reproduced", assumption: null }));

  it("depends on an assumption if one holds and another doesn't", () =>
    expect(verdictOf(experimentOf("high", "low"))).toMatchObject({
      verdict: "depends on an assumption",
      assumption: "what it depends on",
    }));

  it("is not reproduced if none holds, nor for a difference that is certain but small", () => {
    expect(verdictOf(experimentOf("low")).verdict).toBe("not reproduced");
    expect(verdictOf(experimentOf("near")).verdict).toBe("not reproduced");
  });

  it("asks every mean of a trend to be beyond the one before", () => {
    const rising = (of: readonly (keyof typeof values)[]): Experiment => ({
      ...EXPERIMENTS[0]!,
      statements: [
        {
          id: "x",
          claim: "rising",
          readings: [
            {
              name: "",
              checks: [
                trend(
                  "money",
                  true,
                  of.map((label) => `g/${label}` as const),
                ),
              ],
            },
          ],
        },
      ],
    });
    expect(verdictOf(rising(["low", "near", "high"])).verdict).toBe("reproduced");
    expect(verdictOf(rising(["near", "low", "high"])).verdict).toBe("not reproduced");
  });
});
