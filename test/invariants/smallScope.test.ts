import { expect, it } from "vitest";
import { instrumented } from "../helpers/instrumented.ts";
import { startChain } from "../proofs/chains.ts";
import { PROPERTIES } from "../proofs/properties.ts";
import { SHORT } from "../proofs/scope.ts";
import { Search } from "../proofs/search.ts";
import { stageOf } from "../proofs/stage.ts";

// Instrumented contracts are larger than a chain takes.
it.skipIf(instrumented)(
  "MONEY-1, MONEY-2, MONEY-3, MONEY-6 hold after every short sequence of calls of the built house",
  async () => {
    const chain = await startChain();
    try {
      const search = new Search(await stageOf(chain.request, "euro"), SHORT, PROPERTIES);
      let step = await search.step();
      while (step === true) step = await search.step();
      expect(step).toBe(false);
      expect(search.progress.depth).toBe(SHORT.depth);
    } finally {
      await chain.stop();
    }
  },
);
