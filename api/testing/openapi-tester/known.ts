/**
 * Ids that exist, asked of every list: with them the tester gets beyond the look-up of what it made up.
 */
import type { Json } from "./document.ts";

/** Asks an address as the operator; undefined where it is refused. */
export type Ask = (path: string) => Promise<unknown>;

/** Ids by the name of their parameter, and for parameters that are only called `id` by the address before them. */
export async function knownIds(document: Json, ask: Ask): Promise<Map<string, string>> {
  const known = new Map<string, string>([
    ["version", "1"],
    ["debt", "payment_debt"],
  ]);
  const lists = Object.keys(document["paths"] as Json).filter((path) => !path.includes("{"));
  for (const path of lists) {
    const answer = (await ask(path)) as { items?: Record<string, unknown>[] } | undefined;
    const [first] = answer?.items ?? [];
    for (const [name, value] of Object.entries(first ?? {})) {
      if (name !== "id" && !known.has(name) && isId(name, value)) known.set(name, String(value));
    }
    if (typeof first?.["id"] === "string") known.set(path, first["id"]);
  }
  return known;
}

function isId(name: string, value: unknown): boolean {
  return value !== null && value !== "" && (name.endsWith("_id") || name === "gateway");
}
