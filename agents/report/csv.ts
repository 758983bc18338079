import { gasPerOrderUp, localWhOf, meanPrice, savingOf, sessionRounds } from "./figures.ts";
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
    ...(result.sessions && { "sessions.csv": sessionsCsv(result) }),
  };
}

/** One line per member: the fields of `members[]`, and the saving in base units. */
export function membersCsv({ members }: Result): string {
  const rows = members.map((member) => ({ ...member, devices: member.devices.join(" "), saving: savingOf(member) }));
  return csv([...fieldsOf("members"), "saving"], rows);
}

/** One line per slot: the fields of `slots[]` with the number of orders and of later sessions, and the Wh from neighbours. */
export function slotsCsv({ slots, run }: Result): string {
  const rows = slots.map((slot) => ({
    ...{ ...slot, orders: slot.orders.length, later: slot.later.length },
    localWh: localWhOf(slot, run.packetWh),
  }));
  return csv([...fieldsOf("slots"), "localWh"], rows);
}

/** One line per phase of the market and of the plain contract, with gas per order rounded up. */
export function phasesCsv({ phases, baseline }: Result): string {
  const lines = (contract: string, of: Result["phases"]) =>
    of.map((phase) => ({ contract, ...phase, gasPerOrder: gasPerOrderUp(phase) }));
  const rows = [...lines("commonwatt", phases), ...lines("plain", baseline?.phases ?? [])];
  return csv(["contract", ...fieldsOf("phases"), "gasPerOrder"], rows);
}

/** One line per order of the day, with the index of its session in `sessions[]`: 0 on a day of one session. */
export function ordersCsv({ slots }: Result): string {
  const rows = slots.flatMap(({ start, orders, later }) =>
    [{ session: 0, orders }, ...later].flatMap((round) =>
      round.orders.map((order) => ({ start, session: round.session, ...order })),
    ),
  );
  return csv(["start", "session", ...Object.keys(resultSchema.shape.slots.element.shape.orders.element.shape)], rows);
}

/** One line per session: the fields of `sessions[]`, mean prices with two decimals, and gas per order rounded up. */
export function sessionsCsv(result: Result): string {
  const rows = (result.sessions ?? []).map((session, i) => ({
    ...session,
    buyPrice: meanPrice(sessionRounds(result, i), "buyPrice")?.toFixed(2) ?? null,
    sellPrice: meanPrice(sessionRounds(result, i), "sellPrice")?.toFixed(2) ?? null,
    gasPerOrder: gasPerOrderUp(session),
  }));
  const fields = Object.keys(resultSchema.shape.sessions.unwrap().element.shape);
  return csv([...fields, "buyPrice", "sellPrice", "gasPerOrder"], rows);
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
