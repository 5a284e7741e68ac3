/**
 * What device files of every protocol share: who made it, what it measures, how far the facts can be trusted.
 */
import { z } from "zod";
import { SERVICES } from "../../engine/contract/services.ts";

/** Longest text in a device file. */
const DEVICE_TEXT_MAX = 400;
/** Most entries of a list in a device file. */
export const DEVICE_ENTRIES_MAX = 16;
/** Shortest and longest time between two polls that a file may suggest, in seconds. */
const POLL_INTERVAL_S_MAX = 86_400;
/** Longest wait for one answer that a file may ask for, in milliseconds. */
const TIMEOUT_MS_MAX = 30_000;

/** A text that people read. */
export const deviceText = z.string().min(1).max(DEVICE_TEXT_MAX);

/** A positive decimal as text: never a JSON number, which would be a float. */
export const positiveDecimal = z
  .string()
  .max(39)
  .regex(/^\d+(\.\d+)?$/, 'write a decimal as text, such as "0.01"')
  .refine((text) => /[1-9]/.test(text), "must be over zero");

/** What is known to be awkward about a model; each code is explained by its text. */
export const WARNINGS = [
  "no_serial",
  "disputed_map",
  "coarse_float32",
  "coarse_step",
  "erasable_over_bus",
  "rolls_back_after_power_cut",
  "read_back_of_command",
  "gateway_dials_in",
  "needs_configuration",
] as const;

/** One warning: its code and what it means for this model. */
const deviceWarning = z.strictObject({ code: z.enum(WARNINGS), text: deviceText });

/** Fields of every device file. */
export const commonFields = {
  manufacturer: deviceText,
  model: deviceText,
  services: z.array(z.enum(SERVICES)).min(1).max(DEVICE_ENTRIES_MAX),
  /** `sourced`: two sources agree or a manual says so; `disputed`: compare with the display before billing by it. */
  confidence: z.enum(["sourced", "disputed"]),
  warnings: z.array(deviceWarning).max(DEVICE_ENTRIES_MAX),
  sources: z.array(deviceText).min(1).max(DEVICE_ENTRIES_MAX),
};

/** Limits for the plausibility rules: the most per hour (R13) and where the counter starts again (R12), in its unit. */
export const plausibility = {
  max_rate_per_hour: positiveDecimal.optional(),
  modulus: positiveDecimal.optional(),
};

/** Hints for who polls: how often, and how long to wait for one answer. */
export const pollHints = {
  interval_s: z.int().min(1).max(POLL_INTERVAL_S_MAX),
  timeout_ms: z.int().min(50).max(TIMEOUT_MS_MAX),
};

/** A file says `no_serial`, `disputed_map` and the like exactly when the rest of it is so. */
export function warnsExactly(
  warnings: readonly { code: string }[],
  code: (typeof WARNINGS)[number],
  holds: boolean,
): boolean {
  return warnings.some((warning) => warning.code === code) === holds;
}
