/**
 * Tickets stand in for a key in a WebSocket's address, which logs and histories keep: good once, and for seconds only.
 */
import { randomBytes } from "node:crypto";

/** How long a ticket is good, in milliseconds. */
export const TICKET_MS_MAX = 30_000;
/** Most tickets out at a time in one process. */
export const TICKETS_MAX = 10_000;

/** A ticket as it is given out; `expires_at` is RFC 3339, of the machine's clock. */
export type StreamTicket = { ticket: string; expires_at: string };

/** The tickets of one process: a ticket is good where it was given out. */
export class Tickets {
  readonly #held = new Map<string, { token: string; untilMs: number }>();

  /** A ticket for a key that was found good; undefined when TICKETS_MAX are out. */
  issue(token: string, nowMs: number): StreamTicket | undefined {
    this.#forgetOld(nowMs);
    if (this.#held.size >= TICKETS_MAX) return undefined;
    const ticket = randomBytes(24).toString("base64url");
    const untilMs = nowMs + TICKET_MS_MAX;
    this.#held.set(ticket, { token, untilMs });
    return { ticket, expires_at: new Date(untilMs).toISOString() };
  }

  /** The key behind a ticket, once; undefined when it is unknown, used or too old. */
  redeem(ticket: string, nowMs: number): string | undefined {
    const held = this.#held.get(ticket);
    this.#held.delete(ticket);
    return held !== undefined && held.untilMs > nowMs ? held.token : undefined;
  }

  /** Tickets lie in the order of their age. */
  #forgetOld(nowMs: number): void {
    for (const [ticket, { untilMs }] of this.#held) {
      if (untilMs > nowMs) return;
      this.#held.delete(ticket);
    }
  }
}
