import type { SlotRange } from "../model/slots.ts";
import { sumOf } from "../report/figures.ts";
import { assignedLoads } from "./assignedLoads.ts";
import { beyondOf } from "./commonsPromises.ts";
import { type Foresight, liveScene, sceneOf } from "./commonsScene.ts";
import type { CommonsVote } from "./commonsSettings.ts";
import type { Community } from "./community.ts";

/** How a server may be wrong about the month to come. */
export interface ForecastVariant {
  readonly name: string;
  readonly foresight: Foresight;
  /** The source as expected, in thousandths of what comes, or of what is forecast. */
  readonly sourcePermille: number;
}

export const FORECAST_VARIANTS: readonly ForecastVariant[] = [
  { name: "right", foresight: "right", sourcePermille: 1000 },
  { name: "as the agents forecast", foresight: "agents", sourcePermille: 1000 },
  { name: "source 30 % too high", foresight: "right", sourcePermille: 1300 },
  { name: "source 30 % too low", foresight: "right", sourcePermille: 700 },
];

/** What became of a month's promises. Energy in Wh. */
export interface MonthFigures {
  readonly forecast: string;
  readonly admitted: number;
  readonly kept: number;
  readonly broken: number;
  readonly emergencies: number;
  readonly promisedWh: number;
  /** Wanted and never given. */
  readonly unmetWh: number;
  /** Imported beyond the allowance: as the contract's rules book it from the forecast, and as the meters saw it. */
  readonly announcedWh: number;
  readonly beyondWh: number;
  /** Requests that were given packets in a slot with such import, as metered. */
  readonly keptAtACost: number;
  /** What that import cost at the retail price, micro-currency, rounded up. */
  readonly costMicro: number;
  readonly supplierWh: number;
  readonly sharedWh: number;
  readonly peakW: number;
}

export interface MonthOptions {
  readonly packetWh: number;
  readonly vote: CommonsVote;
  readonly seed: number;
  readonly retailMicroPerKwh: number;
  readonly step?: () => void;
}

/** Lives `range` of a community as a commons, by the rules alone, under one kind of forecast. Missing readings count as 0. */
export async function commonsMonth(
  community: Community,
  range: SlotRange,
  { name, foresight, sourcePermille }: ForecastVariant,
  { packetWh, vote, seed, retailMicroPerKwh, step }: MonthOptions,
): Promise<MonthFigures> {
  const uses = assignedLoads(community, seed);
  const scene = sceneOf(community, range, { packetWh, vote, uses, foresight, sourcePermille });
  const run = await liveScene(scene, seed, step);
  const closed = run.outcomes.flatMap((outcome) => outcome.closed);
  const ended = (wanted: string) => closed.filter(({ ending }) => ending === wanted).length;
  const beyond = beyondOf(scene);
  const atACost = new Set(
    run.outcomes.flatMap(({ grants }, t) =>
      (beyond[t] ?? 0) > 0 ? grants.filter(({ packets }) => packets > 0).map(({ cell }) => cell) : [],
    ),
  );
  const beyondWh = sumOf(beyond, (wh) => wh);
  return {
    ...{ forecast: name, admitted: closed.length, kept: ended("kept"), broken: ended("broken") + ended("excused") },
    emergencies: closed.filter(({ cell }) => cell.urgent).length,
    promisedWh: packetWh * sumOf(run.outcomes, ({ balance }) => balance.served),
    unmetWh: packetWh * sumOf(run.homes, ({ clients }) => sumOf(clients, ({ missed }) => missed)),
    announcedWh: packetWh * sumOf(run.outcomes, ({ balance }) => balance.beyondAllowance),
    ...{ beyondWh, keptAtACost: atACost.size, costMicro: Math.ceil((beyondWh * retailMicroPerKwh) / 1000) },
    ...exchanged(scene.world.flows, range, community.data.slotSeconds),
  };
}

/** What came from suppliers and neighbours, and the highest that was drawn in a slot. */
function exchanged(
  flows: readonly { readonly importWh: Int32Array; readonly exportWh: Int32Array }[],
  { slotCount }: SlotRange,
  slotSeconds: number,
): Pick<MonthFigures, "supplierWh" | "sharedWh" | "peakW"> {
  let [supplierWh, sharedWh, peakWh] = [0, 0, 0];
  for (let t = 0; t < slotCount; t++) {
    const drawn = sumOf(flows, ({ importWh }) => importWh[t]!);
    const fedIn = sumOf(flows, ({ exportWh }) => exportWh[t]!);
    sharedWh += Math.min(drawn, fedIn);
    supplierWh += Math.max(0, drawn - fedIn);
    peakWh = Math.max(peakWh, drawn - fedIn);
  }
  return { supplierWh, sharedWh, peakW: Math.ceil((peakWh * 3600) / slotSeconds) };
}
