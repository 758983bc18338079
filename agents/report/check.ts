import { checkSessions } from "./checkSessions.ts";
import { avoidedGramsDown, contractPackets, dayGas, dayRounds, fundTookAll, gasCost, sumOf } from "./figures.ts";
import { type OrderResult, type Result, type RoundResult, resultSchema, type SlotResult } from "./result.ts";

/** Thrown for a result that can't be: `rule` is the one of `docs/result.md` that it breaks. */
export class BrokenResult extends Error {
  readonly rule: string;
  constructor(rule: string, details: string) {
    super(`${rule}: ${details}`);
    this.name = "BrokenResult";
    this.rule = rule;
  }
}

/** Throws BrokenResult with rule and values. */
export type Require = (holds: boolean, details: string) => void;

interface Rule {
  readonly id: string;
  /** The rule in one sentence, as `docs/result.md` prints it. */
  readonly says: string;
  readonly check: (result: Result, require: Require) => void;
}

/** What holds in every result beyond the types. Never renumbered. */
export const RULES: readonly Rule[] = [
  {
    id: "RESULT-1",
    says: "Balance changes of members, fund and supplier add up to zero.",
    check({ members, fund, supplier }, require) {
      const sum = sumOf(members, (member) => member.balanceChange) + fund.balanceChange + supplier.balanceChange;
      require(sum === 0, `balance changes add up to ${sum} base units, not to 0`);
    },
  },
  {
    id: "RESULT-2",
    says: "A member's balance change is earned - paid - imbalance + fundShare, and its bill ordinaryBill - balanceChange.",
    check({ members }, require) {
      for (const { id, earned, paid, imbalance, fundShare, balanceChange, ordinaryBill, billWith } of members) {
        const change = earned - paid - imbalance + fundShare;
        require(balanceChange === change, `balanceChange of ${id} is ${balanceChange}, its legs make ${change}`);
        const bill = ordinaryBill - balanceChange;
        require(billWith === bill, `billWith of ${id} is ${billWith}, its parts make ${bill}`);
      }
    },
  },
  {
    id: "RESULT-3",
    says: "Per slot and session the packets bought and sold are its packets, and nobody gets more than it offered.",
    check({ slots }, require) {
      for (const { start, packets, orders } of slots.flatMap(rounds)) {
        const [bought, sold] = [fillOf(orders, "bid"), fillOf(orders, "ask")];
        require(bought === packets && sold === packets, `${start}: bought ${bought}, sold ${sold}, packets ${packets}`);
        for (const { member, fill, packets: offered } of orders)
          require(fill <= offered, `${start}: ${member} offered ${offered} packets and fills ${fill}`);
      }
    },
  },
  {
    id: "RESULT-4",
    says:
      "Prices are null exactly where nothing trades; feedIn <= retail, sellPrice <= buyPrice <= retail; " +
      "nobody who trades pays above its bid or gets below its ask.",
    check({ slots }, require) {
      for (const slot of slots.flatMap(rounds)) checkPrices(slot, require);
    },
  },
  {
    id: "RESULT-5",
    says: "Each member's packets, what it paid and what it earned are the sums of its fills; unwound, no money moved.",
    check({ members, slots, run }, require) {
      const moved = run.outcome === "settled" ? 1 : 0;
      for (const { id, boughtPackets, soldPackets, paid, earned } of members) {
        const legs = legsOf(id, dayRounds(slots));
        require(boughtPackets === legs.bought, `boughtPackets of ${id} is ${boughtPackets}, its fills ${legs.bought}`);
        require(soldPackets === legs.sold, `soldPackets of ${id} is ${soldPackets}, its fills ${legs.sold}`);
        require(paid === legs.paid * moved, `paid of ${id} is ${paid}, its fills cost ${legs.paid * moved}`);
        require(earned === legs.earned * moved, `earned of ${id} is ${earned}, its fills earn ${legs.earned * moved}`);
      }
    },
  },
  {
    id: "RESULT-6",
    says: "The fund took what buyers paid and sellers did not get; the supplier got what deviations cost.",
    check({ members, fund, supplier }, require) {
      const difference = sumOf(members, (member) => member.paid - member.earned);
      require(fund.took === difference, `fund took ${fund.took}, buyers paid ${difference} more than sellers got`);
      const left = fund.took - sumOf(members, (member) => member.fundShare);
      require(fund.balanceChange === left, `fund.balanceChange is ${fund.balanceChange}, took less shares is ${left}`);
      const imbalance = sumOf(members, (member) => member.imbalance);
      require(supplier.balanceChange === imbalance, `supplier got ${supplier.balanceChange}, deviations ${imbalance}`);
    },
  },
  {
    id: "RESULT-7",
    says: "Imports, exports and ecoins of members and slots have the same sums; no ecoin without a packet that traded.",
    check({ members, slots, run }, require) {
      for (const field of ["importWh", "exportWh", "mintedEcoins"] as const) {
        const [byMember, bySlot] = [sumOf(members, (member) => member[field]), sumOf(slots, (slot) => slot[field])];
        require(byMember === bySlot, `${field} of all members is ${byMember}, of all slots ${bySlot}`);
      }
      for (const slot of slots) {
        const [{ start, mintedEcoins }, packets] = [slot, contractPackets(slot)];
        require(mintedEcoins <= packets, `${start}: ${mintedEcoins} ecoins of ${packets} packets`);
      }
      for (const { id, mintedEcoins, boughtPackets } of members)
        require(mintedEcoins <= boughtPackets, `${id} holds ${mintedEcoins} ecoins of ${boughtPackets} bought`);
      const minted = sumOf(slots, (slot) => slot.mintedEcoins);
      require(run.outcome === "settled" || minted === 0, `${minted} ecoins minted on a day that was unwound`);
    },
  },
  {
    id: "RESULT-8",
    says: "Slots follow each other without a gap; members are distinct and have at most one order in a slot of a session.",
    check({ members, slots, run }, require) {
      const known = new Set(members.map(({ id }) => id));
      require(known.size === members.length, "two members share an id");
      slots.forEach((slot, i) => {
        const seconds = (Date.parse(slot.start) - Date.parse(slots[0]?.start ?? "")) / 1000;
        require(seconds === i * run.slotSeconds, `slots[${i}] starts ${seconds} s after the first`);
        for (const round of rounds(slot)) checkNames(round, known, require);
      });
    },
  },
  {
    id: "RESULT-9",
    says: "tookAll, costEur and avoidedGrams are what the other figures make of them.",
    check(result, require) {
      const { slots, fund, phases, gasCosts, co2, run } = result;
      require(fund.tookAll === fundTookAll(result), `fund.tookAll is ${fund.tookAll}, the orders say otherwise`);
      for (const stated of gasCosts) {
        const { costEur } = gasCost(dayGas(phases), stated);
        require(stated.costEur ===
          costEur, `costEur of ${stated.network} is ${stated.costEur}, the gas costs ${costEur}`);
      }
      const minted = sumOf(slots, (slot) => slot.mintedEcoins);
      const grams = avoidedGramsDown(minted, run.packetWh, co2.gramsPerKwh);
      require(co2.avoidedGrams === grams, `co2.avoidedGrams is ${co2.avoidedGrams}, the ecoins make ${grams}`);
    },
  },
  {
    id: "RESULT-10",
    says:
      "Sessions are in the order of their gates, each over slots that begin later; their orders and packets are those of the slots, " +
      "their gas is part of the day's; a later session of a slot is one that holds it.",
    check: checkSessions,
  },
  {
    id: "RESULT-11",
    says: "With the last timescale, packets short and unused and the imbalance are what members and supplier have.",
    check({ timescales, members, supplier, run }, require) {
      const last = timescales?.at(-1);
      if (!last || run.outcome !== "settled") return;
      for (const field of ["shortPackets", "unusedPackets"] as const) {
        const sum = sumOf(members, (member) => member[field]);
        require(last[field] === sum, `${field} with ${last.timescale} is ${last[field]}, of all members ${sum}`);
      }
      const { imbalance } = last;
      require(imbalance ===
        supplier.balanceChange, `imbalance is ${imbalance}, the supplier got ${supplier.balanceChange}`);
    },
  },
];

/** The result, if it is one: right by the schema and by every rule. Throws BrokenResult naming the first it breaks. */
export function checkResult(value: unknown): Result {
  const parsed = resultSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BrokenResult("SCHEMA", `${issue?.path.join(".") || "result"}: ${issue?.message}`);
  }
  for (const { id, check } of RULES)
    check(parsed.data, (holds, details) => {
      if (!holds) throw new BrokenResult(id, details);
    });
  return parsed.data;
}

/** A slot in each of its sessions. */
const rounds = (slot: SlotResult): SlotResult[] => [slot, ...slot.later.map((later) => ({ ...slot, ...later }))];

function checkPrices(slot: SlotResult, require: Require): void {
  const { start, buyPrice, sellPrice, packets, retail, feedIn, orders } = slot;
  require(feedIn <= retail, `${start}: feedIn ${feedIn} above retail ${retail}`);
  const trades = packets > 0;
  require(trades === (buyPrice !== null), `${start}: ${packets} packets at a buyPrice of ${buyPrice}`);
  require(trades === (sellPrice !== null), `${start}: ${packets} packets at a sellPrice of ${sellPrice}`);
  if (buyPrice === null || sellPrice === null) return;
  const ordered = sellPrice <= buyPrice && buyPrice <= retail;
  require(ordered, `${start}: sellPrice ${sellPrice}, buyPrice ${buyPrice}, retail ${retail}`);
  for (const { member, side, price, fill } of orders) {
    const worse = side === "bid" ? price < buyPrice : price > sellPrice;
    require(fill === 0 ||
      !worse, `${start}: the ${side} of ${member} at ${price} trades at ${buyPrice} / ${sellPrice}`);
  }
}

function checkNames(
  { start, orders, criticalBid, criticalAsk }: SlotResult,
  known: Set<string>,
  require: Require,
): void {
  for (const { member } of orders) require(known.has(member), `${start}: ${member} has an order and is no member`);
  require(new Set(orders.map(({ member }) => member)).size === orders.length, `${start}: a member has two orders`);
  const has = (side: OrderResult["side"], id: string | null) =>
    id === null || orders.some(({ member, side: own, fill }) => member === id && own === side && fill === 0);
  require(has("bid", criticalBid), `${start}: criticalBid ${criticalBid} has no bid, or trades`);
  require(has("ask", criticalAsk), `${start}: criticalAsk ${criticalAsk} has no ask, or trades`);
}

function fillOf(orders: readonly OrderResult[], side: OrderResult["side"]): number {
  return sumOf(
    orders.filter((order) => order.side === side),
    ({ fill }) => fill,
  );
}

/** Packets and base units of a member's fills over all slots and sessions. */
function legsOf(id: string, slots: readonly RoundResult[]) {
  const legs = { bought: 0, sold: 0, paid: 0, earned: 0 };
  for (const { orders, buyPrice, sellPrice } of slots)
    for (const { side, fill } of orders.filter(({ member }) => member === id)) {
      if (side === "bid") {
        legs.bought += fill;
        legs.paid += fill * (buyPrice ?? 0);
      } else {
        legs.sold += fill;
        legs.earned += fill * (sellPrice ?? 0);
      }
    }
  return legs;
}
