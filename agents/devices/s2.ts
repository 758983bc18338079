import { z } from "zod";

/**
 * The vocabulary of S2 (EN 50491-12-2), as far as these devices use it; names as in its published JSON schemas. What is
 * added to it: `valid_until`, after which a device goes back to its own control (S2 leaves that to the session).
 */

/** How a device lets itself be controlled. */
export type ControlType =
  | "FILL_RATE_BASED_CONTROL"
  | "POWER_PROFILE_BASED_CONTROL"
  | "OPERATION_MODE_BASED_CONTROL"
  | "POWER_ENVELOPE_BASED_CONTROL"
  | "NOT_CONTROLABLE";

const common = {
  message_id: z.string().min(1),
  id: z.string().min(1),
  execution_time: z.iso.datetime(),
  abnormal_condition: z.boolean().default(false),
  valid_until: z.iso.datetime().optional(),
};
const factor = z.number().min(0).max(1);

/** Fill a storage, or take from it: operation mode "charge", "discharge", "heat" or "idle", at a share of its power. */
const fillRate = z.object({
  message_type: z.literal("FRBC.Instruction"),
  ...common,
  actuator_id: z.string().min(1),
  operation_mode: z.string().min(1),
  operation_mode_factor: factor,
});

/** Run in a mode, "heat" or "off", at a share of the way from its least to its highest power. */
const operationMode = z.object({
  message_type: z.literal("OMBC.Instruction"),
  ...common,
  operation_mode_id: z.string().min(1),
  operation_mode_factor: factor,
});

/** Start a programme at the execution time. */
const powerProfile = z.object({
  message_type: z.literal("PPBC.ScheduleInstruction"),
  ...common,
  power_profile_id: z.string().min(1),
  sequence_container_id: z.string().min(1),
  power_sequence_id: z.string().min(1),
});

/** Stay within limits of power, W; production is negative, so the lower limit bounds it. Durations in milliseconds. */
const powerEnvelope = z.object({
  message_type: z.literal("PEBC.Instruction"),
  ...common,
  power_constraints_id: z.string().min(1),
  power_envelopes: z
    .array(
      z.object({
        commodity_quantity: z.literal("ELECTRIC.POWER.3_PHASE_SYMMETRIC"),
        power_envelope_elements: z
          .array(z.object({ duration: z.int().min(1), upper_limit: z.number(), lower_limit: z.number() }))
          .min(1),
      }),
    )
    .length(1),
});

export const instructionSchema = z.discriminatedUnion("message_type", [
  fillRate,
  operationMode,
  powerProfile,
  powerEnvelope,
]);

export type Instruction = z.infer<typeof instructionSchema>;

/** Whether an instruction was taken, S2's InstructionStatus; and if not, why. */
export type InstructionStatus =
  | { readonly status: "ACCEPTED" }
  | { readonly status: "REJECTED"; readonly reason: string };
