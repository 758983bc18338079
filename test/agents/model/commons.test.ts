import { describe, expect, it } from "vitest";
import type { PacketCommons } from "../../../agents/model/commons.ts";
import type { CommonsRules } from "../../../agents/model/commonsRules.ts";
import type { Grant, SlotOutcome } from "../../../agents/model/commonsSlot.ts";
import { live } from "../../helpers/commonsDays.ts";

const RUNS = Number(process.env.COMMONS_RUNS ?? 60);
const SLOTS = 60;
const seeds = Array.from({ length: RUNS }, (_, i) => Number(process.env.SEED ?? 1) * 10_000 + i);

/** Watches every slot of many random communities. */
function watchAll(watch: (outcome: SlotOutcome, commons: PacketCommons, seed: number) => void): void {
  for (const seed of seeds) live(seed, SLOTS, (outcome, commons) => watch(outcome, commons, seed));
}
const sum = (grants: readonly Grant[], of: (grant: Grant) => number) => grants.reduce((n, grant) => n + of(grant), 0);
const label = (seed: number, { slot }: SlotOutcome) => `seed ${seed}, slot ${slot}`;

describe("a commons under any sequence of calls", () => {
  it("COMMONS-1: served and stored packets never exceed the feeder, free ones never what the pool has", () => {
    watchAll(({ grants, balance, ...rest }, { terms }, seed) => {
      const where = label(seed, { grants, balance, ...rest });
      expect(balance.served, where).toBe(sum(grants, ({ packets }) => packets));
      expect(balance.served + balance.charged + balance.cached, where).toBeLessThanOrEqual(terms.feederLimit);
    });
  });

  it("COMMONS-2: no packet outside its window, none above the limit of its request", () => {
    watchAll((outcome, _, seed) => {
      for (const { cell, packets } of outcome.grants) {
        if (packets === 0) continue;
        const inside = cell.earliest <= outcome.slot && outcome.slot < cell.deadline && packets <= cell.perSlot;
        expect(inside, label(seed, outcome)).toBe(true);
      }
    });
  });

  it("COMMONS-3: a block that started and was taken runs to its end, at full power, without a gap", () => {
    const runs = new Map<object, number>();
    watchAll((outcome, _, seed) => {
      const at = label(seed, outcome);
      for (const { cell, packets } of outcome.grants) {
        if (!cell.block) continue;
        expect([0, cell.perSlot], at).toContain(packets);
        if (cell.running && !cell.fresh) expect(packets, at).toBe(cell.perSlot);
        if (packets > 0) runs.set(cell, cell.fresh ? 1 : runs.get(cell)! + 1);
      }
      for (const { cell, ending } of outcome.closed)
        if (cell.block && ending === "kept" && cell.running) expect(runs.get(cell), at).toBeGreaterThan(0);
    });
  });

  it("COMMONS-4: what was admitted is made available by the deadline, unless emergency mode was declared", () => {
    const endings: Record<string, number> = {};
    watchAll((outcome, _, seed) => {
      for (const { ending } of outcome.closed) {
        endings[ending] = (endings[ending] ?? 0) + 1;
        expect(ending, label(seed, outcome)).not.toBe("broken");
      }
    });
    expect(endings.kept).toBeGreaterThan(500);
    expect(endings.excused).toBeGreaterThan(2);
  });

  it("COMMONS-5: nothing is left over while one waits, and no lower class gets a shared packet while a higher one that could use it waits", () => {
    let open = 0;
    watchAll((outcome, { rules }, seed) => {
      if (outcome.emergencyMode) return;
      open += envy(outcome, rules, label(seed, outcome));
    });
    expect(open).toBeGreaterThan(100);
  });

  it("COMMONS-7: no member has more emergencies in a month than the quota of the day they were used", () => {
    const used = new Map<string, number>();
    for (const seed of seeds) {
      let most = 0;
      live(seed, SLOTS, (_, commons) => {
        most = Math.max(most, commons.rules.emergencyQuota);
        for (let member = 1; member <= 6; member++) used.set(`${seed}/${member}`, commons.member(member).used);
        for (let member = 1; member <= 6; member++)
          expect(commons.member(member).used, `seed ${seed}`).toBeLessThanOrEqual(Math.max(most, 2));
      });
    }
    expect([...used.values()].some((n) => n > 0)).toBe(true);
  });

  it("COMMONS-8: stores stay within capacity and power, and every packet has one source and one use", () => {
    watchAll((outcome, { stores }, seed) => {
      const at = label(seed, outcome);
      const b = outcome.balance;
      for (const store of [stores.buffer, stores.cache]) {
        expect(store.stored, at).toBeGreaterThanOrEqual(0);
        expect(store.stored, at).toBeLessThanOrEqual(store.capacity);
      }
      expect(b.charged, at).toBeLessThanOrEqual(stores.buffer.chargeLimit);
      expect(b.bufferOut, at).toBeLessThanOrEqual(stores.buffer.dischargeLimit);
      expect(b.cacheOut, at).toBeLessThanOrEqual(stores.cache.dischargeLimit);
      expect(b.charged === 0 || b.bufferOut === 0, at).toBe(true);
      expect(b.beyondAllowance, at).toBeLessThanOrEqual(b.imported);
    });
  });

  it("the latest service of all is at every slot what the feeder carries, and what the open requests say", () => {
    watchAll((outcome, { latest, cells, terms, next }, seed) => {
      for (let slot = next; slot < next + terms.horizonSlots; slot++) {
        const needed = cells.reduce((n, cell) => n + latestOf(cell, slot, next), 0);
        expect(latest[slot % latest.length], label(seed, outcome)).toBe(needed);
        expect(needed, label(seed, outcome)).toBeLessThanOrEqual(terms.feederLimit);
      }
    });
  });
});

/** Packets in `slot` of a running block, or of the latest service of a waiting request. */
function latestOf(cell: Grant["cell"], slot: number, next: number): number {
  if (cell.running) return slot < next + cell.left / cell.perSlot ? cell.perSlot : 0;
  return (
    Math.min(cell.perSlot, Math.max(0, cell.left - cell.perSlot * Math.max(0, cell.deadline - slot - 1))) *
    Number(slot < cell.deadline)
  );
}

/** Holds a slot against COMMONS-5; returns how many packets beyond their slice lower classes got. */
function envy({ grants, shared, held, slot }: SlotOutcome, rules: CommonsRules, where: string): number {
  const free = (level: number) =>
    sum(
      grants.filter((grant) => grant.level === level),
      (grant) => grant.packets - grant.forced,
    );
  const levels = Array.from({ length: rules.classes }, (_, level) => level);
  const given = levels.reduce((n, level) => n + free(level), 0);
  expect(given, where).toBeLessThanOrEqual(shared - held);
  let beyond = 0;
  for (const level of levels) {
    const extra = free(level) - Math.floor((shared * rules.shares[level]!) / 1000);
    if (extra <= 0) continue;
    beyond += level > 0 ? extra : 0;
    const higher = grants.filter((grant) => grant.level < level && !grant.cell.block && isShort(grant, slot));
    expect(higher, where).toEqual([]);
  }
  if (given < shared - held)
    expect(
      grants.filter((g) => !g.cell.block && isShort(g, slot)),
      where,
    ).toEqual([]);
  return beyond;
}

/** Whether a budget could have used more packets in the slot. */
const isShort = ({ cell, packets }: Grant, slot: number): boolean =>
  cell.earliest <= slot && packets < Math.min(cell.perSlot, packets + cell.left + cell.returned);
