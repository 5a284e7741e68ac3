/**
 * What the driver remembers of a meter between two readings: nothing that a reading is made of, only who answered last
 * on which connection, and what its device refused.
 */
import { linkName } from "../../../engine/contract/link.ts";
import { ROSTER_METERS_MAX } from "../../../engine/contract/roster.ts";
import type { BlockLimits } from "./plan.ts";
import type { Target } from "./target.ts";

/** Of one meter. */
export type Remembered = {
  /** The connection on which it told its serial number last, and how many readings ago. */
  connection: number | undefined;
  reads: number;
  /** Readings until its clock is read again. */
  untilClock: number;
  /** What its device allows of one request: the device file's, narrowed by its refusals. */
  limits: BlockLimits;
};

/** Of all meters; as many as a roster holds, the oldest is forgotten for one more. */
export class Memory {
  readonly #meters = new Map<string, Remembered>();

  /** What is remembered of a meter: anew when anything about it has changed. */
  of({ meter, device }: Target): Remembered {
    const { request_words, gap_words } = device.limits;
    const where = `${linkName(meter.link)}/${meter.address}`;
    const key = `${meter.meter_id} ${meter.serial} ${where} ${meter.device} ${request_words}/${gap_words}`;
    const known = this.#meters.get(key);
    if (known !== undefined) return known;
    for (const oldest of this.#meters.keys()) {
      if (this.#meters.size < ROSTER_METERS_MAX) break;
      this.#meters.delete(oldest);
    }
    const limits = { request_words, gap_words };
    const made = { connection: undefined, reads: 0, untilClock: 0, limits };
    this.#meters.set(key, made);
    return made;
  }
}
