import type { Network } from "./community.ts";

/** Runs `act` in a block at `second`, then takes it back. */
export const tryAtOn =
  ({ networkHelpers }: Network) =>
  async (second: number, act: () => Promise<unknown>): Promise<void> => {
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.setNextBlockTimestamp(second);
    await act();
    await snapshot.restore();
  };
