import { SingleBar } from "cli-progress";
import type { Progress } from "../simulation/progress.ts";

/** Progress on stderr: a bar per phase on a terminal, else one line per phase. */
export class PhaseProgress implements Progress {
  #bar: SingleBar | undefined;

  phase(what: string, steps = 0): void {
    this.end();
    if (!process.stderr.isTTY || steps === 0) {
      process.stderr.write(`${what}\n`);
      return;
    }
    this.#bar = new SingleBar({ format: `${what} {bar} {value}/{total}`, barsize: 20, stream: process.stderr });
    this.#bar.start(steps, 0);
  }

  step(): void {
    this.#bar?.increment();
  }

  /** Nothing more will come. */
  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
