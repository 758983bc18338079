import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Compiled, compile } from "../bugs/compile.ts";
import type { Run, Workshop } from "../bugs/workshop.ts";
import type { Mutant } from "./mutants.ts";
import type { Stage, Target } from "./targets.ts";

/**
 * What became of a mutant. Invalid: it does not compile. Equivalent: the same bytecode. Stuck: a test never ended, which
 * counts as noticed. Unclear: a run failed and no test says why, which counts for nothing.
 */
export interface Verdict {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly right: string;
  readonly wrong: string;
  readonly result: "invalid" | "equivalent" | "killed" | "stuck" | "survived" | "unclear";
  /** The first test that failed. */
  readonly by?: string;
  readonly seconds: number;
}

/** Judges mutants one at a time in a copy of the built project. */
export class Judge {
  readonly #workshop: Workshop;
  /** What a stage's contracts are without a mutant, made the same way. */
  readonly #right = new Map<Stage, Map<string, Compiled>>();
  readonly #controls: Record<string, true>;

  /** `controls` says which stages' tests passed without a mutant; what passes is added. */
  constructor(workshop: Workshop, controls: Record<string, true>) {
    this.#workshop = workshop;
    this.#controls = controls;
  }

  judge(mutant: Mutant, { stages }: Target): Verdict {
    const started = Date.now();
    const { source: _, ...what } = mutant;
    const told = this.#result(mutant, stages);
    return { ...what, ...told, seconds: Math.round((Date.now() - started) / 1000) };
  }

  #result(mutant: Mutant, stages: readonly Stage[]): Pick<Verdict, "result" | "by"> {
    let result: "equivalent" | "survived" = "equivalent";
    for (const stage of stages) {
      const made = changed(mutant, stage);
      if (made === undefined) return { result: "invalid" };
      if (same(made, this.#rightOf(stage))) continue;
      this.#control(stage);
      const run = this.#workshop.holding(mutant.file, mutant.source, made, () => outcomeOf(this.#workshop, stage));
      if (run.result === "unclear") return { result: "unclear" };
      if (run.result === "failed") return { result: "killed", ...(run.by ? { by: run.by } : {}) };
      if (run.result === "timed out") return { result: "stuck" };
      result = "survived";
    }
    return { result };
  }

  #rightOf(stage: Stage): Map<string, Compiled> {
    const known = this.#right.get(stage) ?? compile(stage.contracts, new Map());
    this.#right.set(stage, known);
    return known;
  }

  /** The stage's tests pass without a mutant, or nothing that follows would mean anything. */
  #control(stage: Stage): void {
    const right = [...this.#rightOf(stage).values()].map(({ bytecode }) => bytecode);
    const texts = stage.tests.map((path) => readFileSync(path, "utf8"));
    const key = createHash("sha256")
      .update(JSON.stringify([right, texts]))
      .digest("hex");
    if (this.#controls[key]) return;
    const run = this.#workshop.installed(this.#rightOf(stage), () => this.#workshop.run(stage.tests, 5));
    if (run.result !== "passed")
      throw new Error(`${stage.tests} without a mutant: ${run.result} ${run.by} ${run.says}`);
    this.#controls[key] = true;
  }
}

function outcomeOf(workshop: Workshop, { tests }: Stage): Run | { result: "unclear" } {
  try {
    return workshop.run(tests);
  } catch {
    return { result: "unclear" };
  }
}

/** The stage's contracts with the mutant; undefined where they can't be made. */
function changed(mutant: Mutant, { contracts }: Stage): Map<string, Compiled> | undefined {
  try {
    return compile(contracts, new Map([[mutant.file, mutant.source]]));
  } catch {
    return undefined;
  }
}

const same = (a: ReadonlyMap<string, Compiled>, b: ReadonlyMap<string, Compiled>): boolean =>
  [...a].every(([path, { bytecode }]) => bytecode === b.get(path)!.bytecode);
