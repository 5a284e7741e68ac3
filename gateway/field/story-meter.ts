/**
 * A meter of a story: its register goes up, or down, evenly with the installation's clock, rolls over at its modulus, and
 * stands while its relay is open.
 */
import type { Service } from "../../engine/contract/services.ts";
import type { FieldMeter } from "./meter.ts";

const HOUR_S = 3_600;

/** How the meter begins. */
export type StoryMeterStart = {
  serial: string;
  service: Service;
  atoms: bigint;
  atomsPerHour: number;
  /** 0: it never rolls over. */
  modulus: bigint;
  relay: boolean;
  nowS(): number;
};

/** The meter; a story moves it on. */
export class StoryMeter implements FieldMeter {
  serial: string;
  readonly service: Service;
  readonly #nowS: () => number;
  readonly #modulus: bigint;
  #atoms: bigint;
  #sinceS: number;
  #atomsPerHour: number;
  #closed: boolean | undefined;
  #clockOffS = 0;

  constructor(start: StoryMeterStart) {
    const { serial, service, atoms, atomsPerHour, modulus, relay, nowS } = start;
    this.serial = serial;
    this.service = service;
    this.#atoms = atoms;
    this.#atomsPerHour = atomsPerHour;
    this.#modulus = modulus;
    this.#closed = relay ? true : undefined;
    this.#nowS = nowS;
    this.#sinceS = nowS();
  }

  /** The register now; what a stretch of even flow adds is floored once. */
  registerAtoms(): bigint {
    if (this.#closed === false) return this.#atoms;
    const passedS = Math.max(0, this.#nowS() - this.#sinceS);
    const moved = BigInt(Math.trunc((this.#atomsPerHour * passedS) / HOUR_S));
    const atoms = this.#atoms + moved;
    if (this.#modulus > 0n) return ((atoms % this.#modulus) + this.#modulus) % this.#modulus;
    return atoms < 0n ? 0n : atoms;
  }

  flow(): number {
    return this.#closed === false ? 0 : Math.abs(this.#atomsPerHour);
  }

  relayClosed(): boolean | undefined {
    return this.#closed;
  }

  moveRelay(closed: boolean): void {
    if (this.#closed === undefined || this.#closed === closed) return;
    this.#settle();
    this.#closed = closed;
  }

  /** The meter's own clock. */
  clockS(): number {
    return this.#nowS() + this.#clockOffS;
  }

  /** From now on the flow is this. */
  setFlow(atomsPerHour: number): void {
    this.#settle();
    this.#atomsPerHour = atomsPerHour;
  }

  /** From now on the meter's clock is so many seconds ahead. */
  setClock(offS: number): void {
    this.#clockOffS = offS;
  }

  /** Another meter hangs in this place. */
  exchange(serial: string, atoms: bigint): void {
    this.#settle();
    this.serial = serial;
    this.#atoms = atoms;
  }

  #settle(): void {
    this.#atoms = this.registerAtoms();
    this.#sinceS = this.#nowS();
  }
}
