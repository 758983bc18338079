import { describe, expect, it } from "vitest";
import { type Graph, newscastGraph, overlayFigures } from "../../../agents/federation/overlay.ts";
import { runFederation } from "../../../agents/federation/run.ts";
import { settingsOf } from "../../../agents/federation/settings.ts";

const overlay = (nodes: number, sources: number, cacheSize = 20, seed = 1) => {
  const settings = settingsOf({ nodes, cycles: 200, requestProbability: 0, cacheSize });
  const { newscast, population } = runFederation(settings, seed);
  return overlayFigures(newscastGraph(newscast, population), sources);
};

/**
 * The figures that PeerSim's Newscast gave after 200 cycles, paths from the fifth of the nodes that gossips first. From all
 * nodes PeerSim gives 2.574 at 1,000 nodes, and from the first 200 2.537 to 2.541 (its GraphStats, seeds 1 and 2).
 */
describe("the overlay is PeerSim's, within 3 %", () => {
  it.each([
    [1000, 33.35, 33.6, 0.299, 0.3, 2.533, 2.538],
    [10_000, 33.53, 33.62, 0.283, 0.288, 3.41, 3.416],
  ])("%i nodes", (nodes, lowDegree, highDegree, lowClustering, highClustering, lowPath, highPath) => {
    const seeds = nodes === 1000 ? [1, 2, 3, 4, 5, 6] : [1];
    const figures = seeds.map((seed) => overlay(nodes, nodes / 5, 20, seed));
    const mean = (of: "meanDegree" | "clustering" | "meanPath") =>
      figures.reduce((sum, each) => sum + each[of], 0) / figures.length;
    const within = (value: number, low: number, high: number) => {
      expect(value).toBeGreaterThan(low * 0.97);
      expect(value).toBeLessThan(high * 1.03);
    };
    within(mean("meanDegree"), lowDegree, highDegree);
    within(mean("clustering"), lowClustering, highClustering);
    within(mean("meanPath"), lowPath, highPath);
    for (const { components } of figures) expect(components).toBe(1);
  });

  it("paths from all nodes are longer than from those that gossip first, as PeerSim's are", () => {
    const all = overlay(1000, 1000).meanPath;
    expect(Math.abs(all / 2.574 - 1)).toBeLessThan(0.005);
    expect(Math.abs(overlay(1000, 200).meanPath / 2.539 - 1)).toBeLessThan(0.005);
  });

  it("and falls apart with small caches: the view of the paper can't be Newscast's cache", () => {
    expect(overlay(1000, 1, 3).components).toBeGreaterThan(150);
    expect(overlay(1000, 1, 10).components).toBeGreaterThan(30);
  });
});

describe("figures of graphs that can be counted by hand", () => {
  it.each<[string, Graph, object]>([
    ["a triangle", [[1, 2], [0, 2], [0, 1]], { meanDegree: 2, clustering: 1, meanPath: 1, components: 1 }], // biome-ignore format: a row
    ["a path of three", [[1], [0, 2], [1]], { meanDegree: 4 / 3, clustering: 0, meanPath: 4 / 3, components: 1 }], // biome-ignore format: a row
    ["two pairs", [[1], [0], [3], [2]], { meanDegree: 1, clustering: 0, meanPath: 1, components: 2 }], // biome-ignore format: a row
  ])("%s", (_, graph, figures) => expect(overlayFigures(graph)).toEqual(figures));
});
