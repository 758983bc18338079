import {
  contractPackets,
  dayEnergy,
  dayGasPerOrderUp,
  dayRounds,
  gasPerOrderUp,
  localWhOf,
  meanPrice,
  roundsOf,
  savingOf,
  sessionRounds,
  shareOf,
  sumOf,
} from "./figures.ts";
import type { Result } from "./result.ts";
import {
  centsPerKwh,
  centsText,
  clock,
  decimal,
  escapeHtml,
  eur,
  kwh,
  mass,
  percent,
  smallEur,
  tokens,
  whole,
} from "./units.ts";

/** The figures of the page that are no plot: the few large ones on top, the tables at the end. */

const FUND_WORDS: Record<Result["fund"]["rule"], string> = {
  treasury: "kept together",
  bystanders: "less what it paid out",
  equal: "less what it paid out",
};

/** Six figures, each with what it is and what it is to be seen beside. */
export function tilesHtml(result: Result): string {
  const { run, members, slots, fund, gasCosts, co2 } = result;
  const { tradedWh, exportWh } = dayEnergy(result);
  const saved = sumOf(members, savingOf);
  const less = members.filter((member) => savingOf(member) > 0).length;
  const [dear, cheap] = [gasCosts[0], gasCosts.at(-1)];
  const tiles = [
    [
      run.outcome === "settled" ? "sold to neighbours" : "traded, then unwound",
      kwh(tradedWh),
      `${percent(shareOf(tradedWh, exportWh))} of the surplus`,
    ],
    [
      saved < 0 ? "added to the bills" : "off the bills",
      eur(Math.abs(saved), run),
      `${less} of ${members.length} pay less`,
    ],
    ["to the common fund", eur(fund.balanceChange, run), fund.tookAll ? "all that was gained" : FUND_WORDS[fund.rule]],
    ["buyers pay, sellers get", meanPrices(result), "mean, ct/kWh"],
    ["CO2 avoided", mass(co2.avoidedGrams), `at ${co2.gramsPerKwh} g/kWh`],
    [
      cheap ? `gas of the day on ${cheap.network}` : "gas per order",
      cheap ? smallEur(cheap.costEur) : whole(dayGasPerOrderUp(result.phases) ?? 0),
      dear && dear !== cheap ? `${smallEur(dear.costEur)} on ${dear.network}` : `${slots.length} slots`,
    ],
  ];
  const tile = ([name, figure, beside]: string[]) =>
    `<div><dt>${escapeHtml(name ?? "")}</dt><dd class="big">${escapeHtml(figure ?? "")}</dd><dd>${escapeHtml(beside ?? "")}</dd></div>`;
  return `<dl class="tiles">${tiles.map(tile).join("\n")}</dl>`;
}

/** `29.6 / 11.8`, weighted by packets, or a dash. */
function meanPrices({ slots, run }: Result): string {
  const rounds = dayRounds(slots);
  const [buy, sell] = [meanPrice(rounds, "buyPrice"), meanPrice(rounds, "sellPrice")];
  if (buy === null || sell === null) return "-";
  return [buy, sell].map((price) => decimal(centsPerKwh(price, run), 1)).join(" / ");
}

/** Members and slots as tables, for whoever reads figures or has no scripts. */
export function tablesHtml(result: Result): string {
  return `<section class="card wide"><details><summary>All figures as tables</summary>
<div class="scroll">${membersTable(result)}</div>
<div class="scroll">${slotsTable(result)}</div>
${result.sessions ? `<div class="scroll">${sessionsTable(result)}</div>` : ""}
</details></section>`;
}

/** One row per home. */
export function membersTable({ members, run }: Result): string {
  const euros = (amount: number) => decimal(tokens(amount, run), 2);
  const energy = (packets: number) => decimal((packets * run.packetWh) / 1000, 2);
  const head = [
    "member",
    "drew kWh",
    "fed in kWh",
    "bought kWh",
    "sold kWh",
    "ecoins",
    "bill without",
    "bill with",
    "saves",
  ];
  const rows = members.map((member) => [
    member.id,
    decimal(member.importWh / 1000, 2),
    decimal(member.exportWh / 1000, 2),
    energy(member.boughtPackets),
    energy(member.soldPackets),
    whole(member.mintedEcoins),
    euros(member.billWithout),
    euros(member.billWith),
    euros(savingOf(member)),
  ]);
  return table("Homes, bills in EUR", head, rows);
}

function slotsTable({ slots, run }: Result): string {
  const cents = (price: number | null) => (price === null ? "-" : decimal(centsPerKwh(price, run), 1));
  const head = [
    "slot",
    "buyers pay",
    "sellers get",
    "retail",
    "feed-in",
    "traded kWh",
    "own kWh",
    "neighbours kWh",
    "supplier kWh",
  ];
  const rows = slots.map((slot) => [
    clock(slot.start, run),
    cents(meanPrice(roundsOf(slot), "buyPrice")),
    cents(meanPrice(roundsOf(slot), "sellPrice")),
    cents(slot.retail),
    cents(slot.feedIn),
    decimal((contractPackets(slot) * run.packetWh) / 1000, 2),
    decimal(slot.selfWh / 1000, 2),
    decimal(localWhOf(slot, run.packetWh) / 1000, 2),
    decimal((slot.importWh - localWhOf(slot, run.packetWh)) / 1000, 2),
  ]);
  return table("Slots, prices in ct/kWh", head, rows);
}

/** One row per session, by their gates. */
function sessionsTable(result: Result): string {
  const { run, slots } = result;
  const head = ["session", "gate", "slots", "orders", "traded kWh", "buyers pay", "sellers get", "gas per order"];
  const rows = (result.sessions ?? []).map(({ timescale, gate, first, count, orders, packets, gas }, i) => {
    const rounds = sessionRounds(result, i);
    const over = [slots[first]!, slots[first + count - 1]!].map(({ start }) => clock(start, run));
    return [
      ...[timescale, `${dayBefore(gate, slots[0]!.start, run)}${clock(gate, run)}`],
      count === 1 ? over[0]! : `${over[0]} to ${over[1]}`,
      ...[whole(orders), decimal((packets * run.packetWh) / 1000, 2)],
      ...[centsText(meanPrice(rounds, "buyPrice"), run), centsText(meanPrice(rounds, "sellPrice"), run)],
      whole(gasPerOrderUp({ gas, orders }) ?? 0),
    ];
  });
  return table("Sessions, by their gates", head, rows);
}

const dayBefore = (gate: string, start: string, run: Result["run"]): string =>
  clockDay(gate, run) === clockDay(start, run) ? "" : "day before, ";

const clockDay = (time: string, { timeZone }: Result["run"]): string =>
  new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone }).format(new Date(time));

function table(caption: string, head: readonly string[], rows: readonly string[][]): string {
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><caption>${escapeHtml(caption)}</caption>
<thead>${line("th", head)}</thead>
<tbody>${rows.map((row) => line("td", row)).join("\n")}</tbody></table>`;
}
