import type { Highs, ModelData, ModelStatusCode } from "highs";
import highs from "highs";

/** HiGHS, compiled to WebAssembly; loaded once, all solving after that is synchronous. */
const solver: Highs = await (highs as unknown as typeof highs.default)();

/** A column of a model. */
export type Variable = number & { readonly variable: true };
/** A row of a model. */
export type Constraint = number & { readonly constraint: true };

/** A coefficient and its variable. */
export type Term = readonly [coefficient: number, variable: Variable];

export interface Bounds {
  /** 0 for a variable, none for a constraint, where left out. */
  readonly lower?: number;
  /** None where left out. */
  readonly upper?: number;
}

/** What a solve found. Values exist for an optimum alone: for an unbounded model the solver holds a finite objective too. */
export type Outcome =
  | { readonly status: "optimal"; readonly objective: number; readonly values: Float64Array }
  | { readonly status: "infeasible" | "unbounded" | "infeasible or unbounded" | "stopped" };

/** How far from the optimum a mixed-integer solve may stop, and when it gives up. */
export interface SolveLimits {
  /** Largest gap to the optimum in units of the objective; 1e-6 where left out. */
  readonly gap?: number;
  /** Largest gap as a share of the objective; 0 where left out. */
  readonly relativeGap?: number;
  /** Seconds until the best found so far has to do; none where left out. */
  readonly seconds?: number;
}

const { modelStatus, variableType, solutionStatus } = solver.constants;

/** A linear or mixed-integer model to be minimised. */
export class LinearModel {
  readonly #costs: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #coefficients: number[] = [];
  #offset = 0;

  get hasIntegers(): boolean {
    return this.#integer.includes(variableType.integer);
  }

  /** A number between its bounds that costs `cost` per unit. */
  variable({ lower = 0, upper = Number.POSITIVE_INFINITY }: Bounds = {}, cost = 0): Variable {
    this.#integer.push(variableType.continuous);
    this.#lower.push(lower);
    this.#upper.push(upper);
    return (this.#costs.push(cost) - 1) as Variable;
  }

  /** 0 or 1. */
  binary(cost = 0): Variable {
    const variable = this.variable({ upper: 1 }, cost);
    this.#integer[variable] = variableType.integer;
    return variable;
  }

  /** Adds to what a unit of a variable costs. */
  addCost(variable: Variable, cost: number): void {
    this.#costs[variable]! += cost;
  }

  /** Adds to the objective, whatever the variables are. */
  addConstant(cost: number): void {
    this.#offset += cost;
  }

  /** A sum of terms between bounds; terms of one variable add up. */
  constraint(
    terms: readonly Term[],
    { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }: Bounds,
  ): Constraint {
    const sums = new Map<number, number>();
    for (const [coefficient, variable] of terms) sums.set(variable, (sums.get(variable) ?? 0) + coefficient);
    this.#indices.push(...sums.keys());
    this.#coefficients.push(...sums.values());
    this.#starts.push(this.#indices.length);
    this.#rowUpper.push(upper);
    return (this.#rowLower.push(lower) - 1) as Constraint;
  }

  /** A sum of terms that is `value`. */
  equal(terms: readonly Term[], value: number): Constraint {
    return this.constraint(terms, { lower: value, upper: value });
  }

  /**
   * Solves the model once. Integers come out whole and the rest is optimal for them, exactly: the search itself lets an
   * integer be off by a millionth, which a large coefficient would make something of.
   */
  solve(limits: SolveLimits = {}): Outcome {
    const prepared = this.prepare(limits);
    try {
      const outcome = prepared.solve();
      return this.hasIntegers && outcome.status === "optimal" ? prepared.polished(outcome.values) : outcome;
    } finally {
      prepared.dispose();
    }
  }

  /** The model in the solver, to be solved again with other bounds; `dispose` it. Assumes at least one variable. */
  prepare(limits: SolveLimits = {}): PreparedModel {
    return new PreparedModel(
      this.#data(),
      limits,
      this.#integer.flatMap((type, i) => (type === variableType.integer ? i : [])),
    );
  }

  #data(): ModelData {
    const [numCols, numRows] = [this.#costs.length, this.#rowLower.length];
    const [starts, indices, values] = [this.#starts, this.#indices, this.#coefficients];
    return {
      numCols,
      numRows,
      offset: this.#offset,
      colCost: this.#costs,
      colLower: this.#lower,
      colUpper: this.#upper,
      rowLower: this.#rowLower,
      rowUpper: this.#rowUpper,
      matrix: { format: "csr", numRows, numCols, starts, indices, values },
      ...(this.hasIntegers ? { integrality: Int32Array.from(this.#integer) } : {}),
    };
  }
}

/** A model that lives in the solver: solved again after a change it starts from what it knows. */
export class PreparedModel {
  readonly #model: ReturnType<Highs["createModel"]>;
  readonly #integers: readonly number[];

  constructor(data: ModelData, { gap = 1e-6, relativeGap = 0, seconds }: SolveLimits, integers: readonly number[]) {
    this.#integers = integers;
    this.#model = solver.createModel(data);
    this.#model.options.set({ output_flag: false, mip_abs_gap: gap, mip_rel_gap: relativeGap });
    if (seconds !== undefined) this.#model.options.set("time_limit", seconds);
  }

  setBounds(variable: Variable, { lower = 0, upper = Number.POSITIVE_INFINITY }: Bounds): void {
    this.#model.changeColBounds(variable, lower, upper);
  }

  setLimits(
    constraint: Constraint,
    { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }: Bounds,
  ): void {
    this.#model.changeRowBounds(constraint, lower, upper);
  }

  /** Values to begin the search from, one per variable. */
  startFrom(values: Float64Array): void {
    this.#model.setSolution({ colValue: values });
  }

  solve(): Outcome {
    this.#model.zeroAllClocks();
    const status = STATUS.get(this.#model.run().modelStatus) ?? "stopped";
    if (status !== "optimal" && !(status === "stopped" && this.#isFeasible())) return { status };
    return {
      status: "optimal",
      objective: this.#model.getObjectiveValue(),
      values: this.#model.getSolution().colValue,
    };
  }

  /** The optimum with the integers fixed to the whole numbers next to `values`; the model is a linear one afterwards. */
  polished(values: Float64Array): Outcome {
    for (const variable of this.#integers) {
      const whole = Math.round(values[variable]!);
      this.#model.changeColBounds(variable, whole, whole);
    }
    this.#model.clearIntegrality();
    return this.solve();
  }

  /** Whether a solve that stopped early holds a feasible plan. */
  #isFeasible(): boolean {
    return this.#model.info.get("primal_solution_status") === solutionStatus.feasible;
  }

  dispose(): void {
    this.#model.dispose();
  }
}

const STATUS = new Map<ModelStatusCode, Outcome["status"]>([
  [modelStatus.optimal, "optimal"],
  [modelStatus.infeasible, "infeasible"],
  [modelStatus.unbounded, "unbounded"],
  [modelStatus.unboundedOrInfeasible, "infeasible or unbounded"],
]);
