import type { Clusters } from "./clusters.ts";
import type { Links } from "./links.ts";
import type { Records } from "./records.ts";
import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/**
 * Deals the nodes into clusters of nearly equal size and links them: all pairs of a cluster, some redirected to a random
 * node, and more random links until every node has its degree or has tried four times as often.
 *
 * Nodes are dealt in the order of their slots. Their states are drawn alike and independently, so this is a random deal;
 * neighbours lie together in memory.
 */
export function firstGraph(
  settings: Settings,
  records: Records,
  clusters: Clusters,
  links: Links,
  stream: Stream,
): void {
  const { nodes, degree } = settings;
  for (let slot = 0; slot < nodes; slot++) {
    const cluster = Math.floor((slot * clusters.count) / nodes);
    clusters.join(slot, cluster);
    records.join(slot, cluster, clusters.payoff[cluster]!);
  }
  for (let cluster = 0; cluster < clusters.count; cluster++) linkMembers(settings, clusters, cluster, links, stream);
  for (let slot = 0; slot < nodes; slot++)
    for (let tries = 0; tries < 4 * degree && links.degree[slot]! < degree; tries++)
      links.link(slot, stream.below(nodes));
}

function linkMembers(settings: Settings, clusters: Clusters, cluster: number, links: Links, stream: Stream): void {
  const size = clusters.size[cluster]!;
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      const other = stream.unit() < settings.smallWorld ? stream.below(settings.nodes) : clusters.member(cluster, j);
      links.link(clusters.member(cluster, i), other);
    }
}
