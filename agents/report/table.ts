import {
  comparedPhases,
  dayEnergy,
  dayGas,
  dayGasPerOrderUp,
  dayRounds,
  gainOf,
  gasPerOrderUp,
  meanPrice,
  roundsOf,
  savingOf,
  shareOf,
  sumOf,
} from "./figures.ts";
import type { MemberResult, PhaseName, PhaseResult, Result } from "./result.ts";
import { billsSentence, fundSentence, gasSentence, headline, notes, subtitle, surplusSentence } from "./sentences.ts";
import { sessionTables, type TextTable } from "./sessionTables.ts";
import { centsText, decimal, eur, kwh, mass, percent, smallEur, tokens, whole } from "./units.ts";

/** Columns of the terminal that the table fills at most. */
const WIDTH = 100;

/** The day as text for a terminal: at most 100 columns, every line ended. */
export function renderTable(result: Result): string {
  const sections = [
    title(result),
    energy(result),
    money(result),
    bills(result),
    ...sessionTables(result).map(sessionSection),
    gas(result),
    costs(result),
    noteLines(result),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function title(result: Result): string[] {
  return [...wrap(headline(result)), subtitle(result)];
}

function energy(result: Result): string[] {
  const { selfWh, localWh, gridWh, exportWh, tradedWh } = dayEnergy(result);
  const used = selfWh + localWh + gridWh;
  const minted = sumOf(result.members, (member) => member.mintedEcoins);
  const rows = [
    ["used by the homes", kwh(used), ""],
    ["  from their own roof or battery", kwh(selfWh), percent(shareOf(selfWh, used))],
    ["  from neighbours (minted ecoins)", kwh(localWh), `${percent(shareOf(localWh, used))}, ${whole(minted)} ecoins`],
    ["  from the supplier", kwh(gridWh), percent(shareOf(gridWh, used))],
    ["surplus fed in", kwh(exportWh), ""],
    ["  sold to neighbours", kwh(tradedWh), `${percent(shareOf(tradedWh, exportWh))} of the surplus`],
    ["CO2 avoided", mass(result.co2.avoidedGrams), `at ${result.co2.gramsPerKwh} g/kWh`],
  ];
  return [heading("Energy"), ...columns(rows, "lrl"), ...wrap(surplusSentence(result))];
}

function money(result: Result): string[] {
  const { members, fund, supplier, run } = result;
  const sums = (field: "paid" | "earned" | "imbalance" | "fundShare" | "balanceChange") =>
    sumOf(members, (member) => member[field]);
  const rows = [
    ["buyers paid for their packets", eur(-sums("paid"), run, true)],
    ["sellers got for theirs", eur(sums("earned"), run, true)],
    ["members paid for deviations", eur(-sums("imbalance"), run, true)],
    ["members got from the fund", eur(sums("fundShare"), run, true)],
    ["members together", eur(sums("balanceChange"), run, true)],
    [`fund (${fund.rule})`, eur(fund.balanceChange, run, true)],
    ["supplier, for deviations", eur(supplier.balanceChange, run, true)],
    ["sum", eur(sums("balanceChange") + fund.balanceChange + supplier.balanceChange, run, true)],
  ];
  return [heading("Money in the market"), ...columns(rows, "lr"), ...wrap(fundSentence(result)), priceLine(result)];
}

function priceLine({ slots, run }: Result): string {
  const traded = slots.filter((slot) => roundsOf(slot).some(({ packets }) => packets > 0));
  const mean = (price: "buyPrice" | "sellPrice") => centsText(meanPrice(dayRounds(slots), price), run);
  return `${traded.length} of ${slots.length} slots traded; mean price: buyers pay ${mean("buyPrice")}, sellers get ${mean("sellPrice")}`;
}

function bills(result: Result): string[] {
  const { members, run } = result;
  const figures = (of: readonly MemberResult[]) => [
    decimal((sumOf(of, (member) => member.boughtPackets) * run.packetWh) / 1000, 2),
    decimal((sumOf(of, (member) => member.soldPackets) * run.packetWh) / 1000, 2),
    whole(sumOf(of, (member) => member.mintedEcoins)),
    decimal(
      tokens(
        sumOf(of, (member) => member.billWithout),
        run,
      ),
      2,
    ),
    decimal(
      tokens(
        sumOf(of, (member) => member.billWith),
        run,
      ),
      2,
    ),
    decimal(tokens(sumOf(of, savingOf), run), 2, true),
  ];
  const row = (member: MemberResult) => [
    clip(member.id, 14),
    clip(member.devices.join(" ") || "-", 20),
    ...figures([member]),
  ];
  const head = ["member", "devices", "bought kWh", "sold kWh", "ecoins", "without EUR", "with EUR", "saves EUR"];
  const rows = [head, ...members.map(row), ["all", "", ...figures(members)]];
  return [heading("Bills without and with the market"), ...columns(rows, "llrrrrrr"), ...wrap(billsSentence(result))];
}

function sessionSection({ title, head, rows }: TextTable): string[] {
  return [heading(title), ...columns([[...head], ...rows.map((row) => [...row])], `l${"r".repeat(head.length - 1)}`)];
}

const PHASE_WORDS: Record<PhaseName, string> = {
  setup: "setup, once",
  open: "tariffs, open sessions",
  post: "post profiles",
  clear: "close, clear, release",
  prove: "proof of flow",
  settle: "settle and mint",
};

function gas(result: Result): string[] {
  const plain = result.baseline?.phases ?? [];
  const perOrder = (phase: PhaseResult | undefined) => number(phase ? gasPerOrderUp(phase) : null);
  const row = (phase: PhaseResult) => [
    PHASE_WORDS[phase.name],
    whole(phase.transactions),
    whole(phase.gas),
    whole(phase.orders),
    perOrder(phase),
    perOrder(plain.find(({ name }) => name === phase.name)),
  ];
  const sent = sumOf(result.phases, ({ name, transactions }) => (name === "setup" ? 0 : transactions));
  const compared = comparedPhases(result).plain;
  const last = [whole(sent), whole(dayGas(result.phases)), "", number(dayGasPerOrderUp(result.phases))];
  const all = ["the day, without setup", ...last, number(dayGasPerOrderUp(compared))];
  const head = ["phase", "transactions", "gas", "orders", "gas per order", "plain contract"];
  const rows = [head, ...result.phases.map(row), all];
  return [heading(`Gas (${result.run.network.name})`), ...columns(rows, "lrrrrr"), ...wrap(gasSentence(result))];
}

function costs(result: Result): string[] {
  const rows = result.gasCosts.map(({ network, costEur, gasPriceGwei, etherPriceEur, note }) => [
    `gas on ${network}`,
    smallEur(costEur),
    clip(`${gasPriceGwei} gwei, ether at ${whole(etherPriceEur)} EUR; ${note}`, 68),
  ]);
  const gain = ["gain of the day", eur(gainOf(result), result.run), "bills saved and what the fund kept"];
  return [heading("What it cost, beside what it gained"), ...columns([...rows, gain], "lrl")];
}

function noteLines(result: Result): string[] {
  return [heading("Notes"), ...notes(result).flatMap((note) => wrap(note, "- "))];
}

function number(value: number | null): string {
  return value === null ? "-" : whole(value);
}

function heading(text: string): string {
  return `== ${text} ${"=".repeat(WIDTH - text.length - 4)}`;
}

/** Rows in columns two spaces apart; `align` has an `l` or `r` for each. */
function columns(rows: readonly string[][], align: string): string[] {
  const widths = [...align].map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  const cell = (text: string, i: number) =>
    align[i] === "r" ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  return rows.map((row) => row.map(cell).join("  ").trimEnd());
}

/** Lines of whole words within the width; the first starts with `mark`, the others are indented as far. */
function wrap(text: string, mark = ""): string[] {
  const lines = [mark];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    const space = line.trim() === "" || line === mark ? "" : " ";
    if (line.length + space.length + word.length <= WIDTH) lines[lines.length - 1] = line + space + word;
    else lines.push(" ".repeat(mark.length) + word);
  }
  return lines;
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}~`;
}
