/**
 * Refusals that a server gives by itself, in the same form as the app's (RFC 9457).
 */

import { randomUUID } from "node:crypto";

/** Statuses that the server itself answers with, and what they say. */
const PROBLEMS = {
  400: {
    title: "Bad Request",
    code: "request_invalid",
    detail: "the Host header or the address is malformed",
  },
  401: {
    title: "Unauthorized",
    code: "unauthorized",
    detail: "the key or ticket is missing, unknown or expired: send Authorization: Bearer KEY",
  },
  413: {
    title: "Content Too Large",
    code: "body_too_large",
    detail: "the body is longer than this server takes: send less at a time",
  },
  500: {
    title: "Internal Server Error",
    code: "internal_error",
    detail: "the request failed here: see the server's log",
  },
  503: {
    title: "Service Unavailable",
    code: "unavailable",
    detail: "the server is full: try again later",
  },
} as const;
/** A status that the server itself answers with. */
export type ProblemStatus = keyof typeof PROBLEMS;

/** The content type of a problem. */
const PROBLEM_TYPE = "application/problem+json";

/** The JSON text of a problem. */
function problemText(status: ProblemStatus): string {
  const { title, code, detail } = PROBLEMS[status];
  const retryable = status === 503;
  return JSON.stringify({ type: "about:blank", title, status, code, detail, retryable });
}

/** A problem as a whole response. */
export function problemResponse(status: ProblemStatus): Response {
  const headers = { "content-type": PROBLEM_TYPE, "x-request-id": randomUUID() };
  return new Response(problemText(status), { status, headers });
}
