/**
 * The one error of the client. What the caller's own signal ended rejects with the signal's reason instead.
 */
import type { ProblemBody } from "./types.ts";

/**
 * The interface's own codes (docs/errors.md), and the client's: `unreachable` (no connection, or it broke),
 * `timed_out` (no answer within the time of one attempt), `answer_unreadable` (not what the interface answers, such as a
 * proxy's page) and `answer_too_large`.
 */
export type ApiErrorCode =
  | ProblemBody["code"]
  | "unreachable"
  | "timed_out"
  | "answer_unreadable"
  | "answer_too_large";

/** What an error knows beside its message. */
type ApiErrorFacts = {
  code: ApiErrorCode;
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  retryable: boolean;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  problem?: ProblemBody | undefined;
  cause?: unknown;
};

/** A call that did not succeed. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  /** Whether the same call may succeed later. Of a call that is not idempotent it does not say that nothing happened. */
  readonly retryable: boolean;
  /** By which the operator finds the request in the log. */
  readonly requestId: string | undefined;
  /** How long the interface asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** The whole refusal: words for customers, faults with their places, trace id. */
  readonly problem: ProblemBody | undefined;

  constructor(message: string, facts: ApiErrorFacts) {
    super(message, { cause: facts.cause });
    this.name = "ApiError";
    this.code = facts.code;
    this.status = facts.status;
    this.retryable = facts.retryable;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.problem = facts.problem;
  }
}

/** The error that a refusal stands for; `text` is its body. */
export function errorOfAnswer(status: number, headers: Headers, text: string): ApiError {
  const problem = problemOf(headers, text);
  const requestId = headers.get("X-Request-Id") ?? undefined;
  const retryAfterMs = retryAfterOf(headers.get("Retry-After"), Date.now());
  if (problem === undefined) {
    return new ApiError(`the address answers ${status} with something that is no problem+json`, {
      code: "answer_unreadable",
      status,
      retryable: status === 429 || status === 502 || status === 503 || status === 504,
      requestId,
      retryAfterMs,
    });
  }
  const { code, retryable, title, detail, errors } = problem;
  const places = errors.map(({ pointer, parameter, message }) =>
    `${pointer ?? parameter ?? ""} ${message}`.trim(),
  );
  const message = [`${title} (${code}): ${detail}`, ...places].join("; ");
  return new ApiError(message, { code, status, retryable, requestId, retryAfterMs, problem });
}

function problemOf(headers: Headers, text: string): ProblemBody | undefined {
  if (!headers.get("Content-Type")?.startsWith("application/problem+json")) return undefined;
  try {
    const body: unknown = JSON.parse(text);
    const isProblem = typeof body === "object" && body !== null && "code" in body;
    return isProblem ? (body as ProblemBody) : undefined;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds from now: seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfterOf(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
