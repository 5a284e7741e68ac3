/**
 * A batch's outputs as messages for NATS. Ids come from the shard and the journal's sequence, so that a replay makes the
 * same messages with the same ids.
 */
import { RATED_HEADERS } from "../contract/rated.ts";
import { commandSubject, eventSubject, ratedSubject } from "../contract/subjects.ts";
import type { SupplyMessage } from "../contract/supply.ts";
import { type EngineEvent, toEvent } from "./event-records.ts";
import type { OutMessage } from "./outbox.ts";
import type { OutputReader } from "./outputs.ts";
import type { ShardState } from "./state.ts";

/** Gathers the outputs of one batch over all its parts. */
export class BatchOutputs {
  readonly messages: OutMessage[] = [];
  readonly #shard: number;
  readonly #sequence: number;
  #events = 0;
  #blocks = 0;

  constructor(shard: number, sequence: number) {
    this.#shard = shard;
    this.#sequence = sequence;
  }

  /** Takes what one call of the kernel left and packed. */
  take(outputs: OutputReader, state: ShardState): void {
    for (const { table, rows, block } of outputs.packed()) {
      const token = `${this.#shard}-${this.#sequence}-${table}-${this.#blocks++}`;
      const headers = {
        [RATED_HEADERS.table]: table,
        [RATED_HEADERS.token]: token,
        [RATED_HEADERS.rows]: String(rows),
      };
      this.messages.push({
        subject: ratedSubject(this.#shard),
        id: token,
        headers,
        payload: block,
      });
    }
    for (const record of outputs.events()) {
      this.#addEvent(toEvent(record, `${this.#shard}-${this.#sequence}-${this.#events++}`, state));
    }
  }

  #addEvent({ event, shard, supply }: EngineEvent): void {
    this.messages.push({
      subject: eventSubject(shard, event.type),
      id: event.id,
      headers: {},
      payload: json(event),
    });
    if (supply === undefined || supply.gateway === 0) return;
    this.messages.push(supplyOutput(supply.gateway, supply.message));
  }
}

/** A supply command as a message for its gateway. */
export function supplyOutput(gateway: number, message: SupplyMessage): OutMessage {
  return {
    subject: commandSubject(gateway),
    id: `supply-${message.shard}-${message.slot}-${message.number}`,
    headers: {},
    payload: json(message),
  };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), "utf8");
}
