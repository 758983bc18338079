import { z } from "zod";
import { isZone } from "../data/days.ts";

/** Kinds of values in configuration files. Descriptions are remedies too: `check` shows them where a value is wrong. */

export const text = (description: string) => z.string().min(1).meta({ description });
export const whole = (description: string, least: number, most: number) =>
  z.int().min(least).max(most).meta({ description });
export const number = (description: string, least: number, most: number) =>
  z.number().min(least).max(most).meta({ description });
export const seconds = (description: string, preset: number) =>
  z.number().min(0.05).max(31_536_000).default(preset).meta({ description });

export const zone = (description: string) =>
  z.string().refine(isZone, { error: "there is no such time zone" }).meta({ description });

const ENV_NAME = /^[A-Z][A-Z0-9_]*$/;
export const envName = (what: string) =>
  z
    .string()
    .regex(ENV_NAME)
    .meta({ description: `name of the environment variable with ${what}, such as COMMONWATT_KEY; never the secret` });

/** A time of the day on the home's clock. */
export const clock = (description: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .meta({ description: `${description}: "HH:MM" on the home's clock, in quotes` });

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const days = z
  .array(z.enum(WEEKDAYS))
  .min(1)
  .default([...WEEKDAYS])
  .meta({ description: `days of the week, some of ${WEEKDAYS.join(", ")}` });
