/**
 * A role's figures as Prometheus text (format 0.0.4): numbers, numbers by label, and histograms. Texts and what is no
 * figure are left out.
 */
import { HELP, LABELS } from "./catalogue.ts";

/** Most lines of one role; what is more is left out. */
export const LINES_MAX = 16_384;
const MS_PER_S = 1_000;

/** The figures of one role's process; `labels` go on every line, as `instance`. */
export type RoleFigures = {
  role: string;
  figures: Readonly<Record<string, unknown>>;
  labels?: Readonly<Record<string, string>>;
};

/** Prometheus text of roles; each metric has its help once, whatever roles there are. */
export function prometheusText(roles: readonly RoleFigures[]): string {
  const metrics = new Map<string, { head: string[]; lines: string[] }>();
  for (const { role, figures, labels = {} } of roles) {
    for (const [figure, value] of Object.entries(figures)) {
      const { name, scale } = nameOf(role, figure);
      const lines = linesOf({ name, figure, scale, labels }, value);
      if (lines.length === 0) continue;
      const metric = metrics.get(name) ?? { head: headOf(name, role, figure, value), lines: [] };
      metric.lines.push(...lines);
      metrics.set(name, metric);
    }
  }
  return [...metrics.values()]
    .flatMap(({ head, lines }) => [...head, ...lines])
    .slice(0, LINES_MAX)
    .map((line) => `${line}\n`)
    .join("");
}

/** The metric's name: milliseconds are told in seconds. */
export function nameOf(role: string, figure: string): { name: string; scale: number } {
  const isMs = figure.endsWith("_ms");
  const told = isMs ? `${figure.slice(0, -"_ms".length)}_seconds` : figure;
  // A last value and a histogram would have one name.
  const own = told === "journal_sync_seconds" && isMs ? "journal_sync_last_seconds" : told;
  const name = `drawdown_${role}_${own}`.replace(/[^a-zA-Z0-9_]/g, "_");
  return { name, scale: isMs ? 1 / MS_PER_S : 1 };
}

function headOf(name: string, role: string, figure: string, value: unknown): string[] {
  const help = HELP[role]?.[figure] ?? `${figure.replaceAll("_", " ")} of the ${role}`;
  const type = isTotals(value) ? "histogram" : name.endsWith("_total") ? "counter" : "gauge";
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

type Naming = {
  name: string;
  figure: string;
  scale: number;
  labels: Readonly<Record<string, string>>;
};

function linesOf({ name, figure, scale, labels }: Naming, value: unknown): string[] {
  const line = (number: number, more: Record<string, string> = {}, suffix = ""): string =>
    `${name}${suffix}${labelText({ ...labels, ...more })} ${number}`;
  if (typeof value === "number") return Number.isFinite(value) ? [line(value * scale)] : [];
  if (typeof value !== "object" || value === null) return [];
  if (isTotals(value)) {
    const bounds = Object.entries(value.le).sort(([a], [b]) => Number(a) - Number(b));
    return [
      ...bounds.map(([le, count]) => line(count, { le }, "_bucket")),
      line(value.count, { le: "+Inf" }, "_bucket"),
      line(value.sum, {}, "_sum"),
      line(value.count, {}, "_count"),
    ];
  }
  const label = LABELS[figure];
  if (label === undefined)
    return Array.isArray(value) && figure === "alarms" ? [line(value.length)] : [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === "number" && Number.isFinite(each) ? [line(each * scale, { [label]: key })] : [],
  );
}

type Totals = { le: Record<string, number>; sum: number; count: number };

function isTotals(value: unknown): value is Totals {
  if (typeof value !== "object" || value === null) return false;
  const { le, sum, count } = value as Partial<Totals>;
  return (
    typeof le === "object" && le !== null && typeof sum === "number" && typeof count === "number"
  );
}

function labelText(labels: Record<string, string>): string {
  const parts = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
