import type { HistoryView } from "../data/historyView.ts";
import type { Forecasters } from "../forecast/net.ts";
import type { Slot } from "../model/slots.ts";
import type { HomeConfig } from "../process/configSchema.ts";
import type { Levels } from "./devices/tasks.ts";
import { type Addressed, instructionsFor } from "./hems/instructions.ts";
import { type PlanJson, planJson } from "./hems/planJson.ts";
import type { Override, PlanProblem } from "./hems/problem.ts";
import { replan } from "./hems/replan.ts";
import type { HomeSchedule } from "./hems/schedule.ts";
import { problemOf } from "./homeProblem.ts";

/** What a plan is made with at a moment. */
export interface PlanInput {
  /** Unix seconds. */
  readonly now: number;
  readonly view: HistoryView;
  readonly levels: Levels;
  readonly overrides: readonly Override[];
  /** Energy bought (positive) and sold before in a slot, Wh. */
  readonly positionWh: (slot: Slot) => number;
}

/** A home's current plan. */
export interface CurrentPlan {
  readonly problem: PlanProblem;
  readonly schedule: HomeSchedule;
  readonly json: PlanJson;
}

/** Keeps a home's plan: makes it anew in its pace and when people decide something, and follows it in between. */
export class HomePlanner {
  readonly #config: HomeConfig;
  readonly #forecasters: Forecasters;
  #current: CurrentPlan | undefined;
  #plannedAt = 0;
  #said = "";

  constructor(config: HomeConfig, forecasters: Forecasters) {
    this.#config = config;
    this.#forecasters = forecasters;
  }

  get current(): CurrentPlan | undefined {
    return this.#current;
  }

  /** Plans if it is time to. Gives whether there is a new plan. Throws InputError without history. */
  update(input: PlanInput): boolean {
    const { now, view, overrides } = input;
    const said = JSON.stringify(overrides);
    if (!this.#isDue(now, view, said)) return false;
    const { plan, site, tariffs } = this.#config;
    const slotCount = Math.max(1, Math.round(((plan?.hours ?? 24) * 3600) / view.slotSeconds));
    const slots = { firstSlot: view.endSlot, slotCount };
    const positionWh = Array.from({ length: slotCount }, (_, t) => input.positionWh(view.endSlot + t));
    const ground = { ...input, positionWh, forecasters: this.#forecasters };
    const { problem } = problemOf(this.#config, slots, ground);
    const earlier = this.#current && { firstSlot: this.#current.problem.firstSlot, schedule: this.#current.schedule };
    const { schedule, kept } = replan(problem, earlier, plan?.leastGain);
    const json = planJson(problem, schedule, { issued: now, currency: tariffs.currency, zone: site.zone, kept });
    this.#current = { problem, schedule, json };
    [this.#plannedAt, this.#said] = [now, said];
    return true;
  }

  /** At a slot's beginning: in its pace, where half of the plan is over, and at once where people said something new. */
  #isDue(now: number, { endSlot }: HistoryView, said: string): boolean {
    if (!this.#current || said !== this.#said) return true;
    const { firstSlot, slotCount, slotSeconds } = this.#current.problem;
    if (endSlot === firstSlot) return false;
    const isHalfOver = endSlot - firstSlot >= slotCount / 2;
    const every = this.#config.plan?.everySeconds ?? slotSeconds;
    return isHalfOver || Math.floor(now / every) > Math.floor(this.#plannedAt / every);
  }

  /** What devices are told for a slot: what the plan has for it, and the start of each programme that is still to come. */
  instructions(slot: Slot): Addressed[] {
    if (!this.#current) return [];
    const { problem, schedule } = this.#current;
    const at = slot - problem.firstSlot;
    if (at < 0 || at >= problem.slotCount) return [];
    const now = instructionsFor(problem, schedule, at).filter(({ instruction }) => !isStart(instruction));
    const starts = schedule.devices
      .filter(({ kind }) => kind === "appliance")
      .flatMap(({ id, drawnWh }) => {
        const from = drawnWh.findIndex((wh, t) => t >= at && wh > 0 && !(drawnWh[t - 1]! > 0));
        return from < 0 ? [] : instructionsFor(problem, schedule, from).filter(({ device }) => device === id);
      });
    return [...now, ...starts];
  }
}

const isStart = ({ message_type }: Addressed["instruction"]): boolean => message_type === "PPBC.ScheduleInstruction";
