/**
 * A story: a few meters on simulated buses, and what happens to them when. As JSON, so that tests, demonstrations and
 * people tell the same ones.
 */
import { z } from "zod";
import { SERVICES } from "../../engine/contract/services.ts";
import { FIELD_FAULTS } from "./field-fault.ts";

/** Most meters of a story. */
export const STORY_METERS_MAX = 5_000;
/** Most steps of a story. */
export const STORY_STEPS_MAX = 1_000;
/** Longest story, on the installation's clock. */
const STORY_S_MAX = 31_536_000;
/** Fastest flow of a story's meter, either way. */
const FLOW_ATOMS_PER_HOUR_MAX = 1_000_000_000;

const name = z.string().regex(/^[a-z0-9-]{1,40}$/, "must be small letters, digits and -");
const digits = z.string().regex(/^\d{1,16}$/, "must be 1 to 16 digits");
const serial = z.string().regex(/^\d{8}$/, "must be 8 digits");
const flow = z.int().min(-FLOW_ATOMS_PER_HOUR_MAX).max(FLOW_ATOMS_PER_HOUR_MAX);

const storyMeter = z.strictObject({
  name,
  service: z.enum(SERVICES),
  /** Device file of the model, which also says the protocol. */
  device: z.string().max(64),
  /** Meters of one bus share a wire; the model's protocol unless it is named. */
  bus: name.optional(),
  /** From the seed where it is left out. */
  serial: serial.optional(),
  start_atoms: digits.default("1000000"),
  /** Below 0 the flow is backwards. */
  atoms_per_hour: flow.default(0),
  /** Where the register begins again at 0; "0" where it never does. */
  modulus_atoms: digits.default("0"),
  max_rate_atoms_per_hour: digits.default("0"),
  step_atoms: digits.default("1"),
  opening_credit: z.string().default("1000.00"),
});
const when = { at_s: z.number().min(0).max(STORY_S_MAX), meter: name };
/** What happens to which meter, so many seconds of the installation's clock after the story began. */
const step = z.discriminatedUnion("do", [
  z.strictObject({ ...when, do: z.literal("flow"), atoms_per_hour: flow }),
  z.strictObject({ ...when, do: z.literal("fault"), fault: z.enum(FIELD_FAULTS) }),
  z.strictObject({ ...when, do: z.literal("heal") }),
  /** The meter's own clock is so many seconds ahead, below 0 behind. */
  z.strictObject({
    ...when,
    do: z.literal("clock"),
    off_s: z.int().min(-STORY_S_MAX).max(STORY_S_MAX),
  }),
  /** Another meter hangs in the same place. */
  z.strictObject({ ...when, do: z.literal("exchange"), serial, atoms: digits }),
  /** Somebody moves the relay or valve by hand. */
  z.strictObject({ ...when, do: z.literal("by_hand"), closed: z.boolean() }),
]);

/** A story. */
export const story = z
  .strictObject({
    name,
    about: z.string().min(1).max(500),
    seed: z.int().nonnegative().default(1),
    meters: z.array(storyMeter).min(1).max(STORY_METERS_MAX),
    steps: z.array(step).max(STORY_STEPS_MAX).default([]),
  })
  .superRefine(({ meters, steps }, context) => {
    const names = new Set(meters.map((meter) => meter.name));
    if (names.size !== meters.length)
      context.addIssue({ code: "custom", path: ["meters"], message: "two meters have one name" });
    for (const [i, { meter }] of steps.entries())
      if (!names.has(meter))
        context.addIssue({
          code: "custom",
          path: ["steps", i, "meter"],
          message: "is no meter of the story",
        });
  });
/** A checked story. */
export type Story = z.output<typeof story>;
/** One meter of a story. */
export type StoryMeterPlan = Story["meters"][number];
/** What happens to a meter. */
export type StoryStep = Story["steps"][number];

/** Reads a story's text. Throws an Error of one line that names the first fault. */
export function parseStory(text: string, where: string): Story {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = story.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${where} is no story: /${issue?.path.join("/")} ${issue?.message}`);
}
