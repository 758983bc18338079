import { above, along, type Check, type Experiment, type Ref, refs, same, trend } from "./experiment.ts";

const SIZES = [3, 5, 10, 15, 20];

export const EXPERIMENT_3: Experiment = {
  id: "3",
  title: "Exchanges with cluster size",
  paper: "Exchanges increase with the size of clusters while the number of requests stays the same.",
  notes: [
    "A cluster is as large as a node has links, as in the paper. 15 is from experiment 5; the paper lists 3, 5, 10 and 20.",
  ],
  figure: { id: "4e", title: "requests and exchanges with cluster size", metrics: ["requests", "exchanges"] },
  groups: [
    along("size", "managers without a limit", "size of clusters, links of a node", SIZES, (degree) => ({ degree })),
  ],
  statements: [
    {
      id: "3.1",
      claim: "Exchanges increase with the size of clusters.",
      readings: [{ name: "managers without a limit", checks: [trend("exchanges", true, refs("size", SIZES))] }],
    },
    {
      id: "3.2",
      claim: "Requests stay the same, within 1 %.",
      readings: [
        {
          name: "managers without a limit",
          checks: SIZES.filter((size) => size !== 10).map((size) => same("requests", `size/${size}`, "size/10", 0.01)),
        },
      ],
    },
  ],
};

const COSTED = [5, 10, 15, 20];
const BOTH = ["quantity", "cost2"] as const;
const LIMITED = "managers deal with at most 2 requests per cycle";
const UNLIMITED = "managers without a limit";

const pairs = (group: string, larger: number, smaller: readonly number[]): readonly Check[] =>
  BOTH.flatMap((metric) =>
    smaller.map((size) => above(metric, `${group}/${larger}` as Ref, `${group}/${size}` as Ref)),
  );

export const EXPERIMENT_5: Experiment = {
  id: "5",
  title: "Cost and consumption with cluster size",
  paper:
    "Sizes 5 and 10 are the optimum for cost; at 15 and 20 cost and consumption decrease, since larger clusters meet a constant " +
    "level of requests.",
  notes: [
    "Without a limit this contradicts experiment 3, which turns the same knob: more exchanges at the same mean size are more " +
      "consumption (5a).",
    '"Constant level of requests" is read as a manager that deals with at most two requests per cycle, however large its cluster (5b).',
  ],
  figure: { id: "5b", title: "cost and consumption with cluster size", metrics: ["quantity", "cost2"] },
  groups: [
    along("5a", `5a: ${UNLIMITED}`, "size of clusters, links of a node", COSTED, (degree) => ({ degree })),
    along("5b", `5b: ${LIMITED}`, "size of clusters, links of a node", COSTED, (degree) => ({
      degree,
      managerLimit: 2,
    })),
  ],
  statements: [
    {
      id: "5.1",
      claim: "Cost and consumption are lower at 15 and 20 than at 5 and 10, without any limit on managers.",
      readings: [{ name: UNLIMITED, checks: [...pairs("5a", 5, [15, 20]), ...pairs("5a", 10, [15, 20])] }],
    },
    {
      id: "5.2",
      claim: "Cost and consumption are largest at 10, lower at 15 and 20, and at 20 lower than at 5.",
      assumption: LIMITED,
      readings: [
        { name: UNLIMITED, checks: [...pairs("5a", 10, [5, 15, 20]), ...pairs("5a", 5, [20])] },
        { name: LIMITED, checks: [...pairs("5b", 10, [5, 15, 20]), ...pairs("5b", 5, [20])] },
      ],
    },
    {
      id: "5.3",
      claim: "Cost and consumption are higher at 5 than at 15.",
      assumption: LIMITED,
      readings: [
        { name: UNLIMITED, checks: pairs("5a", 5, [15]) },
        { name: LIMITED, checks: pairs("5b", 5, [15]) },
      ],
    },
  ],
};
