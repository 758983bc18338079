import type { FlexibleLoad, FlexibleUse } from "../commons/flexible.ts";
import type { HomeSpec } from "../commons/router.ts";
import { type CommonsRun, runCommons, type World } from "../commons/run.ts";
import { ruleServer } from "../commons/server.ts";
import { type Forecasters, newestForecasters } from "../forecast/net.ts";
import { perfectForesight } from "../forecast/perfect.ts";
import type { PacketCommons } from "../model/commons.ts";
import type { CommonsRules, CommonsTerms } from "../model/commonsRules.ts";
import type { SlotRange } from "../model/slots.ts";
import { type CommonsVote, commonsRules, commonsTerms, emptyCommons, homeSpecs } from "./commonsSettings.ts";
import { CommonsWorld, split } from "./commonsWorld.ts";
import type { Community } from "./community.ts";

/** How the server knows the future: `agents` as the homes forecast, `right` as it comes. */
export type Foresight = "agents" | "right";

export interface SceneOptions {
  readonly packetWh: number;
  readonly vote: CommonsVote;
  readonly foresight?: Foresight;
  /** The source as expected, in thousandths of what is forecast; 1,000 if left out. */
  readonly sourcePermille?: number;
  /** Flexible loads of each home, as `flexibleUses` has them. */
  readonly uses: readonly (readonly FlexibleUse[])[];
}

/** A community ready to live some slots as a commons. */
export interface CommonsScene {
  readonly community: Community;
  readonly range: SlotRange;
  readonly packetWh: number;
  readonly loads: readonly (readonly FlexibleLoad[])[];
  readonly terms: CommonsTerms;
  readonly rules: CommonsRules;
  readonly world: CommonsWorld;
}

/** Splits the homes' loads, and sets out terms, rules and forecasts. */
export function sceneOf(community: Community, range: SlotRange, options: SceneOptions): CommonsScene {
  const { packetWh, vote, foresight = "agents", sourcePermille, uses } = options;
  const { base, loads } = split(community, uses, packetWh, range);
  const forecasters: Forecasters =
    foresight === "right" ? perfectForesight(base) : newestForecasters(community.zone, community.location);
  const terms = commonsTerms(community, loads, packetWh, vote);
  const world = new CommonsWorld(community, base, {
    aheadSlots: terms.horizonSlots,
    ...{ firstSlot: range.firstSlot, slotCount: range.slotCount, packetWh, forecasters },
    ...(sourcePermille !== undefined && { sourcePermille }),
  });
  return { community, range, packetWh, loads, terms, rules: commonsRules(community, packetWh, vote), world };
}

/** A scene on a calendar that is `offset` slots ahead of its own, as a chain's may be. */
export function onCalendar(
  { community, range, packetWh, loads, terms, rules, world }: CommonsScene,
  offset: number,
): { commons: PacketCommons; homes: HomeSpec[]; world: World } {
  const commons = emptyCommons(community, terms, rules, range.firstSlot + offset, packetWh);
  const later = loads.map((own) =>
    own.map(({ spec, ...load }) => ({
      ...load,
      spec: {
        ...spec,
        appears: spec.appears + offset,
        earliest: spec.earliest + offset,
        deadline: spec.deadline + offset,
      },
    })),
  );
  const own = (member: number, slot: number) => world.ownSurplus(member, commons.next - offset, slot - offset);
  return {
    commons,
    homes: homeSpecs(community, later, own),
    world: {
      expected: (at) => world.expected(at - offset),
      stores: () => world.stores(),
      surplus: (member, slot) => world.surplus(member, slot - offset),
      pass: (slot, taken) => world.pass(slot - offset, taken),
    },
  };
}

/** Lives a scene by the rules alone, without a chain; the homes' flows are then in its world. */
export async function liveScene(scene: CommonsScene, seed: number, step?: () => void): Promise<CommonsRun> {
  const { commons, homes, world } = onCalendar(scene, 0);
  const server = ruleServer(commons, seed);
  return runCommons({ server, homes, world, slots: scene.range.slotCount, ...(step && { step }) });
}
