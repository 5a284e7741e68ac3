/**
 * A reader of outputs, in the place of store writer and projections: takes messages, remembers their ids, and is
 * sometimes slow.
 */
import { Life } from "./life.ts";
import { connectSim } from "./transport.ts";
import type { WorldParts } from "./world-parts.ts";

const REOPEN_MS = 1_000;

/** A reader of one stream. */
export class Reader {
  readonly #parts: WorldParts;
  readonly #life: Life;
  readonly #stream: string;
  readonly #filter: string;
  #slowUntilUs = 0;

  constructor(parts: WorldParts, stream: string, filter: string) {
    this.#parts = parts;
    this.#stream = stream;
    this.#filter = filter;
    this.#life = new Life(`reader-${stream.toLowerCase()}`, parts.scheduler, { offsetMs: 0 });
  }

  /** Begins to read. */
  start(): void {
    void this.#run();
  }

  /** Takes nothing for so long. */
  stall(forUs: number): void {
    this.#slowUntilUs = this.#parts.scheduler.nowUs + forUs;
    this.#parts.faults.count("slow_consumer");
    this.#parts.tell(`${this.#life.name} is slow`);
  }

  /** No longer slow. */
  wake(): void {
    this.#slowUntilUs = 0;
  }

  async #run(): Promise<void> {
    const { broker, network, checkers, scheduler } = this.#parts;
    const transport = connectSim({ broker, network, life: this.#life });
    for (;;) {
      try {
        const messages = await transport.consume({
          stream: this.#stream,
          name: this.#life.name,
          filter: this.#filter,
          pendingMax: 256,
          aheadMax: 64,
          pullMs: 5_000,
        });
        for await (const { id, data, ack } of messages) {
          while (this.#slowUntilUs > scheduler.nowUs) await this.#wait(500);
          if (id !== undefined) checkers.outputs.received(id, data);
          ack();
        }
      } catch {
        // The next round opens it again.
      }
      await this.#wait(REOPEN_MS);
    }
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((go) => this.#life.time.after(waitMs, go));
  }
}
