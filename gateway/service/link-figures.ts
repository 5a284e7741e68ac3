/**
 * What each link of the process did: reads, faults by kind, the longest read lately, and how many jobs wait there.
 */
import type { FieldFault } from "../drivers/driver.ts";

/** Most links of which figures are kept; beyond it the one that was used longest ago is forgotten. */
export const LINKS_KEPT_MAX = 4_096;
/** Most links that are told; those with most trouble first. */
export const LINKS_TOLD_MAX = 32;
/** The longest read is of the present and the last of these spans. */
const SPAN_MS = 60_000;

/** A link's figures: counters since start, but `worst_ms` (of the last minute or two) and `waiting` (now). */
export type LinkFigure = {
  link: string;
  reads: number;
  faults: Partial<Record<FieldFault, number>>;
  worst_ms: number;
  waiting: number;
};

type Kept = {
  reads: number;
  failed: number;
  faults: Partial<Record<FieldFault, number>>;
  worstMs: number;
  worstBeforeMs: number;
  spanAtMs: number;
};

/** The figures of all links. */
export class LinkFigures {
  readonly #links = new Map<string, Kept>();

  /** Notes a read on a link: its fault, if it had one, and how long it took. */
  read(link: string, fault: FieldFault | undefined, tookMs: number): void {
    const kept = this.#of(link);
    kept.reads++;
    kept.worstMs = Math.max(kept.worstMs, tookMs);
    if (fault === undefined) return;
    kept.failed++;
    kept.faults[fault] = (kept.faults[fault] ?? 0) + 1;
  }

  /** The figures of the links with most trouble; `waiting` gives a link's jobs. */
  worst(waiting: (link: string) => number): LinkFigure[] {
    const all = [...this.#links].map(([link, kept]) => ({ link, kept, waiting: waiting(link) }));
    all.sort((a, b) => b.waiting - a.waiting || b.kept.failed - a.kept.failed);
    return all.slice(0, LINKS_TOLD_MAX).map(({ link, kept, waiting: jobs }) => ({
      link,
      reads: kept.reads,
      faults: { ...kept.faults },
      worst_ms: Math.round(Math.max(kept.worstMs, kept.worstBeforeMs)),
      waiting: jobs,
    }));
  }

  #of(link: string): Kept {
    const now = Date.now();
    const known = this.#links.get(link);
    const kept = known ?? {
      reads: 0,
      failed: 0,
      faults: {},
      worstMs: 0,
      worstBeforeMs: 0,
      spanAtMs: now,
    };
    if (now - kept.spanAtMs > SPAN_MS)
      Object.assign(kept, { worstBeforeMs: kept.worstMs, worstMs: 0, spanAtMs: now });
    this.#links.delete(link);
    this.#links.set(link, kept);
    const oldest = this.#links.keys().next();
    if (this.#links.size > LINKS_KEPT_MAX && oldest.done !== true) this.#links.delete(oldest.value);
    return kept;
  }
}
