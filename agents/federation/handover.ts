/** Cells of what two threads share besides the entries of Newscast: how far each has come. */
export const READY = 0;
export const REWIRED = 1;
/** In `READY` when the thread of Newscast can't go on. */
export const FAILED = -2;

/** Waits until the other thread has come to this cycle; throws if it can't. */
export function awaitCycle(shared: Int32Array, cell: number, cycle: number): void {
  for (;;) {
    const reached = Atomics.load(shared, cell);
    if (reached === FAILED) throw new Error("the thread of Newscast failed");
    if (reached >= cycle) return;
    Atomics.wait(shared, cell, reached);
  }
}

export function announce(shared: Int32Array, cell: number, cycle: number): void {
  Atomics.store(shared, cell, cycle);
  Atomics.notify(shared, cell);
}
