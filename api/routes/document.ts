/**
 * What stands before every route may answer, too: the document tells it of each operation, once for all of them.
 */
import { PROBLEM_TYPE, PROBLEMS, type ProblemCode } from "../problems.ts";

type Answer = { description: string; content?: Record<string, unknown> };
type Operation = {
  responses: Record<string, Answer>;
  parameters?: { in?: string }[];
};
const METHODS = ["get", "put", "post", "patch", "delete"] as const;
const WITH_BODY = new Set<string>(["put", "post", "patch"]);

/** The document with the answers of limits, media types and addresses that hold no id; it is changed in place. */
export function completed<Document extends { paths?: object | undefined }>(
  document: Document,
): Document {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = (item as Partial<Record<string, Operation>>)[method];
      if (operation === undefined) continue;
      for (const code of codesOf(path, method, operation)) tell(operation, code);
    }
  }
  return document;
}

function codesOf(path: string, method: string, { parameters = [] }: Operation): ProblemCode[] {
  const isKeyed = path.startsWith("/v1/");
  const isLimited = isKeyed || path.startsWith("/oauth/token");
  const codes: ProblemCode[] = isLimited
    ? ["rate_limited", "registry_unavailable", "internal"]
    : [];
  if (WITH_BODY.has(method)) codes.push("body_too_large");
  // The token's address has errors of its own form (RFC 6749).
  if (WITH_BODY.has(method) && !path.startsWith("/oauth/")) codes.push("unsupported_media_type");
  if (WITH_BODY.has(method) && isKeyed) codes.push("body_too_deep");
  if (parameters.some((parameter) => parameter.in === "path")) codes.push("not_found");
  return codes;
}

function tell({ responses }: Operation, code: ProblemCode): void {
  const { status, title } = PROBLEMS[code];
  const line = `\`${code}\`: ${title}`;
  const answer = responses[status];
  if (answer === undefined) {
    const schema = { $ref: "#/components/schemas/Problem" };
    responses[status] = { description: line, content: { [PROBLEM_TYPE]: { schema } } };
  } else if (!answer.description.includes(`\`${code}\``)) {
    answer.description = `${answer.description}; ${line}`;
  }
}
