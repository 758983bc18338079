import type { Contracts } from "./deploy.ts";

/** Stages of a session, as `IEnergyMarket.Stage` numbers them. */
export const STAGES = ["taking", "closed", "cleared", "void"] as const;
export type Stage = (typeof STAGES)[number];

/** A session as the chain has it. */
export interface SessionFacts {
  readonly session: number;
  readonly day: number;
  /** First slot, counted from the day's first, and number of slots. */
  readonly first: number;
  readonly count: number;
  /** Members registered when it was opened: only they take part. */
  readonly members: number;
  /** Unix seconds from which no profile is taken. */
  readonly gate: number;
  /** Block in which it was closed, 0 before. */
  readonly closedAt: number;
  readonly batches: number;
  /** Profiles that count. */
  readonly rows: number;
  readonly seeded: boolean;
  readonly stage: Stage;
}

/** A day of the tariff with its sessions. */
export interface DayFacts {
  readonly day: number;
  readonly firstSlot: number;
  readonly slotCount: number;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly sessions: readonly SessionFacts[];
}

/** What is fixed for good about a community's market. */
export interface MarketFacts {
  readonly slotSeconds: number;
  readonly packetWh: number;
  readonly tokenDecimals: number;
  readonly ringDays: number;
  readonly scale: { readonly floorPrice: number; readonly tickSize: number };
}

/** What is fixed for good, read once. */
export async function marketFacts({ tariff, token }: Contracts): Promise<MarketFacts> {
  const [slotSeconds, packetWh, ringDays, scale, decimals] = await Promise.all([
    tariff.slotSeconds(),
    tariff.packetWh(),
    tariff.ringDays(),
    tariff.scale(),
    token.decimals(),
  ]);
  return {
    slotSeconds: Number(slotSeconds),
    packetWh: Number(packetWh),
    ringDays: Number(ringDays),
    tokenDecimals: Number(decimals),
    scale: { floorPrice: Number(scale.floorPrice), tickSize: Number(scale.tickSize) },
  };
}

/** Reads days and sessions, as they are believed; nothing is kept between two looks but how long a slot is. */
export class MarketCalendar {
  readonly #contracts: Contracts;
  #slotSeconds = 0;

  constructor(contracts: Contracts) {
    this.#contracts = contracts;
  }

  /** Number of the day fixed last, 0 before the first. */
  async latestDay(): Promise<number> {
    return Number(await this.#contracts.tariff.latestDay());
  }

  /** The day with its sessions; undefined if the tariff does not keep it any more. */
  async day(day: number): Promise<DayFacts | undefined> {
    const { tariff } = this.#contracts;
    this.#slotSeconds ||= Number(await tariff.slotSeconds());
    const range = await unlessRefused(tariff.dayOf(day));
    if (!range) return undefined;
    const [firstSlot, slotCount] = [Number(range.firstSlot), Number(range.count)];
    const seconds = this.#slotSeconds;
    const [start, end] = [firstSlot * seconds, (firstSlot + slotCount) * seconds];
    return { day, firstSlot, slotCount, start, end, sessions: await this.#sessions(day) };
  }

  /** Days that are not over at `time` (unix seconds), and those up to `before` seconds ago; rising. */
  async daysSince(time: number): Promise<DayFacts[]> {
    const found: DayFacts[] = [];
    for (let day = await this.latestDay(); day > 0; day--) {
      const facts = await this.day(day);
      if (!facts || facts.end <= time) break;
      found.unshift(facts);
    }
    return found;
  }

  async #sessions(day: number): Promise<SessionFacts[]> {
    const { market } = this.#contracts;
    const sessions: SessionFacts[] = [];
    for (let session = day * 256; ; session++) {
      const known = await unlessRefused(market.sessionOf(session));
      if (!known) return sessions;
      const { first, count, members, gate, closedAt, batches, rows, seeded } = known;
      sessions.push({
        ...{ session, day, seeded, stage: STAGES[Number(await market.stageOf(session))]! },
        ...{ first: Number(first), count: Number(count), members: Number(members), gate: Number(gate) },
        ...{ closedAt: Number(closedAt), batches: Number(batches), rows: Number(rows) },
      });
    }
  }
}

/** What a call gives, undefined where the contract refuses it. Any other error is thrown. */
export async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as { code?: string }).code === "CALL_EXCEPTION") return undefined;
    throw error;
  }
}
