import { type Command, Option } from "commander";
import { InputError } from "../data/inputError.ts";
import { DEFAULT_GATES, type GateTimes, TIMESCALES, type Timescale } from "../simulation/timescales.ts";
import { wholeNumber } from "./options.ts";

/** When the gates of sessions close, as options; each left out is `DEFAULT_GATES`'. */
export interface GateOptions {
  readonly dayAheadGate?: number;
  readonly intradayGates?: readonly number[];
  readonly realTimeGate?: number;
}

/** Adds when gates close. */
export function addGates(command: Command): Command {
  const { dayAheadHour, intradayHours, realTimeMinutes } = DEFAULT_GATES;
  const option = (flags: string, text: string, parse: (value: string) => unknown) =>
    new Option(flags, text).argParser(parse);
  const hour = wholeNumber("--day-ahead-gate", 0, 23);
  const minutes = wholeNumber("--real-time-gate", 2, 60);
  return command
    .addOption(option("--day-ahead-gate <hour>", `hour of the day before (default ${dayAheadHour})`, hour))
    .addOption(
      option(
        "--intraday-gates <hours>",
        `hours from midnight, negative before (default ${intradayHours.join(",")})`,
        hoursIn,
      ),
    )
    .addOption(option("--real-time-gate <minutes>", `minutes before each slot (default ${realTimeMinutes})`, minutes));
}

/** The gates that the options ask for. */
export const gatesOf = ({ dayAheadGate, intradayGates, realTimeGate }: GateOptions): GateTimes => ({
  dayAheadHour: dayAheadGate ?? DEFAULT_GATES.dayAheadHour,
  intradayHours: intradayGates ?? DEFAULT_GATES.intradayHours,
  realTimeMinutes: realTimeGate ?? DEFAULT_GATES.realTimeMinutes,
});

/** Timescales by name, in their order. Throws InputError for any other word. */
export function timescalesIn(text: string): Timescale[] {
  const names = text.split(",");
  const found = TIMESCALES.filter((timescale) => names.includes(timescale));
  if (found.length === new Set(names).size) return found;
  throw new InputError(
    `--sessions can't be "${text}"`,
    {},
    `give some of ${TIMESCALES.join(",")}, separated by commas`,
  );
}

function hoursIn(text: string): number[] {
  const hours = text.split(",").map(Number);
  if (/^-?\d+(,-?\d+)*$/.test(text) && hours.every((hour) => hour > -12 && hour < 24)) return hours;
  throw new InputError(`--intraday-gates can't be "${text}"`, {}, "give hours from -11 to 23, such as -4,6,12,18");
}
