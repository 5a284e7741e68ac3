/**
 * Lanes carry an operator's events to all who hear every one of them and keep up: the server's native publish sends one
 * text to all of them at a fraction of what a send to each costs. It tells nothing of readers that do not keep up, so
 * they are looked for, before much can have gathered in a socket, and go on by an outbox of their own.
 */
import type { PublishToLane } from "../uws/websocket.ts";

/** Most characters that are published on a lane between two looks at who is on it. */
export const LANE_CHARS_MAX = 64 * 1024;

/** What a lane knows of who is on it: leaves when its reader is slow. */
export type OnLane = { leaveIfBusy(): void };

type Lane = { members: Set<OnLane>; chars: number };

/** The lanes of one server. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  #publish: PublishToLane | undefined;

  /** From now on there is something to publish with; before it nobody can be on a lane. */
  open(publish: PublishToLane): void {
    this.#publish = publish;
  }

  /** Whether lanes can be joined. */
  get isOpen(): boolean {
    return this.#publish !== undefined;
  }

  /** Sessions on lanes now. */
  get members(): number {
    let count = 0;
    for (const { members } of this.#lanes.values()) count += members.size;
    return count;
  }

  join(name: string, member: OnLane): void {
    const lane = this.#lanes.get(name) ?? { members: new Set(), chars: 0 };
    lane.members.add(member);
    this.#lanes.set(name, lane);
  }

  leave(name: string, member: OnLane): void {
    const lane = this.#lanes.get(name);
    lane?.members.delete(member);
    if (lane?.members.size === 0) this.#lanes.delete(name);
  }

  /** Lets slow ones leave where it is time to look, before a text of so many characters; they hear it by themselves. */
  makeReady(name: string, chars: number): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    lane.chars += chars;
    if (lane.chars <= LANE_CHARS_MAX) return;
    lane.chars = chars;
    for (const member of [...lane.members]) member.leaveIfBusy();
  }

  /** Whether anybody is on a lane. */
  has(name: string): boolean {
    return this.#lanes.has(name);
  }

  /** Sends a text to all who are on a lane. */
  publish(name: string, text: string): void {
    this.#publish?.(name, text);
  }
}

/** The lane of all of an operator's events. */
export const laneOf = (operatorId: string): string => `events/${operatorId}`;
