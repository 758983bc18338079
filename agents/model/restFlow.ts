/**
 * What the federation settles a member by: its flow beyond what its own community's trades explain. Own trades come
 * first, so that a packet counts once. With it a member short in both pays for exactly what it would be short in one
 * market of both: max(0, s - f) + max(0, S - max(0, f - s)) = max(0, s + S - f).
 */
import type { Flow } from "./flowTree.ts";
import type { Packets } from "./packets.ts";

/** A member's net position in a slot of its own community. */
export interface Position {
  readonly sold: Packets;
  readonly bought: Packets;
}

/** The rest of a member's flows, slot by slot: drawn beyond bought, fed in beyond sold. */
export const restFlows = (flows: readonly Flow[], positions: readonly Position[]): Flow[] =>
  flows.map(({ drawn, fedIn, quality }, t) => ({
    drawn: Math.max(0, drawn - positions[t]!.bought),
    fedIn: Math.max(0, fedIn - positions[t]!.sold),
    quality,
  }));
