import type { Newscast } from "./newscast.ts";
import type { Population } from "./population.ts";

/** How an undirected graph hangs together. */
export interface OverlayFigures {
  readonly meanDegree: number;
  /** Mean over nodes of the share of pairs of neighbours that are neighbours themselves; 0 for a node with fewer than two. */
  readonly clustering: number;
  /** Mean length of the shortest paths between nodes that are connected, from the sources looked at. */
  readonly meanPath: number;
  readonly components: number;
}

/** A graph as lists of neighbours, of nodes 0 to n - 1. */
export type Graph = readonly (readonly number[])[];

/** Who remembers whom in Newscast, both ways, among live nodes. */
export function newscastGraph(newscast: Newscast, population: Population): Graph {
  return graphOf(population, (slot, visit) => {
    for (let i = newscast.caches.known(slot) - 1; i >= 0; i--) visit(newscast.caches.peerAt(slot, i));
  });
}

/** The graph of live nodes whose edges are visited from at least one end; node i is `population.live[i]`. */
export function graphOf(population: Population, edges: (slot: number, visit: (other: number) => void) => void): Graph {
  const { live, size, alive, high } = population;
  const node = new Int32Array(high);
  for (let i = 0; i < size; i++) node[live[i]!] = i;
  const sets = Array.from({ length: size }, () => new Set<number>());
  for (let i = 0; i < size; i++)
    edges(live[i]!, (other) => {
      if (alive[other] === 0) return;
      sets[i]!.add(node[other]!);
      sets[node[other]!]!.add(i);
    });
  return sets.map((set) => [...set]);
}

/** The figures of a graph; paths are measured from its first `sources` nodes. */
export function overlayFigures(graph: Graph, sources = graph.length): OverlayFigures {
  return {
    meanDegree: graph.reduce((sum, { length }) => sum + length, 0) / graph.length,
    clustering: clustering(graph),
    meanPath: meanPath(graph, Math.min(sources, graph.length)),
    components: components(graph),
  };
}

function clustering(graph: Graph): number {
  const mark = new Int32Array(graph.length).fill(-1);
  let sum = 0;
  graph.forEach((neighbours, node) => {
    const degree = neighbours.length;
    if (degree < 2) return;
    for (const other of neighbours) mark[other] = node;
    let linked = 0;
    for (const other of neighbours) for (const third of graph[other]!) if (mark[third] === node) linked++;
    sum += linked / (degree * (degree - 1));
  });
  return sum / graph.length;
}

function meanPath(graph: Graph, sources: number): number {
  let length = 0;
  let pairs = 0;
  const distance = new Int32Array(graph.length);
  for (let source = 0; source < sources; source++) {
    for (const node of breadthFirst(graph, source, distance)) length += distance[node]!;
    for (let node = 0; node < graph.length; node++) if (distance[node]! > 0) pairs++;
  }
  return pairs === 0 ? 0 : length / pairs;
}

function components(graph: Graph): number {
  const reached = new Uint8Array(graph.length);
  const distance = new Int32Array(graph.length);
  let count = 0;
  for (let node = 0; node < graph.length; node++) {
    if (reached[node] === 1) continue;
    count++;
    for (const other of breadthFirst(graph, node, distance)) reached[other] = 1;
  }
  return count;
}

/** The nodes reached from a source in order of distance, which is written; -1 for what is not reached. */
function breadthFirst(graph: Graph, source: number, distance: Int32Array): readonly number[] {
  distance.fill(-1);
  distance[source] = 0;
  const queue = [source];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    for (const other of graph[node]!) {
      if (distance[other]! >= 0) continue;
      distance[other] = distance[node]! + 1;
      queue.push(other);
    }
  }
  return queue;
}
