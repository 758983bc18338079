/** Who wants to know how far a day is. */
export interface Progress {
  /** A part of the day begins; `steps` calls of `step` will follow, if given. */
  phase(what: string, steps?: number): void;
  step(): void;
}

export const SILENT: Progress = { phase: () => {}, step: () => {} };
