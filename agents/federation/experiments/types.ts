import { above, along, type Check, type Experiment, type Group, type Metric, refs, trend } from "./experiment.ts";

const TYPES = [1, 2, 3, 4, 5];

const SEVERAL = along("several", "a node holds one or several types", "types of energy", TYPES, (types) => ({ types }));
const SINGLE = along("single", "a node holds one type", "types of energy", TYPES, (types) => ({
  types,
  holding: "single",
  production: 1.5,
}));
const EQUAL = along("equal", "all types have the same base price", "types of energy", TYPES, (types) => ({
  types,
  priceStep: 0,
}));

const eachOf = (groups: readonly Group[], checks: (group: string) => readonly Check[]) =>
  groups.map(({ id, title }) => ({ name: title, checks: checks(id) }));

/** At `best` there is more than at any other number of types. */
const most = (metric: Metric, group: string, best: number) =>
  TYPES.filter((types) => types !== best).map((types) => above(metric, `${group}/${best}`, `${group}/${types}`));

export const EXPERIMENT_2A: Experiment = {
  id: "2a",
  title: "Exchanges with types of energy",
  paper:
    "Requests rise slightly with the number of types, exchanges fluctuate, and three types are the optimum: with four or five " +
    "there are fewer exchanges.",
  notes: [
    "Requests are drawn from outside, by the probability to request, so that the number of types can't change them.",
    "With one type per node exchanges fall strictly with the number of types, far outside of the 10 %.",
  ],
  figure: { id: "4b", title: "requests and exchanges with types of energy", metrics: ["requests", "exchanges"] },
  groups: [SEVERAL, SINGLE],
  statements: [
    {
      id: "2a.1",
      claim: "Exchanges fluctuate with the number of types, by no more than 10 % of their mean.",
      readings: [
        {
          name: SEVERAL.title,
          checks: [{ kind: "spread", metric: "exchanges", of: refs("several", TYPES), most: 0.1 }],
        },
      ],
    },
    {
      id: "2a.2",
      claim: "Three types give the most exchanges.",
      assumption: "what nodes hold",
      readings: eachOf([SEVERAL, SINGLE], (group) => most("exchanges", group, 3)),
    },
    {
      id: "2a.3",
      claim: "Requests rise slightly with the number of types.",
      readings: [{ name: SEVERAL.title, checks: [trend("requests", true, refs("several", TYPES))] }],
    },
  ],
};

export const EXPERIMENT_4: Experiment = {
  id: "4",
  title: "Cost and consumption with types of energy",
  paper: "Cost and consumption are largest with four types, and less with only one.",
  notes: [
    "If equations 1 and 3 are the same sum, as they are in any model without losses, three types can't be best for exchanges " +
      "(experiment 2a) and four for consumption unless exchanges differ in size.",
    "With one type per node, cost by equation 2 rises while the money paid falls: the two definitions disagree, so both are shown.",
  ],
  figure: { id: "5a", title: "cost and consumption with types of energy", metrics: ["quantity", "cost2", "money"] },
  groups: [SEVERAL, SINGLE, EQUAL],
  statements: [
    {
      id: "4.1",
      claim: "Cost and consumption are smallest with one type and rise to four.",
      assumption: "a node may hold several types, against one",
      readings: eachOf([SEVERAL, SINGLE, EQUAL], (group) =>
        (["quantity", "cost2", "money"] as const).map((metric) => trend(metric, true, refs(group, TYPES.slice(0, 4)))),
      ),
    },
    {
      id: "4.2",
      claim: "Consumption is largest with four types.",
      assumption: "what nodes hold",
      readings: eachOf([SEVERAL, SINGLE, EQUAL], (group) => most("quantity", group, 4)),
    },
  ],
};
