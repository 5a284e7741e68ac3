/**
 * The span that the present work is part of, through awaits and callbacks. Without a traced request it costs nothing.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Span } from "./tracer.ts";

const active = new AsyncLocalStorage<Span>();

/** The span that the present work is part of; undefined where nothing is traced. */
export function activeSpan(): Span | undefined {
  return active.getStore();
}

/** Does the work as part of a span; without one, just does it. */
export function inSpan<T>(span: Span | undefined, work: () => T): T {
  return span === undefined ? work() : active.run(span, work);
}

/** Does the work as a part of the active span's work, which ends with it; where nothing is traced, just does it. */
export async function spanned<T>(name: string, work: () => Promise<T>): Promise<T> {
  const span = activeSpan()?.child(name);
  if (span === undefined) return work();
  try {
    const done = await active.run(span, work);
    span.end();
    return done;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
