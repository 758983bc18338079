import { columns } from "./columns.ts";
import {
  billSentence,
  brokenSentence,
  compareHeadline,
  compareRows,
  gasSentence,
  matchSentence,
  peakSentence,
} from "./compareFigures.ts";
import type { CompareResult } from "./compareResult.ts";
import { dayText } from "./units.ts";

/** A comparison as text for a terminal. */
export function compareText(result: CompareResult): string {
  const { run, ways, warnings } = result;
  const data = run.source === "synthetic" ? "synthetic homes" : `measured homes of ${run.file}`;
  const filled = compareRows(result).map((row) => (row.length === 1 ? [row[0]!, ...ways.map(() => "")] : row));
  const sentences = [matchSentence, peakSentence, billSentence, brokenSentence, gasSentence];
  return [
    compareHeadline(result),
    `${dayText(run.day)} (${run.timeZone}), ${data}, seed ${run.seed}`,
    "",
    columns([["", ...ways.map(({ name }) => name)], ...filled], 1),
    "",
    ...sentences.map((sentence) => sentence(result)),
    ...warnings,
    "",
  ].join("\n");
}
