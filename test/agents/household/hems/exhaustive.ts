import { slotProfile } from "../../../../agents/devices/appliance.ts";
import { carStorage, storageOf } from "../../../../agents/devices/battery.ts";
import { stepBuilding } from "../../../../agents/devices/heatPump.ts";
import { stepStorage } from "../../../../agents/devices/storage.ts";
import { stepTank } from "../../../../agents/devices/tank.ts";
import { COMFORT, END_SHARE, type PlanProblem, type Task } from "../../../../agents/household/hems/problem.ts";
import { tapCost } from "../../../../agents/household/hems/storageModels.ts";

/** What a device may do over the plan: electricity drawn per slot (Wh), and what it costs besides energy. */
interface Choice {
  readonly drawnWh: readonly number[];
  readonly cost: number;
}

/**
 * The least cost of a plan by trying everything that devices can do in whole kWh, simulated by their physics. Knows
 * nothing of linear programs. For plans of a few slots.
 */
export function leastCost(problem: PlanProblem): number {
  const choices = problem.tasks.map((task) => choicesOf(problem, task));
  const cheapest = (device: number, drawnWh: readonly number[], cost: number): number => {
    if (device === choices.length) return cost + energyCost(problem, drawnWh);
    return Math.min(
      ...choices[device]!.map((choice) =>
        cheapest(
          device + 1,
          drawnWh.map((wh, t) => wh + choice.drawnWh[t]!),
          cost + choice.cost,
        ),
      ),
    );
  };
  return cheapest(0, new Array(problem.slotCount).fill(0), 0);
}

function energyCost(
  { loadWh, pvWh, pv, prices, connectionW, slotSeconds }: PlanProblem,
  drawnWh: readonly number[],
): number {
  const limit = (connectionW * slotSeconds) / 3600;
  return drawnWh.reduce((sum, wh, t) => {
    const [retail, feedIn] = [prices.retailMicroPerKwh[t]! / 1e9, prices.feedInMicroPerKwh[t]! / 1e9];
    const surplus = Math.min(pvWh[t]!, Math.max(0, pvWh[t]! - loadWh[t]! - wh));
    const least = pv?.curtailable ? [0, surplus, pvWh[t]!] : [0];
    const costs = least.map((curtailed) => {
      const grid = loadWh[t]! - pvWh[t]! + curtailed + wh;
      const beyond = Math.max(0, Math.abs(grid) - limit);
      const through = Math.sign(grid) * (Math.abs(grid) - beyond);
      return through * (through > 0 ? retail : feedIn) + (beyond * COMFORT.connectionPerKwh) / 1000;
    });
    return sum + Math.min(...costs);
  }, 0);
}

/** All sequences of `steps` entries. */
function sequences(entries: readonly number[], steps: number): number[][] {
  if (steps === 0) return [[]];
  return sequences(entries, steps - 1).flatMap((rest) => entries.map((entry) => [...rest, entry]));
}

const KWH = 1000;

function choicesOf(problem: PlanProblem, task: Task): Choice[] {
  const { slotCount, slotSeconds, prices } = problem;
  const mean = prices.retailMicroPerKwh.subarray(0, slotCount).reduce((sum, price) => sum + price, 0) / slotCount;
  const retail = Math.max(0, mean / 1e6);
  switch (task.kind) {
    case "battery": {
      const storage = storageOf(task.battery, slotSeconds);
      const wear = task.battery.wearMicroPerKwh / 1e6;
      return sequences([-KWH, 0, KWH], slotCount).flatMap((wanted) => {
        let [stored, cost] = [task.storedWh, 0];
        for (const out of wanted) {
          const step = stepStorage(storage, stored, out);
          if (step.out !== out) return [];
          stored = step.stored;
          cost += (Math.max(0, out) / KWH) * wear;
        }
        const left = (stored / KWH) * Math.max(0, END_SHARE * retail - wear) * storage.outEfficiency;
        return [{ drawnWh: wanted.map((out) => -out), cost: cost - left }];
      });
    }
    case "car": {
      const storage = carStorage(task.car, slotSeconds);
      return sequences([0, KWH], slotCount).flatMap((wanted) => {
        let [stored, cost] = [task.storedWh, 0];
        for (const [t, drawn] of wanted.entries()) {
          for (const { wantedWh } of task.trips.filter(({ slot }) => slot === t && t > 0))
            cost += (Math.max(0, wantedWh - stored) / KWH) * COMFORT.carPerKwh;
          if (drawn > 0 && !task.plugged[t]) return [];
          const step = stepStorage(storage, stored, -drawn);
          if (step.out !== -drawn && drawn > 0) return [];
          const used = task.trips.reduce((sum, { slot, usedWh }) => sum + (slot === t ? usedWh : 0), 0);
          cost += (Math.max(0, used - step.stored) / KWH) * COMFORT.carPerKwh;
          stored = Math.max(0, step.stored - used);
        }
        return [{ drawnWh: wanted, cost: cost - (stored / KWH) * END_SHARE * retail }];
      });
    }
    case "tank":
      return sequences([0, KWH], slotCount).flatMap((wanted) => {
        let [stored, cost] = [task.storedWh, 0];
        for (const [t, drawn] of wanted.entries()) {
          const step = stepTank(task.tank, stored, drawn, task.tapWh[t]!, slotSeconds);
          if (step.drawnWh !== drawn) return [];
          stored = step.storedWh;
          cost += (step.missingWh / KWH) * tapCost(problem, t);
          cost += (Math.max(0, task.tank.comfortWh - stored) / KWH) * COMFORT.tankPerKwhHour * (slotSeconds / 3600);
        }
        return [
          { drawnWh: wanted, cost: cost - ((stored / KWH) * END_SHARE * retail * 1000) / task.tank.heatPermille },
        ];
      });
    case "appliance": {
      const profile = slotProfile(task.appliance, slotSeconds);
      const none = { drawnWh: new Array(slotCount).fill(0), cost: COMFORT.programme };
      const runs = Array.from({ length: slotCount }, (_, start) => start)
        .filter((start) => start >= task.earliest && start + profile.length <= Math.min(slotCount, task.latestEnd))
        .map((start) => ({ drawnWh: Array.from({ length: slotCount }, (_, t) => profile[t - start] ?? 0), cost: 0 }));
      return [none, ...runs];
    }
    case "budget":
      return sequences([0, KWH], slotCount).flatMap((drawnWh) => {
        const isOpen = (t: number) => t >= task.earliest && t < task.latestEnd;
        if (drawnWh.some((wh, t) => wh > (isOpen(t) ? task.mostWh : 0))) return [];
        const drawn = drawnWh.reduce((sum, wh) => sum + wh, 0);
        if (drawn > task.wantedWh) return [];
        return [{ drawnWh, cost: ((task.wantedWh - drawn) / KWH) * COMFORT.budgetPerKwh }];
      });
    case "heatPump":
      return sequences([0, task.pump.powerW], slotCount).map((drawnWh) => {
        let [inside, cost] = [task.insideC, 0];
        const hours = slotSeconds / 3600;
        for (const [t, drawn] of drawnWh.entries()) {
          inside = stepBuilding(task.pump, inside, drawn * hours, task.outsideC[t]!, slotSeconds);
          cost += Math.max(0, task.lowC[t]! - inside) * COMFORT.coldPerDegreeHour * hours;
          cost += Math.max(0, inside - task.highC[t]!) * COMFORT.hotPerDegreeHour * hours;
        }
        return { drawnWh: drawnWh.map((watts) => watts * hours), cost };
      });
  }
}
