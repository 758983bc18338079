import { type ChurnSettings, churnOf, type Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Cycles after which slots of nodes that left are looked through, at the next rewiring. */
const RECLAIM_AFTER = 16;

/**
 * Which nodes are alive, in which slots. A node's slot is its name everywhere. A slot is given to another node only when
 * nothing remembers the one that left, so that no old link or Newscast entry ever points at a stranger. Two populations
 * of the same settings and seed go through the same states: each thread has its own.
 */
export class Population {
  /** Live nodes in any order; the first `size` count. */
  readonly live: Int32Array;
  readonly alive: Uint8Array;
  size = 0;
  /** Slots below this have been used. */
  high = 0;
  /** Nodes that left and entered in this cycle; the first `leftCount` and `enteredCount` count. */
  readonly left: Int32Array;
  readonly entered: Int32Array;
  leftCount = 0;
  enteredCount = 0;
  readonly capacity: number;
  readonly #settings: Settings;
  readonly #stream: Stream;
  readonly #dead: Int32Array;
  readonly #free: Int32Array;
  #deadCount = 0;
  #freeCount = 0;

  constructor(settings: Settings, seed: number) {
    this.#settings = settings;
    this.#stream = new Stream(seed, "churn");
    const { capacity, perEvent } = roomFor(settings);
    this.capacity = capacity;
    this.live = new Int32Array(capacity);
    this.alive = new Uint8Array(capacity);
    this.#dead = new Int32Array(settings.churn ? capacity : 0);
    this.#free = new Int32Array(settings.churn ? capacity : 0);
    this.left = new Int32Array(perEvent);
    this.entered = new Int32Array(perEvent);
    for (let i = 0; i < settings.nodes; i++) this.#enter();
  }

  /** Lets nodes leave, then enter, as the churn of this cycle says. */
  churn(cycle: number): void {
    this.leftCount = 0;
    this.enteredCount = 0;
    const { churn } = this.#settings;
    if (churn === null || cycle < churn.from || cycle >= churn.until || (cycle - churn.from) % churn.step !== 0) return;
    const { enter, leave } = churnOf(churn, this.size);
    for (let i = 0; i < leave; i++) this.left[this.leftCount++] = this.#leave();
    for (let i = 0; i < enter; i++) this.entered[this.enteredCount++] = this.#enter();
  }

  /** Whether slots are looked through in this cycle, after its rewiring. */
  reclaims(cycle: number): boolean {
    return this.#settings.churn !== null && cycle > 0 && cycle % reclaimPeriod(this.#settings) === 0;
  }

  /** Frees the slots of nodes that left and that `remembered` doesn't mark. */
  reclaim(remembered: Uint8Array): void {
    let kept = 0;
    for (let i = 0; i < this.#deadCount; i++) {
      const slot = this.#dead[i]!;
      if (remembered[slot] === 1) this.#dead[kept++] = slot;
      else this.#free[this.#freeCount++] = slot;
    }
    this.#deadCount = kept;
  }

  #enter(): number {
    if (this.#freeCount === 0 && this.high === this.capacity) throw new Error("no slot left for a node that enters");
    const slot = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.high++;
    this.alive[slot] = 1;
    this.live[this.size++] = slot;
    return slot;
  }

  /** Takes a random node out, the last one into its place in the list. */
  #leave(): number {
    const index = this.#stream.below(this.size);
    const slot = this.live[index]!;
    this.live[index] = this.live[--this.size]!;
    this.alive[slot] = 0;
    this.#dead[this.#deadCount++] = slot;
    return slot;
  }
}

/** A multiple of the rewiring's period, since only a rewiring forgets links to nodes that left. */
const reclaimPeriod = ({ rewirePeriod }: Settings) => rewirePeriod * Math.ceil(RECLAIM_AFTER / rewirePeriod);

/** Slots that a run needs at most, and nodes that enter or leave at most in one event. */
function roomFor(settings: Settings): { readonly capacity: number; readonly perEvent: number } {
  const { nodes, cycles, churn, cacheSize } = settings;
  const events = churn ? Math.max(0, Math.ceil((Math.min(churn.until, cycles) - churn.from) / churn.step)) : 0;
  if (churn === null || events === 0) return { capacity: nodes, perEvent: 0 };
  if (!churn.substitute) return roomToGrow(nodes, churn, events);
  const { enter } = churnOf(churn, nodes);
  const unclaimed = 2 * enter * Math.ceil(reclaimPeriod(settings) / churn.step + 1);
  const remembered = Math.min(nodes * cacheSize, 4096); // a cache that is not full never forgets
  return { capacity: nodes + Math.min(enter * events, unclaimed + remembered), perEvent: enter };
}

/** The same where nodes only enter or only leave. */
function roomToGrow(nodes: number, churn: ChurnSettings, events: number) {
  let size = nodes;
  let perEvent = 0;
  for (let event = 0; event < events; event++) {
    const { enter, leave } = churnOf(churn, size);
    if (enter + leave === 0) break;
    size += enter - leave;
    perEvent = Math.max(perEvent, enter, leave);
  }
  return { capacity: Math.max(nodes, size), perEvent };
}
