/**
 * The figures that every role publishes once a second, as Prometheus text: one place to scrape for all of them.
 */

/** Most lines of figures; what is more is left out. */
const LINES_MAX = 1_000;

/** Gauges `drawdown_<role>_<figure>` from the latest figures by role; only numbers are told. */
export function roleGauges(byRole: Readonly<Record<string, unknown>>): string {
  const lines: string[] = [];
  for (const [role, figures] of Object.entries(byRole).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof figures !== "object" || figures === null) continue;
    for (const [figure, value] of Object.entries(figures)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const name = `drawdown_${role}_${figure}`.replace(/[^a-zA-Z0-9_]/g, "_");
      lines.push(
        `# HELP ${name} ${figure.replaceAll("_", " ")} of the ${role}, published each second`,
        `# TYPE ${name} gauge`,
        `${name} ${value}`,
      );
    }
  }
  return lines
    .slice(0, LINES_MAX * 3)
    .map((line) => `${line}\n`)
    .join("");
}
