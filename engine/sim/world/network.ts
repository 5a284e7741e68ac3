/**
 * The simulated network: what is sent over a link arrives once, in order and soon, unless there is trouble.
 */
import type { Random } from "../../prove/random.ts";
import type { Faults } from "./faults.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** What may go wrong now, as shares of messages. */
export type NetworkTrouble = { drop: number; duplicate: number; reorder: number; delay: number };

const LATENCY_US: readonly [number, number] = [50, 400];
const REORDER_US_MAX = 300_000;
const DELAY_US_MAX = 4_000_000;

/** All links. A link is named by who is at its end; at the other end is the broker, or for `till` links the api. */
export class Network {
  trouble: NetworkTrouble = { drop: 0, duplicate: 0, reorder: 0, delay: 0 };
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #scheduler: Scheduler;
  readonly #lastUs = new Map<string, number>();
  readonly #cutUntilUs = new Map<string, number>();

  constructor(parts: { random: Random; faults: Faults; scheduler: Scheduler }) {
    this.#random = parts.random;
    this.#faults = parts.faults;
    this.#scheduler = parts.scheduler;
  }

  /** Nothing passes over this link for so long. */
  partition(link: string, forUs: number): void {
    this.#cutUntilUs.set(link, this.#scheduler.nowUs + forUs);
    this.#faults.count("partition");
  }

  /** All links are whole again. */
  heal(): void {
    this.#cutUntilUs.clear();
    this.trouble = { drop: 0, duplicate: 0, reorder: 0, delay: 0 };
  }

  /** Carries one message in one direction of a link. `to` is who takes it; nothing arrives at the dead. */
  carry(link: string, direction: "up" | "down", to: Owner, deliver: () => void): void {
    const { drop, duplicate } = this.trouble;
    if ((this.#cutUntilUs.get(link) ?? 0) > this.#scheduler.nowUs) return;
    if (this.#happens(drop)) {
      this.#faults.count("drop");
      return;
    }
    this.#scheduler.after(this.#waitUs(`${link} ${direction}`), to, deliver);
    if (!this.#happens(duplicate)) return;
    this.#faults.count("duplicate");
    this.#scheduler.after(this.#waitUs(`${link} ${direction}`), to, deliver);
  }

  #waitUs(lane: string): number {
    const { reorder, delay } = this.trouble;
    let waitUs = this.#random.int(...LATENCY_US);
    if (this.#happens(reorder)) {
      this.#faults.count("reorder");
      return waitUs + this.#random.int(0, REORDER_US_MAX);
    }
    if (this.#happens(delay)) {
      this.#faults.count("delay");
      waitUs += this.#random.int(0, DELAY_US_MAX);
    }
    const atUs = Math.max(this.#scheduler.nowUs + waitUs, this.#lastUs.get(lane) ?? 0);
    this.#lastUs.set(lane, atUs);
    return atUs - this.#scheduler.nowUs;
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.chance(share);
  }
}
