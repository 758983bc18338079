import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { tableOf } from "../../../agents/cli/cluster.ts";
import { readInstances } from "../../../agents/cluster/instanceFile.ts";
import { type ScenarioCosts, scenarioCosts } from "../../../agents/cluster/scenarios.ts";
import { InputError } from "../../../agents/data/inputError.ts";
import { INSTANCES, PUBLISHED } from "../cluster/instances.ts";
import { commonwatt, fileOf } from "./commonwatt.ts";

const costs = () => JSON.parse(commonwatt(["cluster", INSTANCES, "--json"]).stdout) as ScenarioCosts[];

describe("cluster", () => {
  const printed = costs();

  it("prints what every published instance must cost, by name", () => {
    expect(printed.map(({ id }) => id)).toEqual(PUBLISHED.map(({ name }) => name));
    printed.forEach((cost, i) => {
      expect(cost.optimal).toBeCloseTo(PUBLISHED[i]!.scenario3_optimal_p, 4);
      expect(cost.optimalSameEnd).toBeCloseTo(PUBLISHED[i]!.scenario3_optimal_with_rule_final_soc_p, 4);
    });
    expect(Object.keys(printed[0]!)).toEqual([
      "id",
      "noPooling",
      "noStrategy",
      "ruleBased",
      "optimal",
      "optimalSameEnd",
    ]);
  });

  it("prints a row per instance on a terminal", () => {
    expect(tableOf(printed).trimEnd().split("\n")).toHaveLength(2 + PUBLISHED.length);
  });
});

describe("a bad file is refused, naming instance and field", () => {
  const file = JSON.parse(readFileSync(INSTANCES, "utf8"));
  const [first, second] = file.instances;
  const refused = (content: unknown, said: RegExp) => {
    const path = fileOf(content);
    expect(() => readInstances(path).map(({ site }) => scenarioCosts(site))).toThrow(InputError);
    expect(() => readInstances(path).map(({ site }) => scenarioCosts(site))).toThrow(said);
  };
  const changed = (fields: object) => ({ ...file, instances: [first, { ...second, ...fields }] });

  test.each([
    ["a price too few", { price_buy_p: second.price_buy_p.slice(1) }, /"I2": price_buy_p has 47 values for 48 steps/],
    ["a building short", { load_kWh: { ...second.load_kWh, "M Shed": [1] } }, /load_kWh of "M Shed" has 1 values/],
    ["an empty window", { soc_min_kWh: 30, soc_max_kWh: 20 }, /window 30 to 20 kWh is empty/],
    ["a window beyond the battery", { soc_max_kWh: 50 }, /beyond the battery's 40.5 kWh/],
    ["a start outside the window", { soc_min_kWh: 8 }, /soc0_kWh 0 is outside the window 8 to 40.5/],
    ["an end above the window", { soc_end_min_kWh: 41 }, /soc_end_min_kWh 41 is above/],
    ["an efficiency of 0", { eta_charge: 0 }, /"I2": eta_charge/],
    ["a price in words", { price_sell_p: second.price_sell_p.map(String) }, /price_sell_p\[0\]/],
    ["a net that is not load less PV", { net_kWh: second.net_kWh.map(() => 0) }, /net_kWh of step 1/],
    ["a name that stands twice", { name: "I1" }, /the name stands twice/],
  ])("%s", (_, fields, said) => refused(changed(fields), said));

  it("an end that no schedule reaches", () => {
    const meta = { ...file.meta, battery: { ...file.meta.battery, max_charge_per_step_kWh: 0.1 } };
    const content = { ...file, meta, instances: [{ ...first, soc_end_min_kWh: 40 }] };
    refused(content, /"I1": no schedule leaves 40 kWh/);
    const { status, stdout, stderr } = commonwatt(["cluster", fileOf(content), "--json"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error: instance "I1": no schedule leaves 40 kWh.*\n {2}at .*\.json\n {2}remedy: /);
  });
  it("no battery", () => refused({ instances: [first] }, /its battery has no capacity_kWh/));
  it("no instances", () => refused({ meta: {} }, /instances/));
  it("no JSON", () => refused("{", /not JSON/));
});
