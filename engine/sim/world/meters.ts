/**
 * The meters behind a gateway, with their relays: registers that rise while there is supply.
 */
import type { Random } from "../../prove/random.ts";
import { ACCOUNTS, BEGIN_S } from "./plan.ts";

type Meter = { rateWhPerH: number; register: number; sinceS: number; isOn: boolean; done: number };

/** All meters of a gateway; they outlive every power cut of it. */
export class Meters {
  readonly #meters: Meter[];

  constructor(random: Random) {
    this.#meters = Array.from({ length: ACCOUNTS }, () => ({
      rateWhPerH: random.int(200, 9_000),
      register: random.int(0, 1_000_000),
      sinceS: BEGIN_S,
      isOn: true,
      done: 0,
    }));
  }

  /** Slots that have a meter. */
  get slots(): number[] {
    return [...this.#meters.keys()];
  }

  /** The register at a moment, in Wh. */
  registerOf(slot: number, atS: number): number {
    const meter = this.#of(slot);
    const passed = meter.isOn ? Math.max(0, atS - meter.sinceS) / 3_600 : 0;
    return Math.floor(meter.register + passed * meter.rateWhPerH);
  }

  /** Moves the relay. */
  switch(slot: number, isOn: boolean, atS: number): void {
    const meter = this.#of(slot);
    meter.register = this.registerOf(slot, atS);
    meter.sinceS = atS;
    meter.isOn = isOn;
  }

  /** Whether a supply command has not been carried out yet. */
  isNew(slot: number, number: number): boolean {
    return number > this.#of(slot).done;
  }

  /** Notes that a supply command was carried out. */
  note(slot: number, number: number): void {
    this.#of(slot).done = Math.max(this.#of(slot).done, number);
  }

  #of(slot: number): Meter {
    const meter = this.#meters[slot];
    if (meter === undefined) throw new Error(`slot ${slot} has no meter`);
    return meter;
  }
}
