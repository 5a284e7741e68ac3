/**
 * Reads parts of a price list one by one, so that each sound part goes on to the rules whatever is wrong elsewhere.
 */
import type { z } from "zod";
import { type PriceListFault, report, shown, under } from "./fault.ts";

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** Where a value stands and where its faults go. */
export type Place = { faults: PriceListFault[]; pointer: string };

/** The place of a member or an element of a place. */
export function inside(place: Place, key: string | number): Place {
  return { faults: place.faults, pointer: under(place.pointer, key) };
}

/** Reports a fault at a place. */
export function fault(place: Place, message: string): void {
  report(place.faults, place.pointer, message);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; reports it where it is none. */
export function objectAt(place: Place, value: unknown, what: string): JsonObject | undefined {
  if (isObject(value)) return value;
  fault(
    place,
    value === undefined ? `is missing: give ${what}` : `must be ${what}, not ${shown(value)}`,
  );
  return undefined;
}

/** Reports each key that is none of the known ones. */
export function refuseUnknownKeys(place: Place, value: JsonObject, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    fault(inside(place, key), `is an unknown key: use ${known.join(", ")}, or take it out`);
  }
}

/** Checks a value by a schema; reports each issue at its place. */
export function valueAt<T extends z.ZodType>(
  place: Place,
  value: unknown,
  schema: T,
): z.output<T> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const pointer = issue.path.reduce<string>((at, key) => under(at, String(key)), place.pointer);
    report(place.faults, pointer, issue.message);
  }
  return undefined;
}

/** Reads a flat object: unknown keys are reported but do not keep the rest from being used. */
export function partAt<T extends z.ZodObject>(
  place: Place,
  value: unknown,
  schema: T,
): z.output<T> | undefined {
  const keys = Object.keys(schema.shape);
  const object = objectAt(place, value, `an object with ${keys.join(", ")}`);
  if (object === undefined) return undefined;
  refuseUnknownKeys(place, object, keys);
  return valueAt(place, object, schema);
}

/** A list of at most `max` parts; an unsound element is undefined, a list left out is empty. */
export function listAt<T>(
  place: Place,
  value: unknown,
  max: number,
  read: (place: Place, element: unknown) => T | undefined,
): (T | undefined)[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    fault(place, `must be a list, not ${shown(value)}`);
    return [undefined];
  }
  if (value.length > max) {
    fault(place, `has ${value.length} elements: at most ${max} are taken`);
    return [undefined];
  }
  return Array.from(value, (element: unknown, index) => read(inside(place, index), element));
}
