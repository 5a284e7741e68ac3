/**
 * The figures that every role publishes once a second, as Prometheus text: one place to scrape for all of them.
 */
import { prometheusText, type RoleFigures } from "../engine/contract/metrics/prometheus.ts";

/** What the api counts itself, with labels, under the same name. */
const COUNTED_HERE = new Set(["requests_total"]);

/** Metrics `drawdown_<role>_<figure>` from the latest figures by role; those of a further process carry its name. */
export function roleMetrics(byRole: Readonly<Record<string, unknown>>): string {
  const roles: RoleFigures[] = [];
  for (const [key, figures] of Object.entries(byRole).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof figures !== "object" || figures === null) continue;
    const [role = key, process] = key.split("@", 2);
    const kept = Object.entries(figures).filter(
      ([figure]) => role !== "api" || !COUNTED_HERE.has(figure),
    );
    const labels = process === undefined ? {} : { process };
    roles.push({ role, figures: Object.fromEntries(kept), labels });
  }
  return prometheusText(roles);
}
