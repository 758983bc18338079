import { type Command, Option } from "commander";
import { METER_FORMATS, type MeterFileOptions, type MeterFormat, readMeterFile } from "../data/meterFile.ts";
import type { MeterFile } from "../data/meterRows.ts";
import { oneOf, wholeNumber } from "./options.ts";

/** Options of every verb that takes meter data. */
export interface MeterOptions {
  readonly format?: MeterFormat;
  /** Minutes. */
  readonly slot?: number;
}

export const DATA_TEXT =
  "measured homes: CSV start_utc,household,load_wh,pv_wh; a DSMR P1 log or Green Button XML of one home; a folder of these";

/** Adds the options that say how meter data are to be read. */
export function addMeterOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--format <name>",
        `what --data is: ${METER_FORMATS.join(", ")} (default auto: told from its content)`,
      ).argParser(oneOf("--format", METER_FORMATS)),
    )
    .addOption(
      new Option("--slot <minutes>", "slots that P1 logs are cut into (default 15)").argParser(
        wholeNumber("--slot", 1, 1440),
      ),
    );
}

/** Reads meter data as the options say. Throws InputError. */
export function askedMeters(path: string, { format, slot }: MeterOptions): MeterFile {
  const options: MeterFileOptions = {
    ...(format !== undefined && { format }),
    ...(slot !== undefined && { slotSeconds: slot * 60 }),
  };
  return readMeterFile(path, options);
}
