/**
 * For tests: compares an answer with what the interface's own document says of it.
 */
import { z } from "zod";

type Judge = ReturnType<typeof z.fromJSONSchema>;
type Json = Record<string, unknown>;

/** Tells the faults of answers; `[]` when an answer is as documented. */
export type Comparison = (method: string, path: string, response: Response) => Promise<string[]>;

/** Compares against this document (parsed `/openapi.json`). Every object must hold no member that is not documented. */
export function compareWith(document: Json): Comparison {
  const schemas = (document["components"] as { schemas: Json }).schemas;
  const paths = document["paths"] as Record<string, Record<string, { responses: Json }>>;
  const $defs = closed(schemas);
  const judges = new Map<unknown, Judge>();
  const judgeOf = (schema: Json): Judge => {
    const known = judges.get(schema);
    if (known !== undefined) return known;
    const made = z.fromJSONSchema({ ...(closed(schema) as Json), $defs } as never);
    judges.set(schema, made);
    return made;
  };
  return async (method, path, response) => {
    const operation = paths[path]?.[method.toLowerCase()];
    if (operation === undefined) return [`${method} ${path} is not documented`];
    const answer = operation.responses[String(response.status)] as
      | { content?: Record<string, { schema: Json }> }
      | undefined;
    if (answer === undefined) return [`${method} ${path}: ${response.status} is not documented`];
    if (answer.content === undefined) {
      const isEmpty = (await response.clone().text()) === "";
      return isEmpty ? [] : [`${method} ${path} ${response.status}: a body is not documented`];
    }
    const type = (response.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
    const schema = answer.content[type]?.schema;
    if (schema === undefined)
      return [`${method} ${path} ${response.status}: ${type} is not documented`];
    if (!/^application\/(problem\+)?json$/.test(type)) return [];
    const parsed = judgeOf(schema).safeParse(await response.clone().json());
    if (parsed.success) return [];
    return parsed.error.issues.map(
      (issue) => `${method} ${path} ${response.status} /${issue.path.join("/")}: ${issue.message}`,
    );
  };
}

/** References into `$defs`, and every object closed, so that an undocumented member is seen. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Json).map(([key, inner]) => [
    key,
    key === "$ref" ? String(inner).replace("#/components/schemas/", "#/$defs/") : closed(inner),
  ]);
  const made = Object.fromEntries(entries) as Json;
  if (made["type"] === "object" && "properties" in made && !("additionalProperties" in made)) {
    made["additionalProperties"] = false;
  }
  return made;
}
