/**
 * Traces of single frames and vends on their way through all parts (W3C Trace Context, OpenTelemetry). Where tracing is
 * off there is no tracer, and nothing is done.
 */

/** The header that carries a span to the next part, in HTTP and in NATS messages. */
export const TRACE_HEADER = "traceparent";

/** A part of the way. */
export type Span = {
  /** Its name for the next part: `00-<trace>-<span>-01`. */
  readonly traceparent: string;
  /** A part of this part that begins now. */
  child(name: string): Span;
  /** Notes something about it. */
  set(key: string, value: string | number): void;
  /** It ends now; `error` says what went wrong. */
  end(error?: unknown): void;
};

/** Makes spans. */
export type Tracer = {
  /** A span under the one that is named; undefined where none is, or that one is not sampled. */
  follow(name: string, traceparent: string | undefined): Span | undefined;
  /** A new trace, for the sampled share of all; undefined for the others. */
  begin(name: string): Span | undefined;
  /** Sends what has not been sent yet, and ends. */
  close(): Promise<void>;
};
