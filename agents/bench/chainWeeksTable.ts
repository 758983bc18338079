import { columns, decimal } from "../report/columns.ts";
import type { ChainDay, ProcessFigures } from "./chainWeeks.ts";
import { trendOf } from "./trend.ts";

const WEEK_DAYS = 7;
const HEADER = [
  ...["process", "memory MB, week 1", "middle", "last", "kB a day"],
  ...["state kB, week 1", "middle", "last", "kB a day", "log kB a day"],
];

/** Memory and files of each process: means over weeks, and how they move with each day of the second half. Assumes six days. */
export function chainWeeksTable(days: readonly ChainDay[]): string {
  const names = days[0]!.processes.map(({ name }) => name);
  const rows = names.map((name, i) => {
    const of = (figure: (each: ProcessFigures) => number) => days.map(({ processes }) => figure(processes[i]!));
    const memory = movesOf(of(({ rssBytes }) => rssBytes));
    const state = of(({ stateBytes }) => stateBytes);
    const files = state.some((bytes) => bytes > 0);
    const logs = of(({ logBytes }) => logBytes);
    const logged = (logs.at(-1)! - logs[0]!) / (days.length - 1);
    return [
      ...[name, ...memory.means.map((bytes) => decimal(bytes / 1e6, 0)), memory.trend],
      ...(files
        ? [...movesOf(state).means.map((bytes) => decimal(bytes / 1e3, 0)), movesOf(state).trend]
        : ["", "", "", ""]),
      logs.at(-1)! > 0 ? decimal(logged / 1e3, 1) : "",
    ];
  });
  return columns([HEADER, ...rows], 1);
}

/** Means of the first, the middle and the last week, and the trend of the second half, thousands a day. */
function movesOf(values: readonly number[]): { means: number[]; trend: string } {
  const middle = Math.floor(values.length / 2);
  const { slope, bound } = trendOf(values.slice(middle));
  const weeks = [
    values.slice(0, WEEK_DAYS),
    values.slice(Math.max(0, middle - WEEK_DAYS), middle),
    values.slice(-WEEK_DAYS),
  ];
  const means = weeks.map((week) => week.reduce((sum, value) => sum + value, 0) / week.length);
  return { means, trend: `${decimal(slope / 1e3, 1)} ± ${decimal(bound / 1e3, 1)}` };
}
