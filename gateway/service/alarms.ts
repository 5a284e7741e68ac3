/**
 * What a person should see now: one line a source, logged when it begins, changes or ends.
 */
import type { Logger } from "pino";

/** Most alarms that are told in the figures; the log has them all. */
const ALARMS_TOLD_MAX = 20;

/** The alarms of one process. */
export class Alarms {
  readonly #log: Logger;
  readonly #raised = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Sets or ends the alarm of a source. */
  set(gateway: number, source: string, message: string | undefined): void {
    const name = `${gateway} ${source}`;
    const before = this.#raised.get(name);
    if (before === message) return;
    if (message === undefined) {
      this.#raised.delete(name);
      this.#log.info({ gateway, source }, `over: ${before}`);
    } else {
      this.#raised.set(name, message);
      this.#log.warn({ gateway, source }, message);
    }
  }

  /** The lines raised now, the first ALARMS_TOLD_MAX of them. */
  lines(): string[] {
    return [...this.#raised.values()].slice(0, ALARMS_TOLD_MAX);
  }
}
