import { z } from "zod";

/** What goes between a home, its devices and its people over MQTT; topics below the prefix. */

const deviceTopic = (home: string, device: string) => `homes/${home}/devices/${device}`;

/** From the home: what a device is told, an instruction in S2's words; retained, and over with its `valid_until`. */
export const instructionTopic = (home: string, device: string) => `${deviceTopic(home, device)}/instruction`;
/** From the device: what it measured and holds; retained. */
export const stateTopic = (home: string, device: string) => `${deviceTopic(home, device)}/state`;
/** From the device: whether it took an instruction; not retained. */
export const statusTopic = (home: string, device: string) => `${deviceTopic(home, device)}/answer`;
/** From people, on `/set` below it: what they decide themselves. */
export const overrideTopic = deviceTopic;

const wh = z.int().min(-1_000_000_000).max(1_000_000_000);

/** A device's state. Others than these may tell more; what is not known is left out. */
export const deviceStateMessage = z.object({
  schema: z.literal("commonwatt-device/1").optional(),
  /** End of the last slot that `drawnWh` holds. */
  end: z.iso.datetime(),
  /** Electricity drawn in the slots up to `end`, the newest last, whole Wh; negative for what it gave. */
  drawnWh: z.array(wh).min(1).max(96),
  /** What it holds: Wh, degrees inside, or slots of its programme that are done. */
  level: z.number().optional(),
  /** The same for a storage, in percent, where it knows no Wh. */
  percent: z.number().min(0).max(100).optional(),
  /** Of an appliance: whether it is filled and waits for its start. */
  ready: z.boolean().optional(),
  control: z.enum(["instructed", "own"]).optional(),
});
export type DeviceState = z.infer<typeof deviceStateMessage>;

/** What people decide for a device: a power from now on for so many hours, or from and until a time; or nothing any more. */
export const overrideCommand = z.union([
  z.strictObject({
    powerW: z.number().min(-1e9).max(1e9),
    hours: z.number().gt(0).max(168).optional(),
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
  }),
  z.strictObject({ clear: z.literal(true) }),
]);
export type OverrideCommand = z.infer<typeof overrideCommand>;
