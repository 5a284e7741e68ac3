/**
 * Opens the tracer that the settings ask for. OpenTelemetry is loaded only then.
 */
import type { Tracer } from "./tracer.ts";

/** Where traces go (empty: nowhere), which share begins one, and the role's name. */
export type TraceOptions = { url: string; ratio: number; role: string };

/** The tracer; undefined where no receiver is set, and then nothing of it is loaded. */
export async function openTracer(options: TraceOptions): Promise<Tracer | undefined> {
  if (options.url === "") return undefined;
  const { otlpTracer } = await import("./otlp.ts");
  return otlpTracer(options);
}
