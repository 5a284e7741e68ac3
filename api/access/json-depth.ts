/**
 * A bound on how deep a JSON body is nested, looked at before it is parsed.
 */
import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";

/** Deepest nesting of objects and arrays in a body; price lists need 8. */
export const BODY_DEPTH_MAX = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];

/** Whether a JSON text is nested deeper than `most`. A text that is no JSON gives any answer: parsing refuses it. */
export function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN[0] || code === OPEN[1]) {
      depth++;
      if (depth > most) return true;
    } else if (code === CLOSE[0] || code === CLOSE[1]) depth--;
  }
  return false;
}

/** Refuses JSON bodies that are nested too deep. */
export const boundedDepth: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const hasBody = c.req.method !== "GET" && c.req.method !== "HEAD";
  const type = hasBody ? c.req.header("Content-Type") : undefined;
  // NDJSON has a line bound of its own, and is read as a stream.
  if (type !== undefined && /^application\/([\w.-]+\+)?json\b/i.test(type)) {
    if (isDeeperThan(await c.req.text(), BODY_DEPTH_MAX)) {
      throw new Problem("body_too_deep", {
        detail: `a body here is nested at most ${BODY_DEPTH_MAX} deep: check for brackets that are never closed`,
      });
    }
  }
  await next();
};
