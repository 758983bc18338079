/** Who wants to know how far a day is. */
export interface Progress {
  /** A part of the day begins; `steps` calls of `step` will follow, if given. */
  phase(what: string, steps?: number): void;
  step(): void;
}

export const SILENT: Progress = { phase: () => {}, step: () => {} };

/** The same, each phase said to be of `name`. */
export const named = (progress: Progress, name: string): Progress => ({
  phase: (what, steps) => progress.phase(`${name}: ${what}`, steps),
  step: () => progress.step(),
});
