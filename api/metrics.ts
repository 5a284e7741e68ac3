/**
 * The api's figures: as Prometheus text, and once a second on NATS for the operations page.
 */

import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { RecentTimes, type Totals } from "../engine/contract/metrics/recent-times.ts";

/** How far back percentiles of vends reach, in milliseconds. */
const VENDS_MS = 60_000;
const VEND_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The figures of one api process. */
export type Metrics = {
  text(): Promise<string>;
  /** Counts one answered request. */
  onAnswer(route: string, status: number, durationS: number): void;
  /** Figures since the last call, for the operations page. */
  figures(): Record<string, number | Totals>;
};

/** Makes the figures, in a registry of their own. */
export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "drawdown_api_requests_total",
    help: "Answered requests by route and status",
    labelNames: ["route", "status"] as const,
    registers: [registry],
  });
  const durations = new Histogram({
    name: "drawdown_api_request_seconds",
    help: "Time from request to answer",
    labelNames: ["route"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const vends = new RecentTimes(VENDS_MS, VEND_BOUNDS);
  const total = { requests: 0, vends: 0, refused: 0, failed: 0 };
  let before = { ...total };
  return {
    text: () => registry.metrics(),
    onAnswer: (route, status, durationS) => {
      requests.inc({ route, status: String(status) });
      durations.observe({ route }, durationS);
      total.requests++;
      if (route.startsWith("PUT /v1/vends") && status === 201) {
        total.vends++;
        vends.observe(durationS);
      }
      if (status >= 400 && status < 500) total.refused++;
      if (status >= 500) total.failed++;
    },
    figures: () => {
      const { p50, p99, max } = vends.percentiles();
      const figures = {
        requests_total: total.requests,
        requests_per_s: total.requests - before.requests,
        vends_total: total.vends,
        vends_per_s: total.vends - before.vends,
        vend_p50_ms: p50 * 1_000,
        vend_p99_ms: p99 * 1_000,
        vend_max_ms: max * 1_000,
        vend_seconds: vends.totals(),
        refused_total: total.refused,
        failed_total: total.failed,
      };
      before = { ...total };
      return figures;
    },
  };
}
