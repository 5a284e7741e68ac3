import { afterAll, beforeAll, expect, it } from "vitest";
import { type CallOptions, type Harness, startHarness } from "./testing/harness.ts";
import { type Comparison, compareWith } from "./testing/openapi.ts";
import { knownIds } from "./testing/openapi-tester/known.ts";
import { placesIn, replaced, sampleOf } from "./testing/samples.ts";

/** Bodies by their schemas with one place gone wrong, and bodies that are no JSON, to every route that takes one. */

type Json = Record<string, unknown>;
type Operation = { method: string; path: string; schema: Json };

let h: Harness;
let document: Json;
let compare: Comparison;
let known: Map<string, string>;
let operations: Operation[];

beforeAll(async () => {
  h = await startHarness(2);
  document = (await (await h.call("/openapi.json")).json()) as Json;
  compare = compareWith(document);
  known = await knownIds(document, async (path) => {
    const response = await h.call(path);
    return response.ok ? response.json().catch(() => undefined) : undefined;
  });
  const paths = document["paths"] as Record<string, Record<string, Json>>;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const content = (operation["requestBody"] as Json | undefined)?.["content"] as Json;
      const schema = (content?.["application/json"] as Json | undefined)?.["schema"];
      return schema === undefined
        ? []
        : [{ method: method.toUpperCase(), path, schema: schema as Json }];
    }),
  );
}, 60_000);
afterAll(() => h?.stop());

/** What a place may hold instead: NUL and half a pair of surrogates (which PostgreSQL does not take), sizes, other types. */
const WRONG = [
  "\u0000",
  "a\ud800",
  "ß".repeat(70_000),
  "",
  null,
  -1,
  1e300,
  0.5,
  true,
  [],
  {},
  [[{}]],
];

const NO_JSON = [
  "",
  "{",
  '{"name":',
  "[".repeat(5_000),
  "nul",
  '{"a":1,"a":{"a":2}}',
  "\ufeff{}",
  "\u0000",
  "1e999999",
];
const TYPES = [
  "text/plain",
  "multipart/form-data",
  "application/x-www-form-urlencoded",
  "application/x-ndjson",
  "application/json; charset=utf-16",
  "x",
  "",
];

async function send({ method, path }: Operation, options: CallOptions): Promise<string[]> {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(known.get(name) ?? "00000000-0000-4000-8000-000000000000"),
  );
  const response = await h.call(address, { method, ...options });
  // Without a payment provider and a store of readings some answers are 503 by right.
  const ours = response.status >= 500 && response.status !== 503;
  const faults = await compare(method, path, response);
  const why = ours
    ? h.faults.splice(0).map((fault) => String((fault as Error).cause ?? fault))
    : [];
  return ours ? [`${method} ${path}: ${response.status}`, ...why, ...faults] : faults;
}

it("with one place gone wrong are refused or taken, never with our fault, as documented", async () => {
  let sent = 0;
  for (const operation of operations) {
    const sample = sampleOf(operation.schema, document, known);
    for (const place of placesIn(sample)) {
      for (const wrong of WRONG) {
        const headers = { "Idempotency-Key": `k-${sent++}` };
        const faults = await send(operation, { body: replaced(sample, place, wrong), headers });
        const context = [
          operation.path,
          place.join("/"),
          String(JSON.stringify(wrong)).slice(0, 20),
        ];
        expect([...context, ...faults]).toEqual(context);
      }
    }
  }
  expect(sent).toBeGreaterThan(2_000);
  expect(h.faults).toEqual([]);
}, 180_000);

it("that are no JSON, or say that they are something else, are refused as documented", async () => {
  for (const operation of operations) {
    for (const text of NO_JSON) {
      const context = [operation.path, text.slice(0, 20)];
      expect([...context, ...(await send(operation, { text }))]).toEqual(context);
    }
    for (const type of TYPES) {
      const headers = { "Content-Type": type };
      const context = [operation.path, type];
      expect([...context, ...(await send(operation, { text: "{}", headers }))]).toEqual(context);
    }
  }
  expect(h.faults).toEqual([]);
}, 60_000);
