/**
 * Spans by OpenTelemetry, sent as OTLP over HTTP. A receiver that is away loses spans and holds up nothing: what waits is
 * bounded, and what is more is dropped.
 */
import {
  type Span as ApiSpan,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { TraceOptions } from "./open.ts";
import type { Span, Tracer } from "./tracer.ts";

/** Most spans that wait to be sent. */
export const WAITING_SPANS_MAX = 4_096;
const SEND_EVERY_MS = 1_000;
const SEND_MS_MAX = 5_000;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A tracer that sends to `<url>/v1/traces`, unless the URL names a path itself. */
export function otlpTracer({ url, ratio, role }: TraceOptions): Tracer {
  const exporter = new OTLPTraceExporter({ url: endpointOf(url), timeoutMillis: SEND_MS_MAX });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": `drawdown-${role}`,
      "service.namespace": "drawdown",
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        maxQueueSize: WAITING_SPANS_MAX,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_MS_MAX,
      }),
    ],
  });
  const spans = provider.getTracer("drawdown");
  const begun = (name: string, context: Context): Span | undefined => {
    const span = spans.startSpan(name, {}, context);
    return span.isRecording() ? wrapped(span) : undefined;
  };
  const wrapped = (span: ApiSpan): Span => {
    const { traceId, spanId } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-01`,
      child: (name) => wrapped(spans.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, span))),
      set: (key, value) => void span.setAttribute(key, value),
      end: (error) => {
        if (error !== undefined) {
          const message = error instanceof Error ? error.message : String(error);
          span.setStatus({ code: SpanStatusCode.ERROR, message });
        }
        span.end();
      },
    };
  };
  return {
    follow: (name, traceparent) => {
      const parent = traceparent === undefined ? undefined : parentOf(traceparent);
      return parent === undefined ? undefined : begun(name, parent);
    },
    begin: (name) => begun(name, ROOT_CONTEXT),
    close: async () => {
      // A receiver that is away must not hold up the end.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function parentOf(traceparent: string): Context | undefined {
  const [, traceId = "", spanId = "", flags = "00"] = TRACEPARENT.exec(traceparent) ?? [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const parent = { traceId, spanId, traceFlags, isRemote: true };
  if (traceFlags === TraceFlags.NONE || !isSpanContextValid(parent)) return undefined;
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

function endpointOf(url: string): string {
  const given = new URL(url);
  if (given.pathname === "/" || given.pathname === "") given.pathname = "/v1/traces";
  return given.href;
}
