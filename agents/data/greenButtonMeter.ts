import { type Interval, type IntervalSeries, parseGreenButton } from "./greenButton.ts";
import { InputError } from "./inputError.ts";
import { MISSING } from "./meterData.ts";
import { addReading, type Column, emptyColumn, MAX_WH } from "./meterRows.ts";

/** Energy of one interval, whole Wh. */
interface Energy {
  readonly wh: number;
  readonly line: number;
  readonly seconds: number;
}

/**
 * One home's readings from a Green Button feed: forward flow is load, reverse flow pv. Both are what crossed the meter at
 * the grid; what the home used of its own roof is in neither. Parts of a Wh are carried from interval to interval, so
 * that nothing is lost. Without a reverse series pv is 0, with one an interval that it lacks is missing. Throws
 * InputError for negative energy, intervals of different lengths, and two intervals of one start.
 */
export function greenButtonColumn(
  file: string,
  text: string,
): { column: Column; slotSeconds: number; notes: string[] } {
  const series = parseGreenButton(file, text);
  const of = (wanted: IntervalSeries["direction"]) =>
    energies(
      file,
      series.filter(({ direction }) => direction === wanted),
    );
  const [forward, reverse] = [of("forward"), of("reverse")];
  const column = emptyColumn();
  const times = [...new Set([...forward.keys(), ...reverse.keys()])].sort((a, b) => a - b);
  for (const time of times) {
    const [load, pv] = [forward.get(time), reverse.get(time)];
    const without = (other: Map<number, Energy>) => (other.size === 0 ? 0 : MISSING);
    addReading(column, time, (load ?? pv)!.line, load?.wh ?? without(forward), pv?.wh ?? without(reverse));
  }
  const notes = reverse.size === 0 ? ["no reverse flow in the file: pv is taken for 0"] : [];
  return { column, slotSeconds: lengthOf(file, [...forward.values(), ...reverse.values()]), notes };
}

function energies(file: string, series: readonly IntervalSeries[]): Map<number, Energy> {
  const [first, ...more] = series;
  if (first === undefined) return new Map();
  if (more.length > 0) {
    const remedy = "give a feed of one usage point, one file per meter";
    throw new InputError(`${series.length} series of ${first.direction} flow`, { file }, remedy);
  }
  const found = new Map<number, Energy>();
  let [before, sum] = [0n, 0n];
  for (const interval of [...first.intervals].sort((a, b) => a.time - b.time)) {
    checkInterval(file, interval, found.get(interval.time));
    sum += interval.value;
    const register = whDown(sum, first.power);
    found.set(interval.time, { wh: Number(register - before), line: interval.line, seconds: interval.seconds });
    before = register;
  }
  const huge = [...found.values()].find(({ wh }) => wh > MAX_WH);
  if (huge)
    throw new InputError("the energy exceeds 2147483647 Wh", { file, line: huge.line }, "check powerOfTenMultiplier");
  return found;
}

function checkInterval(file: string, { line, value, time }: Interval, twin: Energy | undefined): void {
  if (value < 0n) {
    const remedy = "energy to the grid needs a series of its own, flowDirection 19";
    throw new InputError("the energy is negative", { file, line, value: `${value}` }, remedy);
  }
  if (twin !== undefined)
    throw new InputError(
      `two intervals of one start, lines ${twin.line} and ${line}`,
      { file, line, value: `${time}` },
      "keep one",
    );
}

/** value x 10^power Wh, whole, rounded down. */
const whDown = (value: bigint, power: number): bigint =>
  power >= 0 ? value * 10n ** BigInt(power) : value / 10n ** BigInt(-power);

function lengthOf(file: string, all: readonly Energy[]): number {
  const [first] = all;
  if (first === undefined)
    throw new InputError("the file holds no interval", { file }, "give a feed with IntervalReadings");
  const other = all.find(({ seconds }) => seconds !== first.seconds);
  if (other === undefined) return first.seconds;
  const message = `intervals of ${first.seconds} s and of ${other.seconds} s`;
  throw new InputError(message, { file, line: other.line }, "give a feed with intervals of one length");
}
