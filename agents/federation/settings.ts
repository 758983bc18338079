import { InputError } from "../data/inputError.ts";

/** Types of energy that a node's record has room for. */
export const MOST_TYPES = 5;
/** Trading links, and peers in Newscast, that a node has at most. */
export const MOST_LINKS = 64;
export const MOST_PEERS = 64;

/** Nodes entering and leaving, by the rules of PeerSim's DynamicNetwork. */
export interface ChurnSettings {
  /** Nodes added per event, or removed if negative; a fraction of the network's size between -1 and 1. */
  readonly add: number;
  /** First cycle of an event. */
  readonly from: number;
  /** No event from this cycle on. */
  readonly until: number;
  /** Cycles from one event to the next. */
  readonly step: number;
  /** As many nodes leave as are added, or are added as leave: the size stays. */
  readonly substitute: boolean;
  /** Nothing is added to a network of this size, unless nodes are substituted. */
  readonly maxSize: number;
  /** Nothing is removed from a network of this size, unless nodes are substituted. */
  readonly minSize: number;
}

export const STRATEGIES = ["none", "random", "strategic", "mixed"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The parameters of a federation. What the paper does not give is marked as ours; `docs/federation.md` argues for it. */
export interface Settings {
  readonly nodes: number;
  readonly cycles: number;
  /** Types of energy, 1 to 5. */
  readonly types: number;
  /** Most trading links of a node. */
  readonly degree: number;
  /** Nodes per cluster at first. */
  readonly clusterSize: number;
  /** Cycles from one rewiring to the next. */
  readonly rewirePeriod: number;
  /** Share of the nodes that request in a cycle, in the mean. */
  readonly requestProbability: number;
  /** What a provider gets for one exchange on top of its price. */
  readonly payoff: number;
  /** Clusters pay `payoff` times a factor in 1 - spread .. 1 + spread (ours). */
  readonly payoffSpread: number;
  readonly strategy: Strategy;
  /** Chance that a node tries to migrate when it may rewire. */
  readonly migrationProbability: number;
  /** What entering another cluster costs (amount ours). */
  readonly fee: number;
  /** Requests that a cluster's manager deals with in a cycle; null is no limit (ours). */
  readonly managerLimit: number | null;
  /** Peers that the Newscast layer remembers per node (ours). */
  readonly cacheSize: number;
  /** Chance that a node that doesn't migrate renews one link out of its cluster (ours). */
  readonly rewireProbability: number;
  /** Share of the first in-cluster links that are redirected at random (ours). */
  readonly smallWorld: number;
  /** A request is for 1 to this many units (ours). */
  readonly largestRequest: number;
  /** Units of one type that a node stores at most (ours). */
  readonly stockCap: number;
  /** Units that a node produces per cycle and type it holds (ours). */
  readonly production: number;
  /** Base price of the first type is 1, each further type costs this much more (ours). */
  readonly priceStep: number;
  /** Mean of the payoff below which a node doesn't provide (ours). */
  readonly reservationMean: number;
  /** Whether every node may request and provide, or half of them do one and half the other (ours). */
  readonly roles: "prosumers" | "fixed";
  /** Whether a node holds one type or several. */
  readonly holding: "several" | "single";
  /** The energy that equation 2 divides by: of the exchanged type, or of all types (ours). */
  readonly networkEnergy: "type" | "all";
  readonly churn: ChurnSettings | null;
}

export const DEFAULTS: Settings = {
  nodes: 1000,
  cycles: 1000,
  types: 5,
  degree: 10,
  clusterSize: 10,
  rewirePeriod: 30,
  requestProbability: 0.25,
  payoff: 1,
  payoffSpread: 0,
  strategy: "none",
  migrationProbability: 0,
  fee: 1,
  managerLimit: null,
  cacheSize: 20,
  rewireProbability: 0.25,
  smallWorld: 0.1,
  largestRequest: 5,
  stockCap: 5,
  production: 0.5,
  priceStep: 0.25,
  reservationMean: 2,
  roles: "prosumers",
  holding: "several",
  networkEnergy: "type",
  churn: null,
};

export const NO_CHURN: ChurnSettings = {
  add: 0,
  from: 0,
  until: Number.MAX_SAFE_INTEGER,
  step: 1,
  substitute: false,
  maxSize: Number.MAX_SAFE_INTEGER,
  minSize: 0,
};

/** What may be given instead of a default; a cluster is as large as a node has links unless said. */
export type Choices = Omit<Partial<Settings>, "churn"> & { readonly churn?: Partial<ChurnSettings> | null };

/** The settings that follow from what was chosen. Throws InputError for what can't be simulated. */
export function settingsOf(choices: Choices): Settings {
  const churn = choices.churn ? { ...NO_CHURN, ...choices.churn } : null;
  const clusterSize = choices.clusterSize ?? choices.degree ?? DEFAULTS.clusterSize;
  const settings = { ...DEFAULTS, ...choices, clusterSize, churn };
  LIMITS.forEach(([name, least, most, kind]) => check(name, settings[name] as number, least, most, kind));
  WORDS.forEach(([name, words]) => checkWord(name, settings[name], words));
  if (settings.managerLimit !== null) check("managerLimit", settings.managerLimit, 0, 1e9, "whole number");
  if (churn) checkChurn(churn, settings);
  return settings;
}

type Kind = "whole number" | "number";

const LIMITS: readonly (readonly [keyof Settings, number, number, Kind])[] = [
  ["nodes", 2, 4_000_000, "whole number"],
  ["cycles", 1, 1_000_000, "whole number"],
  ["types", 1, MOST_TYPES, "whole number"],
  ["degree", 1, MOST_LINKS, "whole number"],
  ["clusterSize", 1, 1_000_000, "whole number"],
  ["rewirePeriod", 1, 1_000_000, "whole number"],
  ["requestProbability", 0, 1, "number"],
  ["payoff", 0, 1e6, "number"],
  ["payoffSpread", 0, 1, "number"],
  ["migrationProbability", 0, 1, "number"],
  ["fee", 0, 1e6, "number"],
  ["cacheSize", 2, MOST_PEERS, "whole number"],
  ["rewireProbability", 0, 1, "number"],
  ["smallWorld", 0, 1, "number"],
  ["largestRequest", 1, 1000, "whole number"],
  ["stockCap", 1, 1000, "number"],
  ["production", 0, 1000, "number"],
  ["priceStep", 0, 1000, "number"],
  ["reservationMean", 0, 1e6, "number"],
];

function check(name: string, value: number, least: number, most: number, kind: Kind): void {
  const right = kind === "number" ? Number.isFinite(value) : Number.isInteger(value);
  if (right && value >= least && value <= most) return;
  throw new InputError(`${name} can't be ${value}`, { key: name }, `give a ${kind} from ${least} to ${most}`);
}

const WORDS: readonly (readonly [keyof Settings, readonly string[]])[] = [
  ["strategy", STRATEGIES],
  ["roles", ["prosumers", "fixed"]],
  ["holding", ["several", "single"]],
  ["networkEnergy", ["type", "all"]],
];

function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  throw new InputError(`${name} can't be ${value}`, { key: name }, `give one of ${words.join(", ")}`);
}

function checkChurn(churn: ChurnSettings, { nodes }: Settings): void {
  const { add, from, until, step, minSize } = churn;
  check("churn.add", add, -4_000_000, 4_000_000, "number");
  if (Math.abs(add) >= 1) check("churn.add", add, -4_000_000, 4_000_000, "whole number");
  check("churn.from", from, 0, Number.MAX_SAFE_INTEGER, "whole number");
  check("churn.until", until, 0, Number.MAX_SAFE_INTEGER, "whole number");
  check("churn.step", step, 1, Number.MAX_SAFE_INTEGER, "whole number");
  check("churn.maxSize", churn.maxSize, 0, Number.MAX_SAFE_INTEGER, "whole number");
  check("churn.minSize", minSize, 0, Number.MAX_SAFE_INTEGER, "whole number");
  if (churn.substitute && Math.abs(add) >= 1 && Math.abs(add) >= nodes)
    throw new InputError(
      `churn substitutes ${Math.abs(add)} of ${nodes} nodes at once`,
      { key: "churn.add" },
      "substitute fewer",
    );
  if (add < 0 && !churn.substitute && minSize < 2)
    throw new InputError("churn could remove every node", { key: "churn.add" }, "give churn.minSize, at least 2");
}

/** Nodes that one event of churn adds to, and removes from, a network of this size (DynamicNetwork.execute). */
export function churnOf(churn: ChurnSettings, size: number): { readonly enter: number; readonly leave: number } {
  const { add, substitute, maxSize, minSize } = churn;
  const none = { enter: 0, leave: 0 };
  const wanted = Math.round(Math.abs(add) < 1 ? Math.abs(add) * size : Math.abs(add));
  if (substitute) return { enter: wanted, leave: wanted };
  if (add > 0 && maxSize > size) return { enter: Math.min(wanted, maxSize - size), leave: 0 };
  if (add < 0 && minSize < size) return { enter: 0, leave: Math.min(wanted, size - minSize) };
  return none;
}
