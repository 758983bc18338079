import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Population } from "../../../agents/federation/population.ts";
import { runFederation } from "../../../agents/federation/run.ts";
import { churnOf, NO_CHURN, settingsOf } from "../../../agents/federation/settings.ts";
import { smallFederation } from "./settings.ts";

describe("nodes enter and leave as in PeerSim's DynamicNetwork", () => {
  it("the paper's configuration changes nothing: the network has its largest size already", () => {
    const paper = { nodes: 300, cycles: 60, churn: { add: 100, step: 1, maxSize: 300 } };
    expect(churnOf({ ...NO_CHURN, ...paper.churn }, 300)).toEqual({ enter: 0, leave: 0 });
    const ended = runFederation(settingsOf(paper), 5);
    const without = runFederation(settingsOf({ nodes: 300, cycles: 60 }), 5);
    expect(ended.counts).toEqual(without.counts);
    expect(ended.population.live).toEqual(without.population.live);
  });

  it.each([
    ["a smaller network grows to its largest size", { add: 100, maxSize: 350 }, { enter: 50, leave: 0 }],
    ["a network shrinks to its smallest size", { add: -100, minSize: 250 }, { enter: 0, leave: 50 }],
    ["a fraction is one of the size, rounded", { add: 0.015 }, { enter: 5, leave: 0 }],
    ["who is substituted leaves and is replaced", { add: 7, substitute: true, maxSize: 1 }, { enter: 7, leave: 7 }],
    ["removing can be substituted as well", { add: -0.1, substitute: true, minSize: 300 }, { enter: 30, leave: 30 }],
  ])("%s", (_, churn, moved) => expect(churnOf({ ...NO_CHURN, ...churn }, 300)).toEqual(moved));

  it("events come from the first cycle until before the last, each so many cycles", () => {
    const population = new Population(
      settingsOf({ nodes: 20, cycles: 20, churn: { add: 1, from: 4, until: 13, step: 3 } }),
      1,
    );
    const cycles = Array.from({ length: 20 }, (_, cycle) => cycle).filter((cycle) => {
      population.churn(cycle);
      return population.enteredCount > 0;
    });
    expect(cycles).toEqual([4, 7, 10]);
  });

  it("whoever enters requests in that cycle", () => {
    const churn = { add: 10, step: 5, substitute: true };
    const { counts } = runFederation(settingsOf({ nodes: 50, cycles: 20, requestProbability: 0, churn }), 2);
    expect(counts.requests).toBe(40);
  });

  it("lists of the living are right, whatever happened", () => {
    fc.assert(
      fc.property(smallFederation, fc.nat(1e6), (choices, seed) => {
        const settings = settingsOf(choices);
        const population = new Population(settings, seed);
        let size = settings.nodes;
        for (let cycle = 0; cycle < settings.cycles; cycle++) {
          population.churn(cycle);
          if (population.reclaims(cycle)) population.reclaim(new Uint8Array(population.capacity));
          size += population.enteredCount - population.leftCount;
          const live = new Set(population.live.subarray(0, population.size));
          if (live.size !== size || size !== population.alive.reduce((sum, alive) => sum + alive, 0)) return false;
          if ([...live].some((slot) => population.alive[slot] === 0)) return false;
        }
        return true;
      }),
    );
  });

  it("slots are used again: a long run needs few more than it has nodes", () => {
    const churn = { add: 5, substitute: true };
    const { population } = runFederation(settingsOf({ nodes: 500, cycles: 600, churn }), 4);
    expect(population.high).toBeLessThan(500 + 5 * 120); // 3,000 entered
  });
});
