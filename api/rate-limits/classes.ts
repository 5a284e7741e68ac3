/**
 * Classes of requests, each with a limit of its own, and which class a request is of.
 */

/** The classes; `anonymous` is counted by address, the others by key. */
export const CLASSES = ["read", "write", "vend", "report", "portal", "anonymous"] as const;
/** A class. */
export type RateClass = (typeof CLASSES)[number];

const VEND = "/v1/vends";
const REPORTS = ["/v1/reports/", "/v1/consumption"];

/** The class of a request with a key. */
export function classOf(method: string, path: string): RateClass {
  if (REPORTS.some((prefix) => path.startsWith(prefix))) return "report";
  if (method === "GET" || method === "HEAD") return "read";
  return path.startsWith(VEND) && /^[/:]/.test(path.slice(VEND.length)) ? "vend" : "write";
}

/** Addresses for machines that watch the installation: they are asked often, from one place, and are not limited. */
const WATCHED = new Set(["/healthz", "/readyz", "/metrics"]);

/** Whether requests without a key to this address are counted. */
export function isCounted(path: string): boolean {
  return !WATCHED.has(path);
}
