/**
 * Readings on `intake.<gateway>`, by request and reply: what no driver reads.
 */
import { z } from "zod";
import { REGISTER_MAX, TIME_MAX } from "./frame.ts";

/** Most readings of one message. */
export const INTAKE_READINGS_MAX = 1_000;
/** Longest message that is read. */
export const INTAKE_MESSAGE_BYTES_MAX = 262_144;

/** The device of a meter that is not polled: its readings come from files and other systems. */
export const INTAKE_DEVICE = "intake";

/** The readings, each meter's in the order of their times. */
export const intakeReadings = z.object({
  readings: z
    .array(
      z.object({
        slot: z.int().nonnegative(),
        register_atoms: z.int().nonnegative().max(REGISTER_MAX),
        at_s: z.int().nonnegative().max(TIME_MAX),
        quality: z.enum(["actual", "estimated"]),
      }),
    )
    .max(INTAKE_READINGS_MAX),
});
/** Readings for a gateway. */
export type IntakeReadings = z.infer<typeof intakeReadings>;

/** `durable`: on the engine's disk; `spooled`: on the gateway's, and on their way. */
export const intakeReply = z.discriminatedUnion("status", [
  z.object({ status: z.literal("durable") }),
  z.object({ status: z.literal("spooled") }),
  z.object({ status: z.literal("refused"), reason: z.string() }),
]);
/** The gateway's answer. */
export type IntakeReply = z.infer<typeof intakeReply>;
