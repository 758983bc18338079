import { z } from "zod";
import type { DayReport } from "../dso/dso.ts";
import { leaf, treeOf } from "../model/flowTree.ts";
import type { SignedProfile } from "../relay/relay.ts";

/** What goes over MQTT, and on which topics below the prefix. Everything is JSON; words of the chain are 0x-hex. */

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/i);
const wordHex = z.string().regex(/^0x[0-9a-f]{64}$/i);
const member = z.int().min(1).max(8192);

/** A household's signed profile, for relays: retained until it is on the chain or its gate has passed. */
export const profileTopic = (session: number | "+", who: number | "+") => `profiles/${session}/${who}`;
export const profileMessage = z.strictObject({
  schema: z.literal("commonwatt-profile/1"),
  session: z.int().min(256).max(0xffff_ffff),
  member,
  nonce: z.int().min(1).max(255),
  registers: z.boolean(),
  orders: z.array(wordHex).min(1).max(11),
  signature: hex,
});
export type ProfileMessage = z.infer<typeof profileMessage>;

export const profileToMessage = ({ orders, ...rest }: SignedProfile): ProfileMessage => ({
  schema: "commonwatt-profile/1",
  ...rest,
  orders: orders.map((word) => `0x${word.toString(16).padStart(64, "0")}`),
});
export const profileOfMessage = ({ schema: _, orders, ...rest }: ProfileMessage): SignedProfile => ({
  ...rest,
  orders: orders.map(BigInt),
});

/** What a relay says of a profile it won't post or the chain refused: not retained. */
export const answerTopic = (session: number | "+", who: number | "+") => `profiles/${session}/${who}/answer`;
export const answerMessage = z.strictObject({ refused: z.string() });

/** A meter's readings of a UTC day, Wh per slot, null where there is none (yet): retained for a few days. */
export const readingsTopic = (who: number | "+", utcDay: number | "+") => `readings/${who}/${utcDay}`;
const wh = z.array(z.int().min(0).max(0x7fff_fffe).nullable()).max(1440);
export const readingsMessage = z
  .strictObject({ schema: z.literal("commonwatt-readings/1"), firstSlot: z.int().min(0), importWh: wh, exportWh: wh })
  .refine(({ importWh, exportWh }) => importWh.length === exportWh.length);
export type ReadingsMessage = z.infer<typeof readingsMessage>;

/** The leaves of the latest report of a day, for settlers: retained until the day is closed. Not for everyone's eyes. */
export const leavesTopic = (day: number | "+") => `leaves/${day}`;
export const leavesMessage = z.strictObject({
  schema: z.literal("commonwatt-leaves/1"),
  day: z.int().min(1).max(65_535),
  revision: z.int().min(0).max(125),
  root: wordHex,
  leaves: z.array(z.array(wordHex).length(12)),
});
export type LeavesMessage = z.infer<typeof leavesMessage>;

const asHex = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;

export const leavesToMessage = ({ report, leaves }: Pick<DayReport, "report" | "leaves">): LeavesMessage => ({
  ...{ schema: "commonwatt-leaves/1", day: report.day, revision: report.revision, root: report.root },
  leaves: leaves.map((words) => words.map(asHex)),
});

/** Tree and leaves; the root must be compared with the chain's. */
export function leavesOfMessage({ leaves }: LeavesMessage): Pick<DayReport, "tree" | "leaves"> {
  const words = leaves.map((each) => each.map(BigInt));
  return { leaves: words, tree: treeOf(words.map(leaf)) };
}
