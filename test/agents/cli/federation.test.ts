import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { settingsFrom } from "../../../agents/cli/federationSettings.ts";
import { InputError } from "../../../agents/data/inputError.ts";
import { commonwatt, fileOf } from "./commonwatt.ts";

const SMALL = ["--set", "nodes=60", "--set", "cycles=40"];

describe("federation run", () => {
  it("prints seed, settings and counts, the same for the same seed on one thread and on two", () => {
    const run = (...more: string[]) => commonwatt(["federation", "run", ...SMALL, "--seed", "7", "--json", ...more]);
    const first = JSON.parse(run().stdout);
    expect(first).toMatchObject({ seed: 7, settings: { nodes: 60, cycles: 40, degree: 10 } });
    expect(first.counts.quantity).toBe(first.counts.received);
    expect(JSON.parse(run("--threads", "2").stdout)).toEqual(first);
  });

  it("takes YAML, writes a row per cycle and a picture", () => {
    const yaml = fileOf("nodes: 40\ncycles: 25\nchurn:\n  add: 2\n  substitute: true\n");
    const [csv, picture] = ["csv", "svg"].map((end) => join(yaml, `../out.${end}`));
    const { status, stdout } = commonwatt(["federation", "run", yaml, "--csv", csv!, "--picture", picture!]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^40 nodes, 25 cycles, seed 1\n/);
    expect(readFileSync(csv!, "utf8").trimEnd().split("\n")).toHaveLength(26);
    expect(readFileSync(picture!, "utf8").match(/<circle/g)).toHaveLength(40);
  });

  test.each([
    ["a node alone", ["nodes=1"], /nodes can't be 1/],
    ["a chance above 1", ["requestProbability=1.2"], /requestProbability can't be 1.2/],
    ["a chance below 0", ["migrationProbability=-0.1"], /migrationProbability can't be -0.1/],
    ["six types", ["types=6"], /types can't be 6/],
    ["half a cycle", ["cycles=2.5"], /cycles can't be 2.5/],
    ["an unknown setting", ["view=20"], /no setting view/],
    ["an unknown setting of churn", ["churn.speed=2"], /no setting churn.speed/],
    ["everybody substituted at once", ["nodes=20", "churn.add=20", "churn.substitute=true"], /substitutes 20 of 20/],
    ["words for a number", ["degree=many"], /degree can't be many/],
    ["no value", ["degree"], /--set can't be "degree"/],
    ["an unknown strategy", ["strategy=lucky"], /strategy can't be lucky/],
    ["an unknown role", ["roles=bakers"], /roles can't be bakers/],
  ])("refuses %s", (_, set, said) => {
    expect(() => settingsFrom(undefined, set)).toThrow(InputError);
    expect(() => settingsFrom(undefined, set)).toThrow(said);
  });
});

describe("a file of settings that is wrong is refused with its line", () => {
  it.each([
    ["a number out of range", "nodes: 50\nrequestProbability: 1.5\n", /can't be 1.5/, 2],
    ["one of churn", "nodes: 50\nchurn:\n  add: 3\n  step: 0\n", /churn.step can't be 0/, 4],
    ["an unknown key of churn", "churn:\n  add: 3\n  speed: 1\n", /no setting churn.speed/, 3],
    ["YAML that is none", "nodes: 50\ncycles: [20\n", /the YAML is broken/, 3],
    ["a list", "- nodes: 50\n", /no list of keys/, 1],
  ])("%s", (_, yaml, said, line) => {
    const file = fileOf(yaml);
    expect(() => settingsFrom(file, [])).toThrow(said);
    expect(() => settingsFrom(file, [])).toThrow(expect.objectContaining({ details: { file, line } }));
  });

  it("but not where an option is wrong", () => {
    expect(() => settingsFrom(fileOf("types: 3\n"), ["types=9"])).toThrow(
      expect.objectContaining({ details: { key: "types" } }),
    );
  });
});

describe("federation experiment", () => {
  const quick = ["--seeds", "2", "--nodes", "50", "--cycles", "40", "--threads", "1"];

  it("prints every setting and a verdict for every statement", () => {
    const { status, stdout } = commonwatt(["federation", "experiment", "6", ...quick, "--json"]);
    expect(status).toBe(0);
    const [experiment] = JSON.parse(stdout);
    expect(experiment).toMatchObject({ id: "6", figure: "5c" });
    expect(experiment.groups[0].settings).toHaveLength(4);
    for (const { verdict } of experiment.statements)
      expect(["reproduced", "depends on an assumption", "not reproduced"]).toContain(verdict);
  });

  it("writes a page that draws the figure and loads nothing", () => {
    const page = join(fileOf("x"), "../page.html");
    expect(commonwatt(["federation", "experiment", "3", ...quick, "--report", page]).status).toBe(0);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/);
  });

  it("refuses an experiment that there isn't", () => {
    const { status, stderr } = commonwatt(["federation", "experiment", "9"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: there is no experiment "9"\n {2}remedy: give one of 1, 2a, /);
  });
});

it("federation bench prints what a run took", () => {
  const args = ["federation", "bench", "--nodes", "200", "--cycles", "30", "--threads", "1", "--json"];
  const { calibration, runs } = JSON.parse(commonwatt(args).stdout);
  expect(calibration).toBeGreaterThan(0);
  expect(runs[0]).toMatchObject({ nodes: 200, cycles: 30, threads: 1 });
  expect(runs[0].nodeCyclesPerSecond).toBeGreaterThan(0);
});
