/**
 * Frames whose sequence was used and of which nothing was applied: what each gateway is told of with every acknowledgement,
 * for as long as it may not have heard of it.
 */
import { type DurableAck, UNAPPLIED_WINDOW, type UnappliedFrame } from "../contract/acks.ts";

type Entry = UnappliedFrame & { epoch: number };

/** The unapplied frames of one shard's gateways. */
export class Unapplied {
  readonly #frames = new Map<number, Entry[]>();

  /** Notes a frame of a gateway. */
  note(gateway: number, frame: Entry): void {
    const kept = (this.#frames.get(gateway) ?? []).slice(1 - UNAPPLIED_WINDOW);
    this.#frames.set(gateway, [...kept, frame]);
  }

  /** The acknowledgement with what the gateway must know beside it. */
  with(gateway: number, ack: DurableAck): DurableAck {
    const unapplied = (this.#frames.get(gateway) ?? [])
      .filter(({ epoch, sequence }) => epoch === ack.epoch && isInWindow(sequence, ack.sequence))
      .map(({ sequence, code }) => ({ sequence, code }));
    return unapplied.length === 0 ? ack : { ...ack, unapplied };
  }
}

function isInWindow(sequence: number, last: number): boolean {
  return sequence <= last && sequence > last - UNAPPLIED_WINDOW;
}
