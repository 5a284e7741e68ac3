/**
 * Who is on the line: at most one connection for each name. A later connection of the same name takes the place of one
 * that no longer answers, since a modem that lost power never said goodbye. While the first one answers, the second
 * waits for its next exchange to decide: if that is answered the second is turned away, and told of either way.
 */
import type { Socket } from "node:net";
import type { Opened } from "../line.ts";
import type { TellCaller } from "./events.ts";

/** Names that are waited for at most. */
const NAMES_MAX = 16_384;
/** Connections under names that no meter has asked for, at most. */
const UNCLAIMED_MAX = 64;
/** Exchanges in a row without a right answer after which a connection is given up. */
const FAULTS_MAX = 3;
/** Within this time a connection that answered counts as one that answers, in milliseconds. */
const ANSWERS_MS = 300_000;

/** Times of the desk in milliseconds: how long a name that nobody asks for may wait. */
export type DeskTimes = { unclaimedMs: number };

type Place = {
  socket: Socket | undefined;
  /** Somebody else under this name, until the next exchange decides. */
  rival: Socket | undefined;
  answeredMs: number;
  faults: number;
  waiting: Set<() => void>;
};

/** The desk of a listener. */
export class CallerDesk {
  readonly #places = new Map<string, Place>();
  readonly #unclaimed = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>();
  readonly #tell: TellCaller;
  readonly #times: DeskTimes;
  #closed = false;

  constructor(tell: TellCaller, times: DeskTimes) {
    this.#tell = tell;
    this.#times = times;
  }

  /** Whether a caller of this name is connected. */
  connected(name: string): boolean {
    return this.#places.get(name)?.socket !== undefined;
  }

  /** A meter is reached through this caller: from now on the name is known. */
  expect(name: string): void {
    if (this.#places.has(name) || this.#closed) return;
    if (this.#places.size >= NAMES_MAX && !this.#forgetOne()) return;
    this.#places.set(name, {
      socket: undefined,
      rival: undefined,
      answeredMs: 0,
      faults: 0,
      waiting: new Set(),
    });
    const early = this.#unclaimed.get(name);
    if (early === undefined) return;
    this.#unclaimed.delete(name);
    clearTimeout(early.timer);
    this.offer(name, early.socket);
  }

  /** Somebody called under this name. The socket is the desk's from now on. */
  offer(name: string, socket: Socket): void {
    if (this.#closed || socket.destroyed) return void socket.destroy();
    const place = this.#places.get(name);
    if (place === undefined) {
      this.#hold(name, socket);
      return;
    }
    const answers = Date.now() - place.answeredMs < ANSWERS_MS;
    if (place.socket === undefined || !answers) {
      this.#seat(name, place, socket);
      return;
    }
    this.#refuse(name, place.rival, "another call under its name came");
    place.rival = socket;
    const message = `caller ${name}: a second connection under this name while the first answers; the next exchange decides`;
    this.#tell({ kind: "contested", name, from: fromOf(socket), message });
  }

  /** The connection of a name, waited for at most `waitMs`; the reason where there is none. */
  async open(name: string, waitMs: number): Promise<Opened | string> {
    this.expect(name);
    const place = this.#places.get(name);
    if (place === undefined) return "the listener is closed, or waits for too many callers";
    if (place.socket === undefined) await this.#comes(place, waitMs);
    const { socket } = place;
    if (socket === undefined) return "it has not dialled in";
    return {
      stream: socket,
      close: async () => this.#givenBack(name, place, socket),
      answered: () => this.#answered(name, place),
    };
  }

  /** Ends all connections; who waits is told that nobody came. */
  close(): void {
    this.#closed = true;
    for (const { socket, timer } of this.#unclaimed.values()) {
      clearTimeout(timer);
      socket.destroy();
    }
    for (const place of this.#places.values()) {
      place.socket?.destroy();
      place.rival?.destroy();
      for (const wake of place.waiting) wake();
    }
    this.#places.clear();
    this.#unclaimed.clear();
  }

  #seat(name: string, place: Place, socket: Socket): void {
    place.socket?.destroy();
    place.socket = socket;
    place.faults = 0;
    place.answeredMs = 0;
    // Between exchanges modems show that they are there; nobody asked for it.
    socket.resume();
    socket.once("close", () => {
      if (place.socket !== socket) return;
      place.socket = undefined;
      this.#tell({ kind: "lost", name, from: fromOf(socket), message: `caller ${name} hung up` });
      this.#promote(name, place);
    });
    this.#tell({
      kind: "registered",
      name,
      from: fromOf(socket),
      message: `caller ${name} is connected`,
    });
    for (const wake of place.waiting) wake();
  }

  /** After a fault the connection is kept for the other meters behind it, unless nothing answers any more. */
  #givenBack(name: string, place: Place, socket: Socket): void {
    if (place.socket !== socket || socket.destroyed) return;
    if (place.rival === undefined && ++place.faults < FAULTS_MAX) return void socket.resume();
    place.socket = undefined;
    socket.destroy();
    const message = `caller ${name} does not answer any more: its connection is given up`;
    this.#tell({ kind: "lost", name, from: fromOf(socket), message });
    this.#promote(name, place);
  }

  #promote(name: string, place: Place): void {
    const { rival } = place;
    place.rival = undefined;
    if (rival !== undefined && !rival.destroyed) this.#seat(name, place, rival);
  }

  #answered(name: string, place: Place): void {
    place.answeredMs = Date.now();
    place.faults = 0;
    if (place.rival === undefined) return;
    this.#refuse(name, place.rival, "the first connection under its name still answers");
    place.rival = undefined;
  }

  #hold(name: string, socket: Socket): void {
    const before = this.#unclaimed.get(name);
    if (before === undefined && this.#unclaimed.size >= UNCLAIMED_MAX) {
      this.#refuse(name, socket, `over ${UNCLAIMED_MAX} callers that no meter is reached through`);
      return;
    }
    clearTimeout(before?.timer);
    before?.socket.destroy();
    const timer = setTimeout(() => {
      this.#unclaimed.delete(name);
      this.#refuse(name, socket, "no meter of the roster is reached through it");
    }, this.#times.unclaimedMs);
    timer.unref();
    this.#unclaimed.set(name, { socket, timer });
    socket.resume();
    socket.once("close", () => {
      if (this.#unclaimed.get(name)?.socket !== socket) return;
      clearTimeout(timer);
      this.#unclaimed.delete(name);
    });
  }

  #refuse(name: string, socket: Socket | undefined, why: string): void {
    if (socket === undefined || socket.destroyed) return;
    const from = fromOf(socket);
    socket.destroy();
    this.#tell({ kind: "refused", name, from, message: `caller ${name} is turned away: ${why}` });
  }

  async #comes(place: Place, waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        place.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      place.waiting.add(wake);
    });
  }

  #forgetOne(): boolean {
    const idle = [...this.#places].find(
      ([, place]) => place.socket === undefined && place.waiting.size === 0,
    );
    return idle !== undefined && this.#places.delete(idle[0]);
  }
}

/** Where a socket comes from, for people. */
export function fromOf(socket: Socket): string {
  return `${socket.remoteAddress ?? "somewhere"}:${socket.remotePort ?? 0}`;
}
