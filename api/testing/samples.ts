/**
 * For tests: bodies made from the document's schemas, and the same with one place gone wrong.
 */

type Json = Record<string, unknown>;
/** A place in a body. */
export type Place = readonly (string | number)[];

/** Deepest place that is filled in. */
const DEPTH_MAX = 8;

/** A body that fits a schema as far as shapes go; members whose name is known get that value. */
export function sampleOf(
  schema: Json,
  document: Json,
  known: ReadonlyMap<string, string>,
  depth = 0,
): unknown {
  const ref = schema["$ref"];
  if (typeof ref === "string") {
    const { schemas } = document["components"] as { schemas: Record<string, Json> };
    return sampleOf(schemas[ref.split("/").at(-1) ?? ""] ?? {}, document, known, depth);
  }
  for (const key of ["const", "example", "default"]) if (key in schema) return schema[key];
  const [first] = (schema["enum"] ?? []) as unknown[];
  if (first !== undefined) return first;
  const [either] = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"] ?? []) as Json[];
  if (either !== undefined) return sampleOf(either, document, known, depth);
  const type = [schema["type"]].flat()[0];
  if (type === "object" && depth < DEPTH_MAX) {
    const members = Object.entries((schema["properties"] ?? {}) as Record<string, Json>);
    return Object.fromEntries(
      members.map(([name, inner]) => [
        name,
        known.get(name) ?? sampleOf(inner, document, known, depth + 1),
      ]),
    );
  }
  if (type === "array")
    return [sampleOf((schema["items"] ?? {}) as Json, document, known, depth + 1)];
  if (type === "integer" || type === "number") return schema["minimum"] ?? 1;
  if (type === "boolean") return true;
  if (schema["format"] === "date-time") return "2026-03-01T00:00:00Z";
  return schema["format"] === "uuid" ? "00000000-0000-4000-8000-000000000000" : "x";
}

/** Every place of a value that holds no more places, and the root. */
export function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [at];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    placesIn(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? [at, ...inner] : inner;
}

/** The value with another at a place. */
export function replaced(value: unknown, at: Place, by: unknown): unknown {
  const [key, ...rest] = at;
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((member, index) => (index === key ? replaced(member, rest, by) : member));
  }
  const made = value as Json;
  return { ...made, [key]: replaced(made[key], rest, by) };
}
