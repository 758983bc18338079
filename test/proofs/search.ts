import { type Action, alphabet, type Call, forbidden, named } from "./alphabet.ts";
import { type Books, keyOf, type Money, type State } from "./money.ts";
import {
  type Breach,
  conserved,
  drains,
  ending,
  kept,
  keptIn,
  type Outcome,
  type Probe,
  type Property,
  refusals,
  solvent,
  withdrawals,
} from "./properties.ts";
import type { Scope } from "./scope.ts";
import type { Stage } from "./stage.ts";

/** A sequence of calls after which a property does not hold. */
export interface Counterexample extends Breach {
  readonly calls: readonly string[];
}

/** A state that was reached, by which action of which earlier one. */
interface Node {
  readonly from: number;
  readonly action: number;
  readonly depth: number;
}

/** What a search knows; plain data, to be kept. `keys` and `nodes` go together; those before `next` are done with. */
export interface Progress {
  keys: string[];
  nodes: Node[];
  next: number;
  calls: number;
  /** Longest sequence that leads to a new state. */
  depth: number;
}

const NOTHING: Books = { pot: 0n, locks: [0n, 0n] };

/** Breadth first through all states that calls within a scope lead to; each is judged, and so is each call. */
export class Search {
  readonly #stage: Stage;
  readonly #scope: Scope;
  readonly #actions: Action[];
  /** The same in every state. */
  readonly #refusals: Probe[];
  readonly #watched: ReadonlySet<Property>;
  readonly #seen: Set<string>;
  readonly progress: Progress;

  constructor(stage: Stage, scope: Scope, watched: Iterable<Property>, progress?: Progress) {
    this.#stage = stage;
    this.#scope = scope;
    this.#watched = new Set(watched);
    this.#actions = alphabet(scope.amount, stage.bank);
    this.#refusals = refusals(forbidden(stage.bank));
    this.progress = progress ?? { keys: [], nodes: [], next: 0, calls: 0, depth: 0 };
    this.#seen = new Set(this.progress.keys);
  }

  /** Judges one state more; false where none is left, a counterexample where one is found. */
  async step(): Promise<boolean | Counterexample> {
    const { progress } = this;
    if (progress.nodes.length === 0) await this.#begin();
    if (progress.next >= progress.nodes.length) return false;
    const found = await this.#judge(progress.next);
    if (found) return found;
    progress.next++;
    return true;
  }

  async #begin(): Promise<void> {
    const { start } = await this.#stage.explore([], []);
    this.#add({ money: start, books: NOTHING }, { from: -1, action: -1, depth: 0 });
  }

  #add(state: State, node: Node): void {
    const key = keyOf(state);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.progress.keys.push(key);
    this.progress.nodes.push(node);
    this.progress.depth = Math.max(this.progress.depth, node.depth);
  }

  #actionsTo(index: number): Action[] {
    const actions: Action[] = [];
    for (let node = this.progress.nodes[index]!; node.from >= 0; node = this.progress.nodes[node.from]!)
      actions.push(this.#actions[node.action]!);
    return actions.reverse();
  }

  async #judge(index: number): Promise<Counterexample | undefined> {
    const { depth } = this.progress.nodes[index]!;
    const done = this.#actionsTo(index);
    const path = done.flatMap(({ calls }) => calls);
    const books = done.reduce((at, action) => action.books(at), NOTHING);
    const wanted = depth < this.#scope.depth ? this.#actions.filter(({ when }) => when?.(books) ?? true) : [];
    const state = { money: (await this.#stage.explore(path, [])).start, books };
    const probes = [...withdrawals(state, this.#stage.bank), ...this.#refusals];
    const end = ending(state);
    const tries = [...wanted.map(({ calls }) => calls), ...probes.map(({ calls }) => calls), end];
    const { results } = await this.#stage.explore(path, tries);
    this.progress.calls += tries.length;
    const tell = (breach: Breach | undefined, more: readonly Call[]) =>
      breach && this.#watched.has(breach.property) ? { ...breach, calls: [...path, ...more].map(named) } : undefined;
    for (const [i, action] of wanted.entries()) {
      const found = this.#follow(state, action, results[i]!, { from: index, depth: depth + 1 });
      const told = tell(found, action.calls);
      if (told) return told;
    }
    const answers = results.slice(wanted.length, -1);
    for (const [i, { calls, judge }] of probes.entries()) {
      const told = tell(judge(answers[i]!), calls);
      if (told) return told;
    }
    return this.#drain(path, end, results.at(-1)!, tell);
  }

  /** What an action did; the state it leads to is new, known, or out of scope. */
  #follow(state: State, action: Action, outcome: Outcome, node: Omit<Node, "action">): Breach | undefined {
    if (!outcome.passed) return undefined;
    const refused = action.calls[0]!.by === "market" && outcome.answer !== 0n;
    if (refused && action.calls.length > 1) return undefined; // the market stops where its lock is refused
    const next = { money: outcome.money, books: refused ? state.books : action.books(state.books) };
    if (!covered(next.books)) return undefined;
    const breaches = [conserved(next), solvent(next), kept(state.money, action, next.money), keptIn(next)];
    const breach = breaches.find((one) => one && this.#watched.has(one.property));
    if (breach) return breach;
    if (!refused && within(next, this.#scope)) this.#add(next, { ...node, action: this.#actions.indexOf(action) });
    return undefined;
  }

  async #drain(
    path: readonly Call[],
    end: readonly Call[],
    ended: Outcome,
    tell: (breach: Breach | undefined, more: readonly Call[]) => Counterexample | undefined,
  ): Promise<Counterexample | undefined> {
    if (!ended.passed) return tell({ property: "solvency", says: "business can't be ended" }, end);
    const probes = drains(ended.money, end, this.#stage.bank);
    const { results } = await this.#stage.explore(
      path,
      probes.map(({ calls }) => calls),
    );
    this.progress.calls += probes.length;
    return first(probes.map(({ calls, judge }: Probe, i) => tell(judge(results[i]!), calls)));
  }
}

const first = <T>(list: readonly (T | undefined)[]): T | undefined => list.find((item) => item !== undefined);

/** The day book's promise: what buyers still owe to a pot is in their locks. */
const covered = ({ pot, locks }: Books): boolean => pot + locks[0] + locks[1] >= 0n;

function within({ money, books }: State, { tokens, debt, pot }: Scope): boolean {
  const small = (money: Money) => money.accounts.every(({ debt: owes, owed }) => owes <= debt && owed <= debt);
  return money.held <= tokens && small(money) && books.pot <= pot && books.pot >= -pot;
}
