/**
 * From whatever a route threw to the problem that is answered.
 */
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { EngineUnavailable } from "./engine/engine-error.ts";
import { LanesFull } from "./engine/lanes.ts";
import { type Fault, PROBLEM_TYPE, Problem, problemBody } from "./problems.ts";
import { isUnavailable } from "./registry/database.ts";
import { ShardError } from "./registry/shards.ts";

const RETRY_AFTER = { "Retry-After": "1" };

/** The problem that an error stands for; whatever is not expected is `internal`, with nothing of it told outside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof EngineUnavailable || error instanceof LanesFull) {
    return new Problem("engine_unavailable", {
      detail: `${error.message}; what was asked may be on record, repeating it with the same id is safe`,
      headers: RETRY_AFTER,
      cause: error,
    });
  }
  if (error instanceof ShardError) {
    return new Problem("directory_full", { detail: error.message, cause: error });
  }
  if (error instanceof HTTPException) return ofHttp(error);
  if (isUnavailable(error)) {
    return new Problem("registry_unavailable", {
      detail: "the registry's database does not answer; repeating the request is safe",
      headers: RETRY_AFTER,
      cause: error,
    });
  }
  return new Problem("internal", {
    detail: "an unexpected error was logged under this trace_id",
    cause: error,
  });
}

function ofHttp(error: HTTPException): Problem {
  if (error.status === 400) {
    return new Problem("malformed_json", {
      detail: "the body is not JSON: check quotes, commas and brackets",
    });
  }
  if (error.status === 415) {
    return new Problem("unsupported_media_type", {
      detail: "send the body with the Content-Type that the document tells",
    });
  }
  if (error.status === 413) return new Problem("body_too_large", { detail: error.message });
  return new Problem("internal", { detail: "an unexpected error was logged", cause: error });
}

/** Where errors that are our fault are told. */
type OnFault = (error: unknown, traceId: string, requestId?: string) => void;

/** The answer to whatever a route threw; what is our fault is told of. */
export function failureResponse(
  error: unknown,
  { traceId, requestId }: { traceId: string; requestId: string },
  onFault: OnFault,
): Response {
  const problem = problemOf(error);
  if (problem.status === 500) onFault(error, traceId, requestId);
  return problemResponse(problem, traceId);
}

/** The answer to a problem. */
export function problemResponse(problem: Problem, traceId: string): Response {
  return new Response(JSON.stringify(problemBody(problem, traceId)), {
    status: problem.status,
    headers: { "Content-Type": PROBLEM_TYPE, ...problem.headers },
  });
}

/** Where a schema's faults are: pointers into the body, or names of parameters. */
export function faultsOf(error: z.core.$ZodError, target: string): Fault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => place([...issue.path, key], target, "is not known here"));
    }
    return [place(issue.path, target, issue.message)];
  });
}

function place(path: readonly PropertyKey[], target: string, message: string): Fault {
  if (target !== "json") return { parameter: path.map(String).join("."), message };
  const keys = path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"));
  return { pointer: keys.map((key) => `/${key}`).join(""), message };
}
