import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runReplicates } from "../../../agents/federation/replicates.ts";
import { History, runFederation } from "../../../agents/federation/run.ts";
import { settingsOf } from "../../../agents/federation/settings.ts";
import { smallFederation } from "./settings.ts";

describe("one seed has one outcome", () => {
  it("with Newscast on a thread of its own as without, in every cycle", () => {
    fc.assert(
      fc.property(smallFederation, fc.nat(1e6), (choices, seed) => {
        const settings = settingsOf(choices);
        const [one, two] = [new History(settings.cycles), new History(settings.cycles)];
        const alone = runFederation(settings, seed, 1, one);
        const both = runFederation(settings, seed, 2, two);
        expect(both.counts).toEqual(alone.counts);
        expect(two).toEqual(one);
        expect(both.newscast.caches.entries).toEqual(alone.newscast.caches.entries);
      }),
      { numRuns: 6 },
    );
  });

  it("on any number of threads for replicates, in the order of the runs", async () => {
    const settings = settingsOf({ nodes: 60, cycles: 40, strategy: "mixed", migrationProbability: 0.3 });
    const runs = [7, 1, 7, 5, 3].map((seed) => ({ settings, seed }));
    const alone = await runReplicates(runs, undefined, 1);
    expect(await runReplicates(runs, undefined, 2)).toEqual(alone);
    expect(alone[0]).toEqual(alone[2]);
    expect(alone[0]).not.toEqual(alone[1]);
  });
});
