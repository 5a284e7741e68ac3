/**
 * What the interface answered while it was tested, seen from inside: our faults, and answers that the document does not tell.
 */
import { compareWith } from "../openapi.ts";
import type { Json } from "./document.ts";

/** Most faults that are kept. */
const KEPT_MAX = 200;

/** What was seen. */
export type Seen = {
  requests: number;
  /** Answers by status. */
  statuses: Map<number, number>;
  /** Operations that were asked, as `GET /v1/sites`, with their statuses. */
  operations: Map<string, Set<number>>;
  /** Answers of 500 and above, with what was asked. */
  ours: string[];
  /** Answers that the document does not tell of. */
  untold: Set<string>;
};

/** An app around another that notes its answers. */
export function watched(
  app: { fetch(request: Request): Response | Promise<Response> },
  document: Json,
): { seen: Seen; fetch(request: Request): Promise<Response> } {
  const compare = compareWith(document);
  const place = placeIn(document);
  const seen: Seen = {
    requests: 0,
    statuses: new Map(),
    operations: new Map(),
    ours: [],
    untold: new Set(),
  };
  const fetch = async (request: Request): Promise<Response> => {
    const { method, url } = request;
    const body = method === "GET" ? "" : await request.clone().text();
    const response = await app.fetch(request);
    const { status } = response;
    seen.requests++;
    seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1);
    if (status >= 500 && seen.ours.length < KEPT_MAX) {
      seen.ours.push(`${status} ${method} ${url} ${body.slice(0, 2_000)}`);
    }
    const path = place(method, new URL(url).pathname.replaceAll("%3A", ":"));
    if (path === undefined) return response;
    const name = `${method} ${path}`;
    seen.operations.set(name, (seen.operations.get(name) ?? new Set()).add(status));
    const faults = await compare(method, path, response);
    for (const fault of faults) if (seen.untold.size < KEPT_MAX) seen.untold.add(fault);
    return response;
  };
  return { seen, fetch };
}

/** Finds the documented path of an address; a segment that is written out goes before a parameter. */
function placeIn(document: Json): (method: string, path: string) => string | undefined {
  const paths = document["paths"] as Record<string, Json>;
  const patterns = Object.keys(paths)
    .sort((a, b) => a.split("{").length - b.split("{").length || b.length - a.length)
    .map((path) => {
      const text = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]*");
      return [path, new RegExp(`^${text}$`)] as const;
    });
  return (method, path) =>
    patterns.find(
      ([documented, pattern]) =>
        pattern.test(path) && paths[documented]?.[method.toLowerCase()] !== undefined,
    )?.[0];
}
