/**
 * The latest figures of every role, as they publish them once a second on core NATS.
 */
import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import { METRICS_ALL } from "../../engine/contract/subjects.ts";

/** Most roles whose figures are kept. */
const ROLES_MAX = 32;
/** Longest figures of one role, in bytes. */
const FIGURES_BYTES_MAX = 65_536;
/** How long figures hold without new ones, in milliseconds. */
const FIGURES_MS_MAX = 5_000;

/** Keeps the latest figures by role; those of a second process of a role stand under `role@instance`. */
export class Figures {
  readonly #latest = new Map<string, { text: string; instance: string; atMs: number }>();
  readonly #subscription: Subscription;

  constructor(nats: NatsConnection) {
    this.#subscription = nats.subscribe(METRICS_ALL, {
      callback: (error, message) => {
        if (error === null)
          this.#take(message.subject.slice(message.subject.indexOf(".") + 1), message.data);
      },
    });
  }

  /** All that is not too old, as the JSON text of an object by role. */
  text(nowMs: number): string {
    const parts: string[] = [];
    for (const [role, { text, atMs }] of this.#latest) {
      if (nowMs - atMs > FIGURES_MS_MAX) this.#latest.delete(role);
      else parts.push(`${JSON.stringify(role)}:${text}`);
    }
    return `{${parts.join(",")}}`;
  }

  /** Ends the subscription. */
  close(): void {
    this.#subscription.unsubscribe();
  }

  #take(role: string, bytes: Uint8Array): void {
    if (bytes.byteLength > FIGURES_BYTES_MAX) return;
    try {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString());
      if (typeof value !== "object" || value === null || Array.isArray(value)) return;
      const atMs = Date.now();
      const instance = "instance" in value ? String(value.instance).slice(0, 128) : "";
      const first = this.#latest.get(role);
      const isFirst =
        first === undefined || first.instance === instance || atMs - first.atMs > FIGURES_MS_MAX;
      const key = isFirst ? role : `${role}@${instance}`;
      if (!this.#latest.has(key) && this.#latest.size >= ROLES_MAX) return;
      this.#latest.set(key, { text: JSON.stringify(value), instance, atMs });
    } catch {
      // Figures that are no JSON are nobody's loss: the next come in a second.
    }
  }
}
