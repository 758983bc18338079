import type { Choices, Strategy } from "../settings.ts";
import { STRATEGIES } from "../settings.ts";
import { above, along, type Experiment, type Reading, refs, same, trend } from "./experiment.ts";

const CHANCES = [0, 0.25, 0.5, 0.75];
const randomly = (chance: number): Choices =>
  chance === 0 ? {} : { strategy: "random", migrationProbability: chance };

const AS_CHANCE = "the threshold is the chance to migrate";
const AS_BOUND = "a node migrates if a random number exceeds the threshold";

export const EXPERIMENT_6: Experiment = {
  id: "6",
  title: "Cost and consumption with random migration",
  paper:
    "With a migration threshold of 0.25 or 0.50 total cost increases, at 0.75 less so; consumption is higher at 0.25 only. The " +
    "benefit of random migration is limited, since nodes pay to enter a cluster.",
  notes: [
    'The paper says both "threshold" and "chances to migrate". Read as a bound that a random number must exceed, 0.25 is what ' +
      "is 0.75 here and the other way round; both readings are judged.",
    "The amount of the fee (1, as much as a payoff) is ours.",
  ],
  figure: { id: "5c", title: "cost and consumption with random migration", metrics: ["quantity", "cost2", "unitCost"] },
  groups: [along("chance", "random migration", "chance to migrate when links are renewed", CHANCES, randomly)],
  statements: [
    {
      id: "6.1",
      claim: "Fees and the money paid per unit rise with migration.",
      readings: [
        {
          name: AS_CHANCE,
          checks: (["fees", "unitCost"] as const).map((metric) => trend(metric, true, refs("chance", CHANCES))),
        },
      ],
    },
    {
      id: "6.2",
      claim: "At 0.50 total cost is higher than without migration.",
      readings: [{ name: AS_CHANCE, checks: [above("cost2", "chance/0.5", "chance/0")] }],
    },
    {
      id: "6.3",
      claim: "Migration doesn't change consumption, within 5 %.",
      readings: [{ name: AS_CHANCE, checks: CHANCES.slice(1).map((c) => same("quantity", `chance/${c}`, "chance/0")) }],
    },
    {
      id: "6.4",
      claim: "At 0.25 consumption is higher than without migration.",
      assumption: "what the threshold means",
      readings: [
        { name: AS_CHANCE, checks: [above("quantity", "chance/0.25", "chance/0")] },
        { name: AS_BOUND, checks: [above("quantity", "chance/0.75", "chance/0")] },
      ],
    },
    {
      id: "6.5",
      claim: "At 0.75 migration adds less to total cost than at 0.25.",
      assumption: "what the threshold means",
      readings: [
        { name: AS_CHANCE, checks: [above("cost2", "chance/0.25", "chance/0.75")] },
        { name: AS_BOUND, checks: [above("cost2", "chance/0.75", "chance/0.25")] },
      ],
    },
    {
      id: "6.6",
      claim: "At 0.25 total cost is higher than without migration.",
      assumption: "what the threshold means",
      readings: [
        { name: AS_CHANCE, checks: [above("cost2", "chance/0.25", "chance/0")] },
        { name: AS_BOUND, checks: [above("cost2", "chance/0.75", "chance/0")] },
      ],
    },
    {
      id: "6.7",
      claim: "At 0.75 migration adds less to the money paid per unit than at 0.25.",
      assumption: "what the threshold means",
      readings: [
        { name: AS_CHANCE, checks: [above("unitCost", "chance/0.25", "chance/0.75")] },
        { name: AS_BOUND, checks: [above("unitCost", "chance/0.75", "chance/0.25")] },
      ],
    },
  ],
};

const GROUPS = [
  ["alike", "all clusters pay alike", 0],
  ["slightly", "clusters pay 0.7 to 1.3", 0.3],
  ["unlike", "clusters pay 0.2 to 1.8", 0.8],
] as const;

const strategies = (spread: number) => (strategy: Strategy) =>
  ({ payoffSpread: spread, strategy, migrationProbability: strategy === "none" ? 0 : 0.25 }) satisfies Choices;

type Judged = (group: string) => Reading["checks"];
const eachWay = (checks: Judged): readonly Reading[] =>
  GROUPS.filter(([id]) => id !== "slightly").map(([id, name]) => ({ name, checks: checks(id) }));

const UNLIKE = "clusters differ in what they pay";

export const EXPERIMENT_7: Experiment = {
  id: "7",
  title: "Cost and consumption with the strategy of migration",
  paper:
    "Strategic migration, to clusters with a higher level of payoffs, brings the most exchanges and the most cost; mixed " +
    "migration more than none; random migration costs more than none and brings nothing.",
  notes: [
    "A wealthier cluster exists only if clusters pay differently. The paper has one payoff for all, under which strategies make no " +
      "difference; that clusters differ is ours.",
    "Nobody pays to stay, so the column without migration is the same federation under all strategies.",
  ],
  figure: { id: "5d", title: "cost and consumption by strategy", metrics: ["quantity", "cost2", "unitCost"] },
  groups: GROUPS.map(([id, title, spread]) =>
    along(id, title, "strategy of migration", STRATEGIES, strategies(spread)),
  ),
  statements: [
    {
      id: "7.1",
      claim: "Strategic migration brings more exchanges than mixed, and mixed more than random or none.",
      assumption: UNLIKE,
      readings: eachWay((g) => [
        above("exchanges", `${g}/strategic`, `${g}/mixed`),
        above("exchanges", `${g}/mixed`, `${g}/random`),
        above("exchanges", `${g}/mixed`, `${g}/none`),
      ]),
    },
    {
      id: "7.2",
      claim: "Consumption is the same with random migration and with none, within 5 %.",
      assumption: UNLIKE,
      readings: eachWay((g) => [same("quantity", `${g}/random`, `${g}/none`)]),
    },
    {
      id: "7.3",
      claim: "Without migration a unit costs less than with random migration.",
      assumption: UNLIKE,
      readings: eachWay((g) => [above("unitCost", `${g}/random`, `${g}/none`)]),
    },
    {
      id: "7.4",
      claim: "Strategic and mixed migration cost more in total than none.",
      assumption: UNLIKE,
      readings: eachWay((g) => [
        above("cost2", `${g}/strategic`, `${g}/none`),
        above("cost2", `${g}/mixed`, `${g}/none`),
      ]),
    },
  ],
};
