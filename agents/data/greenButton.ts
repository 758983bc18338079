import { XMLParser, XMLValidator } from "fast-xml-parser";
import { InputError } from "./inputError.ts";

/**
 * One interval of a Green Button file (NAESB REQ.21, Energy Services Provider Interface): start in unix seconds UTC,
 * length in seconds, energy in 10^power Wh.
 */
export interface Interval {
  /** Line of its IntervalReading in the file. */
  readonly line: number;
  readonly time: number;
  readonly seconds: number;
  readonly value: bigint;
}

/** Intervals of one direction of flow. */
export interface IntervalSeries {
  /** Forward: from the grid to the customer. Reverse: from the customer to the grid. */
  readonly direction: "forward" | "reverse";
  /** Power of ten of the values' unit, Wh. */
  readonly power: number;
  readonly intervals: readonly Interval[];
}

const WATT_HOURS = "72";
const DELTA = "4";
const DIRECTIONS = { "1": "forward", "19": "reverse" } as const;
const MANY = ["entry", "link", "IntervalBlock", "IntervalReading"];

interface Node {
  readonly [name: string]: unknown;
}

/** One document while it is read. */
interface Source {
  readonly file: string;
  /** Where each line begins. */
  readonly lineStarts: readonly number[];
}

/**
 * Every series of energy intervals of a Green Button feed. Readings belong to the reading type that their block's
 * MeterReading names, or to the only one there is. Throws InputError, with line, for XML that is not well-formed, and
 * for a feed without intervals, units other than Wh, values that are no deltas, and directions other than forward and
 * reverse.
 */
export function parseGreenButton(file: string, text: string): IntervalSeries[] {
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { line, msg } = valid.err;
    throw new InputError(`not well-formed XML: ${msg}`, { file, line }, "download the file again; it may be cut short");
  }
  const source = { file, lineStarts: [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)] };
  const entries = nodes(((parser().parse(text) as Node).feed as Node | undefined)?.entry);
  const blocks = entries.filter((entry) => contentOf(entry, "IntervalBlock").length > 0);
  if (blocks.length === 0)
    throw new InputError(
      "the file holds no IntervalBlock",
      { file },
      "give a Green Button feed (ESPI) with usage intervals",
    );
  const series = new Map<Node, Interval[]>();
  for (const entry of blocks) {
    const type = typeOf(source, entries, entry);
    series.set(type, [...(series.get(type) ?? []), ...intervalsOf(source, entry)]);
  }
  return [...series].map(([type, intervals]) => ({ ...unitOf(source, type), intervals }));
}

const parser = (): XMLParser =>
  new XMLParser({
    ...{ ignoreAttributes: false, removeNSPrefix: true, parseTagValue: false, captureMetaData: true },
    isArray: (name) => MANY.includes(name),
  });

const nodes = (value: unknown): Node[] => (Array.isArray(value) ? (value as Node[]) : value ? [value as Node] : []);

/** The elements of that name in an entry's content. */
const contentOf = (entry: Node, name: string): Node[] => nodes(nodes(entry.content)[0]?.[name]);

/** Where an entry's links of a relation lead. */
const links = (entry: Node, relation: string): string[] =>
  nodes(entry.link).flatMap((link) => (link["@_rel"] === relation ? [String(link["@_href"])] : []));

/** The reading type of a block: named by the MeterReading above it, or the only one in the file. */
function typeOf({ file, lineStarts }: Source, entries: readonly Node[], block: Node): Node {
  const types = entries.filter((entry) => contentOf(entry, "ReadingType").length > 0);
  const above = entries.find((entry) => "MeterReading" in (nodes(entry.content)[0] ?? {}) && isAbove(entry, block));
  const named = types.find(
    (type) => above && links(above, "related").some((href) => links(type, "self").includes(href)),
  );
  const type = named ?? (types.length === 1 ? types[0] : undefined);
  if (type) return contentOf(type, "ReadingType")[0]!;
  const line = lineOf(lineStarts, contentOf(block, "IntervalBlock")[0]!);
  const message = `the block's reading type is not told among the file's ${types.length}`;
  throw new InputError(message, { file, line }, "the feed must link MeterReading and ReadingType as ESPI wants");
}

/** Whether one of the entry's blocks is said to lie under the MeterReading. */
function isAbove(reading: Node, block: Node): boolean {
  const related = links(reading, "related");
  const [selves, ups] = [links(block, "self"), links(block, "up")];
  if ([...selves, ...ups].some((href) => related.includes(href))) return true;
  return links(reading, "self").some((self) => [...selves, ...ups].some((href) => href.startsWith(`${self}/`)));
}

function intervalsOf(source: Source, entry: Node): Interval[] {
  return contentOf(entry, "IntervalBlock").flatMap((block) =>
    nodes(block.IntervalReading).map((each) => intervalOf(source, each)),
  );
}

function intervalOf({ file, lineStarts }: Source, reading: Node): Interval {
  const line = lineOf(lineStarts, reading);
  const period = nodes(reading.timePeriod)[0] ?? {};
  const whole = (name: string, value: unknown) => {
    if (/^-?\d{1,18}$/.test(String(value ?? ""))) return BigInt(String(value));
    const message = `the interval's ${name} is not a whole number`;
    throw new InputError(
      message,
      { file, line, value: String(value ?? "") },
      "an IntervalReading has start, duration and value",
    );
  };
  return {
    line,
    time: Number(whole("start", period.start)),
    seconds: Number(whole("duration", period.duration)),
    value: whole("value", reading.value),
  };
}

function unitOf({ file, lineStarts }: Source, type: Node): Pick<IntervalSeries, "direction" | "power"> {
  const refuse = (message: string, value: unknown, remedy: string) =>
    new InputError(message, { file, line: lineOf(lineStarts, type), value: String(value) }, remedy);
  const { uom, accumulationBehaviour: kind, flowDirection = "1", powerOfTenMultiplier = "0" } = type;
  if (uom !== WATT_HOURS) throw refuse("the unit is not watt-hours", uom, "take the feed of electric energy, uom 72");
  if (kind !== undefined && kind !== DELTA)
    throw refuse("the values are no energy per interval", kind, "take the feed with accumulationBehaviour 4, deltas");
  const direction = DIRECTIONS[flowDirection as keyof typeof DIRECTIONS];
  if (direction === undefined)
    throw refuse(
      "the direction of flow is not known",
      flowDirection,
      "flowDirection must be 1, forward, or 19, reverse",
    );
  const power = Number(powerOfTenMultiplier);
  if (Number.isInteger(power) && Math.abs(power) <= 12) return { direction, power };
  throw refuse("the multiplier is not known", powerOfTenMultiplier, "powerOfTenMultiplier must be from -12 to 12");
}

/** The line on which an element begins. */
function lineOf(lineStarts: readonly number[], node: Node): number {
  const place = (node as Record<symbol, { startIndex?: number } | undefined>)[XMLParser.getMetaDataSymbol() as symbol];
  let [low, high] = [0, lineStarts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= (place?.startIndex ?? 0)) low = middle;
    else high = middle;
  }
  return low + 1;
}
