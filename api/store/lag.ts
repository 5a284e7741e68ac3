/**
 * How far the store is behind, and when that is worth an alarm.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { Logger } from "pino";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { eventsLag } from "./events-consumer.ts";
import type { Lag } from "./writer-figures.ts";

/** Looks in a row, a second apart, that find nothing out before it is an alarm: streams are made while an installation starts. */
const UNKNOWN_LOOKS = 10;

/** Asks NATS. Rejects when it does not tell. */
export async function lagNow(manager: JetStreamManager, nowMs: number): Promise<Lag> {
  const { state } = await manager.streams.info(STREAMS.rated);
  const oldestMs = state.messages === 0 ? nowMs : Date.parse(String(state.first_ts));
  return {
    blocks: state.messages,
    bytes: state.bytes,
    oldestS: Math.max(0, Math.round((nowMs - oldestMs) / 100) / 10),
    events: await eventsLag(manager).catch(() => -1),
  };
}

/** Raises the alarm once when blocks have waited too long, and says once that it is over. */
export class LagAlarm {
  readonly #alarmS: number;
  readonly #log: Logger;
  #raised = false;
  #unknown = 0;

  constructor(alarmS: number, log: Logger) {
    this.#alarmS = alarmS;
    this.#log = log;
  }

  /** Whether the alarm stands with this lag. One that stays unknown raises it, too: nobody can say that all is well. */
  look(lag: Lag): boolean {
    this.#unknown = lag.blocks < 0 ? this.#unknown + 1 : 0;
    const why = this.#why(lag);
    const isBehind = why !== undefined;
    if (isBehind && !this.#raised)
      this.#log.error({ ...lag, alarm_s: this.#alarmS }, `alarm: ${why}`);
    if (!isBehind && this.#raised) this.#log.info({ ...lag }, "the store is no longer behind");
    this.#raised = isBehind;
    return isBehind;
  }

  #why({ blocks, oldestS }: Lag): string | undefined {
    if (blocks > 0 && oldestS >= this.#alarmS)
      return "the store is behind; nothing is lost while NATS has room: look at ClickHouse";
    // What stood when it was last known is not over because nobody knows.
    if (blocks < 0 && (this.#raised || this.#unknown >= UNKNOWN_LOOKS))
      return "NATS does not tell how far the store is behind: look at NATS";
    return undefined;
  }
}
