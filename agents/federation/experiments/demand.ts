import { DEFAULTS } from "../settings.ts";
import { above, along, type Check, type Experiment, type Group, type Ref, refs, same, trend } from "./experiment.ts";

const PROBABILITIES = [0.1, 0.25, 0.5, 0.75];

const GROUPS: readonly Group[] = [
  along("prosumers", "every node may request and provide", "request probability", PROBABILITIES, (p) => ({
    requestProbability: p,
  })),
  along("fixed", "half of the nodes consume, half produce", "request probability", PROBABILITIES, (p) => ({
    requestProbability: p,
    roles: "fixed",
  })),
  along("single", "a node holds one type", "request probability", PROBABILITIES, (p) => ({
    requestProbability: p,
    holding: "single",
    production: 1.5,
  })),
];

/** A reading of each group. */
const eachWay = (checks: (group: string) => readonly Check[]) =>
  GROUPS.map(({ id, title }) => ({ name: title, checks: checks(id) }));

const at = (group: string, p: number): Ref => `${group}/${p}`;

/** The share of all nodes at p, in every cycle. */
const asAsked = (p: number): Check => ({
  kind: "target",
  metric: "requests",
  of: at("prosumers", p),
  target: p * DEFAULTS.nodes * DEFAULTS.cycles,
  within: 0.01,
});

export const EXPERIMENT_1: Experiment = {
  id: "1",
  title: "Exchanges with demand",
  paper:
    "Requests grow in proportion to the request probability. Exchanges are most at 25 % and 50 %; beyond, the federation is " +
    "saturated.",
  notes: [
    "The maximum in the middle follows from one assumption: a node that requests does not sell in the same cycle, so that " +
      "many requests leave few providers. With fixed roles exchanges rise all the way.",
  ],
  figure: { id: "4a", title: "requests and exchanges with demand", metrics: ["requests", "exchanges"] },
  groups: GROUPS,
  statements: [
    {
      id: "1.1",
      claim: "Requests grow in proportion to the request probability.",
      readings: [
        {
          name: GROUPS[0]!.title,
          checks: [trend("requests", true, refs("prosumers", PROBABILITIES)), ...PROBABILITIES.map(asAsked)],
        },
      ],
    },
    {
      id: "1.2",
      claim: "There are more exchanges at 25 % and at 50 % than at 10 %.",
      assumption: "what nodes do and hold",
      readings: eachWay((group) => [0.25, 0.5].map((p) => above("exchanges", at(group, p), at(group, 0.1)))),
    },
    {
      id: "1.3",
      claim: "There are more exchanges at 25 % and at 50 % than at 75 %: a maximum in the middle.",
      assumption: "who requests does not sell in the same cycle (prosumers), against fixed roles",
      readings: eachWay((group) => [0.25, 0.5].map((p) => above("exchanges", at(group, p), at(group, 0.75)))),
    },
    {
      id: "1.4",
      claim: "The federation serves only a part of a growing demand: the served share falls.",
      readings: [{ name: GROUPS[0]!.title, checks: [trend("servedShare", false, refs("prosumers", PROBABILITIES))] }],
    },
    {
      id: "1.5",
      claim: "It saturates: exchanges at 50 % are within 10 % of those at 25 %.",
      readings: [{ name: GROUPS[0]!.title, checks: [same("exchanges", "prosumers/0.5", "prosumers/0.25", 0.1)] }],
    },
  ],
};
