/**
 * What is given to the tester: the live document, with ids that exist as the values of parameters, in slices of so many
 * query parameters that their combinations stay bounded.
 */

/** Anything of a document. */
export type Json = Record<string, unknown>;
type Parameter = { name: string; in: string; required?: boolean; schema: Json };
type Operation = { parameters?: Parameter[]; responses: Json };

/** Query parameters of one slice. The tester tries every combination of them. */
const SLICE = 3;

const CONTROL_FREE = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

/** The documents, each with the operations that have parameters left for it; the first has all operations. */
export function slicesOf(document: Json, known: ReadonlyMap<string, string>): Json[] {
  const paths = document["paths"] as Record<string, Record<string, Operation>>;
  const slices: Json[] = [];
  for (let at = 0; ; at++) {
    const kept = Object.entries(paths).flatMap(([path, methods]) => {
      const left = Object.entries(methods).flatMap(([method, operation]) => {
        const sliced = sliceOf(operation, at);
        return sliced === undefined ? [] : [[method, withIds(path, sliced, known)] as const];
      });
      return left.length === 0 ? [] : [[path, Object.fromEntries(left)] as const];
    });
    if (kept.length === 0) return slices;
    slices.push(readable({ ...document, paths: Object.fromEntries(kept) }) as Json);
  }
}

function sliceOf(operation: Operation, at: number): Operation | undefined {
  const isOptional = (one: Parameter): boolean => one.in === "query" && one.required !== true;
  const all = operation.parameters ?? [];
  const optional = all.filter(isOptional);
  if (at > 0 && at * SLICE >= optional.length) return undefined;
  const chosen = optional.slice(at * SLICE, (at + 1) * SLICE);
  return { ...operation, parameters: [...all.filter((one) => !isOptional(one)), ...chosen] };
}

function withIds(
  path: string,
  operation: Operation,
  known: ReadonlyMap<string, string>,
): Operation {
  const parameters = operation.parameters?.map((parameter) => {
    const { name, schema } = parameter;
    const list = path.split("/{")[0] ?? "";
    const id = name === "id" ? known.get(list) : known.get(name);
    if (id === undefined || "enum" in schema || parameter.in === "header") return parameter;
    return { ...parameter, schema: { type: schema["type"], enum: [valueFor(schema, id)] } };
  });
  return { ...operation, ...(parameters !== undefined && { parameters }) };
}

function valueFor(schema: Json, id: string): string | number {
  return schema["type"] === "integer" ? Number(id) : id;
}

/**
 * What this tester does not read: members bounded by a schema in what may also be null; and an answer in more than one
 * media type (also by the parameter `format`), of which it expects each without asking for it. Of a text without control
 * characters it makes a text that is to be a wrong one and is none.
 */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  const made = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, readable(inner)]),
  );
  if (Array.isArray(made["type"]) && "additionalProperties" in made) {
    delete made["additionalProperties"];
  }
  if (made["pattern"] === CONTROL_FREE) delete made["pattern"];
  if (made["name"] === "format" && made["in"] === "query") {
    made["schema"] = { type: "string", enum: ["json"] };
  }
  const content = made["content"] as Json | undefined;
  const json = content?.["application/json"];
  if (json !== undefined) made["content"] = { "application/json": json };
  return made;
}
