import { crc16 } from "../../../agents/data/dsmr.ts";

/** What a made-up meter says at a moment. */
export interface Said {
  /** Local time and season, YYMMDDhhmmssX. */
  readonly at: string;
  /** Registers as the meter writes them, kWh: tariffs 1 and 2 of import, then of export. */
  readonly kwh?: readonly [string, string, string, string];
  readonly kw?: readonly [string, string];
}

/** A telegram in the form of a DSMR 5 meter, lines ended by CR and LF, its CRC right. */
export function telegram({ at, kwh, kw }: Said): string {
  const references = ["1.8.1", "1.8.2", "2.8.1", "2.8.2"];
  const lines = [
    "/MUP5METER\\0042",
    "",
    "1-3:0.2.8(50)",
    `0-0:1.0.0(${at})`,
    "0-0:96.1.1(4D415445555031323334)",
    ...(kwh ?? []).map((value, i) => `1-0:${references[i]}(${value}*kWh)`),
    "0-0:96.14.0(0002)",
    ...(kw ?? []).map((value, i) => `1-0:${i + 1}.7.0(${value}*kW)`),
    "0-1:24.2.1(210101120000W)(00042.123*m3)",
  ];
  const body = `${lines.join("\r\n")}\r\n!`;
  return `${body}${crc16(body).toString(16).toUpperCase().padStart(4, "0")}\r\n`;
}

/** A meter that draws `wh` in each step of five minutes from 12:00 in winter, and feeds in none; registers rise from 1,234.567 kWh. */
export function log(wh: readonly number[]): string[] {
  let register = 1_234_567;
  return [0, ...wh].map((drawn, i) => {
    register += drawn;
    const kwh = [`00${(register / 1000).toFixed(3)}`, "000100.000", "000050.000", "000000.500"] as const;
    const minutes = 5 * i;
    const clock = `${String(12 + Math.floor(minutes / 60)).padStart(2, "0")}${String(minutes % 60).padStart(2, "0")}00`;
    return telegram({ at: `210115${clock}W`, kwh, kw: ["09.999", "00.000"] });
  });
}
