import { clear } from "../../../agents/model/auction.ts";
import { toPackets } from "../../../agents/model/packets.ts";
import { slotToUtc } from "../../../agents/model/slots.ts";
import { type Random, randomStream } from "../../../agents/random/random.ts";
import { avoidedGramsDown, dayGas, fundTookAll, gasCost, sumOf } from "../../../agents/report/figures.ts";
import type { MemberResult, OrderResult, PhaseName, Result, SlotResult } from "../../../agents/report/result.ts";

/** What the made-up day is like; the same options give the same day. */
export interface ExampleOptions {
  readonly homes?: number;
  readonly slotSeconds?: number;
  /** Everyone has the same retail and feed-in price. */
  readonly flat?: boolean;
  readonly outcome?: Result["run"]["outcome"];
}

const PACKET_WH = 10;
const COMMUNITY_RETAIL = 3800;
const COMMUNITY_FEED_IN = 778;

interface Home {
  readonly id: string;
  readonly devices: string[];
  readonly retail: number;
  readonly feedIn: number;
  readonly selfWh: number[];
  readonly importWh: number[];
  readonly exportWh: number[];
}

/** A day that breaks no rule: the homes are made up, the money is worked out as the contracts would. */
export function exampleResult(options: ExampleOptions = {}): Result {
  const { homes: count = 12, slotSeconds = 3600, flat = false, outcome = "settled" } = options;
  const slotCount = 86_400 / slotSeconds;
  const homes = Array.from({ length: count }, (_, i) => home(i, slotCount, flat));
  const meters = homes.map(({ importWh, exportWh }) => ({
    drawn: toPackets(importWh, PACKET_WH),
    fed: toPackets(exportWh, PACKET_WH),
  }));
  const members = homes.map(emptyMember);
  const firstSlot = Date.UTC(2026, 4, 19) / 1000 / slotSeconds;
  const slots = Array.from({ length: slotCount }, (_, t) => {
    const slot = clearedSlot(slotToUtc(firstSlot + t, slotSeconds), t, homes, meters);
    settle(
      slot,
      members,
      homes,
      meters.map(({ drawn, fed }) => ({ drawn: drawn[t] ?? 0, fed: fed[t] ?? 0 })),
      outcome,
    );
    return slot;
  });
  return dayOf(members, slots, { slotSeconds, outcome });
}

function home(i: number, slotCount: number, flat: boolean): Home {
  const random = randomStream(7, `home ${i}`);
  const devices = i % 2 === 0 ? (i % 4 === 0 ? ["pv", "battery"] : ["pv"]) : i % 3 === 0 ? ["car"] : [];
  const size = random.int(70, 140) / 100;
  const flows = Array.from({ length: slotCount }, (_, t) => flowWh((t * 24) / slotCount, size, devices, random));
  return {
    id: `home-${String(i + 1).padStart(2, "0")}`,
    devices,
    retail: flat ? 3000 : 2600 + random.int(0, 1100),
    feedIn: flat ? 778 : 600 + random.int(0, 500) + (devices.includes("battery") ? 700 : 0),
    selfWh: flows.map(({ loadWh, pvWh }) => Math.min(loadWh, pvWh) / slotCount).map(Math.round),
    importWh: flows.map(({ loadWh, pvWh }) => Math.max(0, loadWh - pvWh) / slotCount).map(Math.round),
    exportWh: flows.map(({ loadWh, pvWh }) => Math.max(0, pvWh - loadWh) / slotCount).map(Math.round),
  };
}

/** Wh that a day at this power would be, at an hour. */
function flowWh(hour: number, size: number, devices: string[], random: Random) {
  const bump = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2));
  const evening = devices.includes("car") ? 5000 * bump(20, 2.5) : 0;
  const battery = devices.includes("battery") ? 900 * bump(20.5, 3) : 0;
  const sun = devices.includes("pv") ? Math.max(0, Math.sin(((hour - 5.5) / 14) * Math.PI)) : 0;
  const loadW = size * (180 + 500 * bump(7.5, 1.5) + 900 * bump(19, 2.5) + 250 * bump(12.5, 2) + evening);
  const noise = () => 0.85 + 0.3 * random.unit();
  return { loadWh: 24 * loadW * noise(), pvWh: 24 * (3600 * sun ** 1.3 * noise() + battery) };
}

type Meters = { readonly drawn: Int32Array; readonly fed: Int32Array }[];

function clearedSlot(start: string, t: number, homes: readonly Home[], meters: Meters): SlotResult {
  const random = randomStream(7, `orders ${start}`);
  const orders = homes.flatMap((own, i): OrderResult[] => {
    const expected = (packets = 0) => Math.round(packets * (0.8 + 0.4 * random.unit()));
    const [bid, ask] = [expected(meters[i]?.drawn[t]), expected(meters[i]?.fed[t])];
    if (bid > 0 && bid >= ask) return [{ member: own.id, side: "bid", price: own.retail, packets: bid, fill: 0 }];
    return ask > 0 ? [{ member: own.id, side: "ask", price: own.feedIn, packets: ask, fill: 0 }] : [];
  });
  const side = (wanted: OrderResult["side"]) =>
    orders.flatMap((order, id) => (order.side === wanted ? [{ id, price: order.price, packets: order.packets }] : []));
  const outcome = clear(side("bid"), side("ask"), (id) => id);
  const nameOf = (id: number | null) => (id === null ? null : (orders[id]?.member ?? null));
  const sumWh = (field: "selfWh" | "importWh" | "exportWh") => sumOf(homes, (own) => own[field][t] ?? 0);
  return {
    start,
    buyPrice: outcome.buyPrice,
    sellPrice: outcome.sellPrice,
    packets: outcome.packets,
    retail: COMMUNITY_RETAIL,
    feedIn: COMMUNITY_FEED_IN,
    later: [],
    criticalBid: nameOf(outcome.criticalBid),
    criticalAsk: nameOf(outcome.criticalAsk),
    orders: orders.map((order, id) => ({ ...order, fill: outcome.fills.get(id) ?? 0 })),
    selfWh: sumWh("selfWh"),
    importWh: sumWh("importWh"),
    exportWh: sumWh("exportWh"),
    mintedEcoins: 0,
    forecastNetWh: Math.round((sumWh("importWh") - sumWh("exportWh")) * (0.9 + 0.2 * random.unit())),
  };
}

/** Adds the slot's money, packets and ecoins to the members, and its ecoins to the slot. */
function settle(
  slot: SlotResult,
  members: MemberResult[],
  homes: readonly Home[],
  flows: readonly { drawn: number; fed: number }[],
  outcome: Result["run"]["outcome"],
): void {
  const settled = outcome === "settled" ? 1 : 0;
  const trades = members.map(({ id }) => {
    const order = slot.orders.find(({ member }) => member === id);
    const fill = order?.fill ?? 0;
    return order?.side === "bid" ? { bought: fill, sold: 0 } : { bought: 0, sold: fill };
  });
  const used = trades.map(({ bought, sold }, i) => {
    const { drawn, fed } = flows[i] as { drawn: number; fed: number };
    return { buyer: Math.min(bought, drawn) * settled, seller: Math.min(sold, fed) * settled };
  });
  const [drawnByBuyers, delivered] = [sumOf(used, ({ buyer }) => buyer), sumOf(used, ({ seller }) => seller)];
  members.forEach((member, i) => {
    const [{ bought, sold }, { buyer, seller }] = [trades[i]!, used[i]!];
    const { drawn, fed } = flows[i]!;
    const { retail, feedIn } = homes[i]!;
    const minted = delivered >= drawnByBuyers ? buyer : Math.floor((buyer * delivered) / drawnByBuyers);
    member.boughtPackets += bought;
    member.soldPackets += sold;
    member.mintedEcoins += minted;
    slot.mintedEcoins += minted;
    member.shortPackets += (sold - seller) * settled;
    member.unusedPackets += (bought - buyer) * settled;
    member.paid += bought * (slot.buyPrice ?? 0) * settled;
    member.earned += sold * (slot.sellPrice ?? 0) * settled;
    member.imbalance += ((sold - seller) * slot.retail - (bought - buyer) * slot.feedIn) * settled;
    member.ordinaryBill += (drawn - buyer) * retail - (fed - seller) * feedIn;
    member.billWithout += drawn * retail - fed * feedIn;
    member.balanceChange = member.earned - member.paid - member.imbalance;
    member.billWith = member.ordinaryBill - member.balanceChange;
  });
}

function emptyMember({ id, devices, importWh, exportWh }: Home): MemberResult {
  const total = (wh: readonly number[]) => sumOf(wh, (each) => each);
  const money = { paid: 0, earned: 0, imbalance: 0, fundShare: 0, balanceChange: 0 };
  const bills = { ordinaryBill: 0, billWith: 0, billWithout: 0 };
  const packets = { boughtPackets: 0, soldPackets: 0, mintedEcoins: 0, shortPackets: 0, unusedPackets: 0 };
  const flows = { importWh: total(importWh), exportWh: total(exportWh) };
  return { id, devices, tariff: "own", strategy: "truthful", ...flows, ...packets, ...money, ...bills };
}

function dayOf(
  members: MemberResult[],
  slots: SlotResult[],
  { slotSeconds, outcome }: Pick<Result["run"], "slotSeconds" | "outcome">,
): Result {
  const took = sumOf(members, ({ paid, earned }) => paid - earned);
  const orders = sumOf(slots, (slot) => slot.orders.length);
  const phase = (name: PhaseName, transactions: number, perOrder: number) => {
    return {
      name,
      transactions,
      gas: orders * perOrder + transactions * 21_000,
      orders: name === "setup" ? 0 : orders,
    };
  };
  const phases = [
    phase("setup", 12, 9000),
    phase("open", 2, 90),
    phase("post", 3, 520),
    phase("clear", 5, 340),
    phase("prove", 1, 80),
    phase("settle", 2, 470),
  ];
  const minted = sumOf(slots, (slot) => slot.mintedEcoins);
  return {
    schema: "commonwatt-result/1",
    run: {
      source: "synthetic",
      file: null,
      seed: 7,
      day: "2026-05-19",
      timeZone: "UTC",
      slotSeconds,
      packetWh: PACKET_WH,
      token: { symbol: "tEUR", decimals: 6 },
      auction: "Huang",
      outcome,
      network: { name: "in-process EVM", chainId: 31337, state: "first day" },
      versions: { commonwatt: "0.1.0", node: "24.21.0", solc: "0.8.34" },
    },
    members,
    slots,
    fund: {
      rule: "treasury",
      took,
      balanceChange: took,
      tookAll: fundTookAll({ slots, fund: { rule: "treasury", took, balanceChange: took, tookAll: false } }),
    },
    supplier: { balanceChange: sumOf(members, ({ imbalance }) => imbalance) },
    homePlans: null,
    sessions: null,
    timescales: null,
    ways: null,
    withoutFlexibility: {
      importWh: sumOf(slots, (slot) => slot.importWh) + 4000,
      exportWh: sumOf(slots, (slot) => slot.exportWh) + 3000,
      metWh: Math.round(sumOf(slots, (slot) => Math.min(slot.importWh, slot.exportWh)) * 0.8),
    },
    phases,
    baseline: {
      description: "a contract that stores every order and sorts each slot on chain",
      phases: [
        phase("post", orders, 62_000),
        phase("clear", slots.length, 41_000),
        phase("settle", slots.length, 25_000),
      ],
    },
    gasCosts: [
      gasCost(dayGas(phases), { network: "mainnet", gasPriceGwei: 2, etherPriceEur: 3000, note: "a quiet day" }),
      gasCost(dayGas(phases), { network: "L2", gasPriceGwei: 0.01, etherPriceEur: 3000, note: "without its data fee" }),
    ],
    co2: { gramsPerKwh: 363, source: "made up for a test", avoidedGrams: avoidedGramsDown(minted, PACKET_WH, 363) },
    warnings: [{ about: "history", text: "The forecast wants 21 days of history and had 9." }],
  };
}

/** The same day with a real-time session of each tenth slot, in which two homes offer and nothing trades. */
export function withSessions(result: Result): Result {
  const { members, slots, run, supplier } = result;
  const gateOf = (t: number) => new Date(Date.parse(slots[t]!.start) - 300_000).toISOString().replace(".000", "");
  const held = slots.flatMap((_, t) => (t % 10 === 0 ? [t] : []));
  const [one, two] = members.map(({ id }) => id) as [string, string];
  const none = { buyPrice: null, sellPrice: null, packets: 0, criticalBid: null, criticalAsk: null };
  const later = slots.map(({ retail, feedIn }, t) => {
    const session = held.indexOf(t) + 1;
    if (session === 0) return [];
    const offer = (member: string, side: OrderResult["side"], price: number) => ({
      ...{ member, side, price, packets: 3, fill: 0 },
    });
    return [{ session, ...none, orders: [offer(one, "bid", feedIn), offer(two, "ask", retail)] }];
  });
  const orders = sumOf(slots, (slot) => slot.orders.length);
  const packets = sumOf(slots, (slot) => slot.packets);
  const whole = { timescale: "day-ahead" as const, gate: gateOf(0), first: 0, count: slots.length };
  const sums = {
    boughtPackets: packets,
    keptPackets: sumOf(slots, (slot) => slot.mintedEcoins),
    shortPackets: sumOf(members, ({ shortPackets }) => shortPackets),
    unusedPackets: sumOf(members, ({ unusedPackets }) => unusedPackets),
    imbalance: supplier.balanceChange,
  };
  const way = { bill: 9_000_000, importWh: 20_000, metWh: 5000, peakImportW: 7000, storedWh: 0 };
  const contracts = { boughtWh: packets * run.packetWh, localWh: 3000, shortWh: 100, unusedWh: 200, imbalance: 5000 };
  return {
    ...result,
    slots: slots.map((slot, t) => ({ ...slot, later: later[t]! })),
    sessions: [
      { ...whole, orders, packets, transactions: 9, gas: orders * 900 },
      ...held.map((t) => ({
        ...{ timescale: "real-time" as const, gate: gateOf(t), first: t, count: 1 },
        ...{ orders: 2, packets: 0, transactions: 4, gas: 1000 },
      })),
    ],
    timescales: (["day-ahead", "real-time"] as const).map((timescale) => ({ timescale, ...sums })),
    ways: [
      { name: "no market", ...way, contracts: null },
      { name: "day-ahead only", ...way, contracts },
    ],
  };
}
