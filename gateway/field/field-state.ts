/**
 * The field's state file: registers, relays and ports, so that the meters go on after a restart where they stood.
 */
import { z } from "zod";
import { replaceText } from "../../engine/contract/files.ts";
import { readJson } from "../service/json-file.ts";
import { FIELD_METERS_MAX } from "./layout.ts";
import { meterState } from "./simulated-meter.ts";

const fieldState = z.object({
  seed: z.int(),
  meters: z.array(meterState).max(FIELD_METERS_MAX),
  ports: z.record(z.string(), z.int().min(1).max(65_535)),
});
/** All that a field remembers; `ports` by the link's name. */
export type FieldState = z.infer<typeof fieldState>;

/**
 * Reads the state; undefined without a file. Throws when the file is none of ours, or of another seed: its registers
 * would not be those of these meters.
 */
export async function readFieldState(path: string, seed: number): Promise<FieldState | undefined> {
  const value = await readJson(path);
  if (value === undefined) return undefined;
  const parsed = fieldState.safeParse(value);
  if (!parsed.success)
    throw new Error(`${path} is no state of a simulated field: remove it to begin anew`);
  if (parsed.data.seed !== seed)
    throw new Error(`${path} is of seed ${parsed.data.seed}, not ${seed}: remove it to begin anew`);
  return parsed.data;
}

/** Writes the state; it is whole on disk when this resolves. */
export async function writeFieldState(path: string, state: FieldState): Promise<void> {
  await replaceText(path, `${JSON.stringify(state)}\n`);
}
