import type { Choices } from "../settings.ts";
import { above, along, descending, type Experiment, type Group, type Ref, refs, trend } from "./experiment.ts";

const ADDED = [10, 20, 30, 100];

/** Nodes that enter and request take the places of others; nobody else requests. */
const substituted = (churn: { add: number; from?: number; until?: number; step?: number }): Choices => ({
  requestProbability: 0,
  churn: { ...churn, substitute: true },
});
/** The federation grows from 250 nodes to 1,000, and everybody requests now and then. */
const growing = (churn: { add: number; from?: number; until?: number; step?: number }): Choices => ({
  nodes: 250,
  churn: { ...churn, maxSize: 1000 },
});
/** The paper's own configuration. */
const literal = (churn: { add: number; from?: number; until?: number; step?: number }): Choices => ({
  churn: { ...churn, maxSize: 1000 },
});

const byAdded = (id: string, title: string, choices: (add: number) => Choices) =>
  along(id, title, "nodes added per cycle", ADDED, choices);

const LITERAL_NOTE =
  "As printed (1,000 nodes, at most 1,000) PeerSim's DynamicNetwork adds nobody, whatever is to be added: `step`, `from` and " +
  "`until` are cycles, not nodes, and the network is full. Either nodes are substituted (S), or it starts smaller (G).";

export const EXPERIMENT_2B: Experiment = {
  id: "2b",
  title: "Exchanges with the frequency of demand",
  paper:
    "10, 20, 30 or 100 requesting nodes enter per cycle, with 2 or 5 types. Exchanges grow with demand but are limited; they " +
    "react more strongly with 2 types; more demand gives more exchanges with 5 types than with 2.",
  notes: [
    LITERAL_NOTE,
    "In setting G the federation is full and saturated soon: exchanges hardly depend on what is added.",
  ],
  figure: { id: "4c", title: "exchanges with demand, for 2 and 5 types", metrics: ["requests", "exchanges"] },
  groups: [
    byAdded("S2", "S: substituted, 2 types", (add) => ({ types: 2, ...substituted({ add }) })),
    byAdded("S5", "S: substituted, 5 types", (add) => ({ types: 5, ...substituted({ add }) })),
    byAdded("G2", "G: growing from 250, 2 types", (add) => ({ types: 2, ...growing({ add }) })),
    byAdded("G5", "G: growing from 250, 5 types", (add) => ({ types: 5, ...growing({ add }) })),
    byAdded("literal", "as printed, 5 types: nobody enters", (add) => literal({ add })),
  ],
  statements: [
    {
      id: "2b.1",
      claim: "Exchanges increase with the nodes added, for 2 and for 5 types.",
      readings: [{ name: "S", checks: ["S2", "S5"].map((group) => trend("exchanges", true, refs(group, ADDED))) }],
    },
    {
      id: "2b.2",
      claim: "They are limited: the served share falls.",
      readings: [{ name: "S", checks: ["S2", "S5"].map((group) => trend("servedShare", false, refs(group, ADDED))) }],
    },
    {
      id: "2b.3",
      claim: "Exchanges react more strongly to demand with 2 types than with 5.",
      readings: [
        {
          name: "S",
          checks: [
            {
              kind: "steeper",
              metric: "exchanges",
              steeper: refs("S2", ADDED),
              flatter: refs("S5", ADDED),
              at: ADDED,
              margin: 0.03,
            },
          ],
        },
      ],
    },
    {
      id: "2b.4",
      claim: "More demand gives more exchanges with 5 types than with 2.",
      assumption: "how nodes are injected",
      readings: [
        { name: "S", checks: ADDED.map((add) => above("exchanges", `S5/${add}`, `S2/${add}`)) },
        { name: "G", checks: ADDED.map((add) => above("exchanges", `G5/${add}`, `G2/${add}`)) },
      ],
    },
  ],
};

/** Nodes per event, cycles between events, and the cycles in between which there are events, as the paper labels them. */
const DURATIONS = [
  ["10-1[L]", { add: 10, step: 1 }],
  ["100-1[L]", { add: 100, step: 1 }],
  ["10-30[L]", { add: 10, step: 30 }],
  ["100-30[L]", { add: 100, step: 30 }],
  ["30-5[L]", { add: 30, step: 5 }],
  ["50-5[L]", { add: 50, step: 5 }],
  ["20-1[m]", { add: 20, step: 1, from: 400, until: 800 }],
  ["50-1[s]", { add: 50, step: 1, from: 500, until: 700 }],
] as const;

const byDuration = (id: string, title: string, of: typeof substituted): Group => ({
  id,
  title,
  axis: "nodes - cycles between, long, medium or short",
  settings: DURATIONS.map(([label, churn]) => ({ label, choices: of(churn) })),
});

const LONG = DURATIONS.map(([label]) => label).filter((label) => label.endsWith("[L]"));

/** Every long demand gives more exchanges than the medium one, and that more than the short one. */
const everyLong = (group: string) => [
  ...LONG.map((label) => above("exchanges", `${group}/${label}`, `${group}/20-1[m]`)),
  above("exchanges", `${group}/20-1[m]`, `${group}/50-1[s]`),
];

const inS = (...labels: readonly string[]) => labels.map((label): Ref => `S/${label}`);

export const EXPERIMENT_2C: Experiment = {
  id: "2c",
  title: "Exchanges with the duration of demand",
  paper: "Long demand produces more exchanges than medium and short demand.",
  notes: [
    LITERAL_NOTE,
    "10-1[L], 50-5[L] and 50-1[s] bring the same 10,000 requests, 20-1[m] brings 8,000 and 10-30[L] only 340: only equal " +
      "totals show what duration does.",
  ],
  figure: { id: "4d", title: "requests and exchanges by duration of demand", metrics: ["requests", "exchanges"] },
  groups: [byDuration("S", "S: substituted", substituted), byDuration("G", "G: growing from 250", growing)],
  statements: [
    {
      id: "2c.1",
      claim: "Of 10,000 requests in all, more are met the longer they are spread: 10-1[L], 50-5[L], 50-1[s].",
      readings: [{ name: "S", checks: descending("exchanges", ...inS("10-1[L]", "50-5[L]", "50-1[s]")) }],
    },
    {
      id: "2c.2",
      claim: "The served share falls with the intensity of demand: 10-1, 20-1, 50-1, 100-1.",
      readings: [{ name: "S", checks: descending("servedShare", ...inS("10-1[L]", "20-1[m]", "50-1[s]", "100-1[L]")) }],
    },
    {
      id: "2c.3",
      claim: "A federation that grows early trades more than one that grows later: 10-1[L], 20-1[m], 50-1[s].",
      readings: [{ name: "G", checks: descending("exchanges", "G/10-1[L]", "G/20-1[m]", "G/50-1[s]") }],
    },
    {
      id: "2c.4",
      claim: "Every long demand listed gives more exchanges than the medium one, and that more than the short one.",
      assumption: "how nodes are injected",
      readings: ["S", "G"].map((group) => ({ name: group, checks: everyLong(group) })),
    },
  ],
};
