/**
 * The traces of frames in flight: from the first time a frame is published to the engine's durable acknowledgement.
 */
import { type Span, TRACE_HEADER, type Tracer } from "../../engine/contract/trace/tracer.ts";

/** Most frames in flight that are followed. */
export const TRACED_FRAMES_MAX = 256;

/** The traced frames of one gateway. Without a tracer it does nothing. */
export class FrameTrace {
  readonly #tracer: Tracer | undefined;
  readonly #gateway: number;
  readonly #open = new Map<number, Span>();

  constructor(tracer: Tracer | undefined, gateway: number) {
    this.#tracer = tracer;
    this.#gateway = gateway;
  }

  /** Publishes a frame; `send` is given the headers that go with it. */
  async publish(
    sequence: number,
    send: (headers: Record<string, string> | undefined) => Promise<void>,
  ): Promise<void> {
    const span = this.#open.get(sequence) ?? this.#begin(sequence);
    if (span === undefined) return send(undefined);
    const publishing = span.child("publish");
    try {
      await send({ [TRACE_HEADER]: span.traceparent });
      publishing.end();
    } catch (error) {
      publishing.end(error);
      throw error;
    }
  }

  /** The engine has all through a sequence on disk. */
  acknowledged(sequence: number): void {
    for (const [each, span] of this.#open) {
      if (each > sequence) continue;
      this.#open.delete(each);
      span.end();
    }
  }

  /** Nobody waits for the acknowledgements of what is still open. */
  close(): void {
    for (const span of this.#open.values()) span.end();
    this.#open.clear();
  }

  #begin(sequence: number): Span | undefined {
    if (this.#tracer === undefined || this.#open.size >= TRACED_FRAMES_MAX) return undefined;
    const span = this.#tracer.begin("gateway frame");
    if (span === undefined) return undefined;
    span.set("drawdown.gateway", this.#gateway);
    span.set("drawdown.sequence", sequence);
    this.#open.set(sequence, span);
    return span;
  }
}
