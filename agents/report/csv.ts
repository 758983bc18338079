import { gasPerOrderUp, localWhOf, savingOf } from "./figures.ts";
import { type Result, resultSchema } from "./result.ts";

/** The result as tables: units as in `result.json`, one header line, comma, `\n`, quotes only where needed. */

type Cell = string | number | null;

/** The CSV files by name; an empty cell is a null. */
export function renderCsvs(result: Result): Record<string, string> {
  return {
    "members.csv": membersCsv(result),
    "slots.csv": slotsCsv(result),
    "phases.csv": phasesCsv(result),
    "orders.csv": ordersCsv(result),
  };
}

/** One line per member: the fields of `members[]`, and the saving in base units. */
export function membersCsv({ members }: Result): string {
  const rows = members.map((member) => ({ ...member, devices: member.devices.join(" "), saving: savingOf(member) }));
  return csv([...fieldsOf("members"), "saving"], rows);
}

/** One line per slot: the fields of `slots[]` with the number of orders, and the Wh from neighbours. */
export function slotsCsv({ slots, run }: Result): string {
  const rows = slots.map((slot) => ({ ...slot, orders: slot.orders.length, localWh: localWhOf(slot, run.packetWh) }));
  return csv([...fieldsOf("slots"), "localWh"], rows);
}

/** One line per phase of the market and of the plain contract, with gas per order rounded up. */
export function phasesCsv({ phases, baseline }: Result): string {
  const lines = (contract: string, of: Result["phases"]) =>
    of.map((phase) => ({ contract, ...phase, gasPerOrder: gasPerOrderUp(phase) }));
  const rows = [...lines("commonwatt", phases), ...lines("plain", baseline?.phases ?? [])];
  return csv(["contract", ...fieldsOf("phases"), "gasPerOrder"], rows);
}

/** One line per order of the day. */
export function ordersCsv({ slots }: Result): string {
  const rows = slots.flatMap(({ start, orders }) => orders.map((order) => ({ start, ...order })));
  return csv(["start", ...Object.keys(resultSchema.shape.slots.element.shape.orders.element.shape)], rows);
}

function fieldsOf(list: "members" | "slots" | "phases"): string[] {
  return Object.keys(resultSchema.shape[list].element.shape);
}

function csv(columns: readonly string[], rows: readonly Record<string, Cell>[]): string {
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ?? null)));
  return [columns, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

function quoted(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
