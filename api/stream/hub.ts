/**
 * The stream of one api process: one reader of EVENTS and of the figures for all of its connections.
 */
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Clock } from "../../engine/contract/clock.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { problemResponse } from "../uws/problem.ts";
import type { Peer, UpgradeAnswer, UpgradeAsk, WebSocketRoute } from "../uws/websocket.ts";
import { bearerOf, type StreamAccess } from "./access.ts";
import { eventsFrom, type PlacedEvent } from "./events.ts";
import { Figures } from "./figures.ts";
import { Lanes, laneOf } from "./lanes.ts";
import { Listeners } from "./listeners.ts";
import { LiveEvent } from "./live-event.ts";
import { MESSAGE_BYTES_MAX, topicText } from "./messages.ts";
import { Owners } from "./owners.ts";
import { RECENT_EVENTS_MAX, Recent } from "./recent.ts";
import { type Resuming, resume, Turnstile } from "./resume.ts";
import { Session, type SessionHost } from "./session.ts";
import { type StreamTicket, Tickets } from "./tickets.ts";

/** Where the stream is served. */
const STREAM_PATH = "/v1/stream";
/** Most connections of one process; more are answered 503. */
export const CONNECTIONS_MAX = 12_000;
/** Most connections that have not said who they are. */
const STRANGERS_MAX = 200;
/** How often keys are asked for again, in milliseconds. */
const AUTHORIZE_EVERY_MS = 60_000;
/** How often figures are sent, in milliseconds. */
const FIGURES_EVERY_MS = 1_000;
/** Figures go to so many sessions in one turn: events must not wait for thousands of sends. */
const FIGURES_A_TURN = 256;
/** How long to wait before EVENTS is read again after it could not be, in milliseconds. */
const RETRY_MS = 1_000;
/** Longest time that the start waits for events of before, in milliseconds. */
const PRIME_MS_MAX = 3_000;

/** What the hub needs. `onError` hears of what it goes on after. */
export type StreamHubOptions = {
  nats: NatsConnection;
  access: StreamAccess;
  clock: Clock;
  onError?: (error: unknown) => void;
};

/** Figures of the hub itself. */
type StreamHubFigures = {
  connections: number;
  topics: number;
  /** Connections that hear all events and keep up. */
  lanes: number;
  /** Messages left out for slow readers that are connected now. */
  lagged: number;
  /** Characters that wait for slow readers. */
  waiting_chars: number;
  /** The last sequence of EVENTS that was sent on. */
  seq: number;
};

/** A running hub. */
export type StreamHub = {
  /** To be given to `serve` as its WebSocket route. */
  route: WebSocketRoute;
  /** A one-time ticket for a key that was found good; undefined when too many are out (answer 503). */
  issueTicket(token: string): StreamTicket | undefined;
  figures(): StreamHubFigures;
  /** The latest figures that each role has published. */
  figuresByRole(): Record<string, unknown>;
  /** Stops reading. Connections are the server's to close. */
  close(): Promise<void>;
};

/** Opens the hub on a NATS connection, which stays the caller's. Throws when JetStream cannot be reached. */
export async function openStreamHub(options: StreamHubOptions): Promise<StreamHub> {
  const manager = await jetstreamManager(options.nats);
  await ensureStreams(manager);
  const { state } = await manager.streams.info(STREAMS.events);
  const recent = new Recent(state.last_seq + 1);
  await prime(recent, jetstream(options.nats), state);
  return new Hub(options, manager, { head: state.last_seq, recent });
}

/** Keeps the newest events there are, where they can be read in time: after a restart all readers come back at once. */
async function prime(
  recent: Recent,
  stream: JetStreamClient,
  { first_seq, last_seq }: { first_seq: number; last_seq: number },
): Promise<void> {
  const from = Math.max(first_seq, last_seq - RECENT_EVENTS_MAX + 1);
  if (last_seq < from || last_seq === 0) return;
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), PRIME_MS_MAX);
  recent.begin(from);
  let through = 0;
  try {
    for await (const placed of eventsFrom(stream, from, ending.signal)) {
      recent.push(placed);
      through = placed.seq;
      if (through >= last_seq) break;
    }
  } catch {
    // Without them readers that come back cost more; they lose nothing.
  } finally {
    clearTimeout(timer);
  }
  if (through < last_seq) recent.begin(last_seq + 1);
}

class Hub implements StreamHub, SessionHost {
  readonly access: StreamAccess;
  readonly route: WebSocketRoute;
  readonly listeners = new Listeners();
  readonly lanes = new Lanes();
  readonly shared = { chars: 0 };
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #manager: JetStreamManager;
  readonly #stream: JetStreamClient;
  readonly #owners: Owners;
  readonly #figures: Figures;
  readonly #sessions = new Set<Session>();
  readonly #hearMetrics = new Set<Session>();
  readonly #tickets = new Tickets();
  readonly #turnstile = new Turnstile();
  readonly #recent: Recent;
  readonly #end = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  readonly #tail: Promise<void>;
  #head: number;
  #beat = 0;

  constructor(
    options: StreamHubOptions,
    manager: JetStreamManager,
    { head, recent }: { head: number; recent: Recent },
  ) {
    this.access = options.access;
    this.#clock = options.clock;
    this.#onError = options.onError ?? (() => undefined);
    this.#manager = manager;
    this.#stream = jetstream(options.nats);
    this.#owners = new Owners(options.access);
    this.#figures = new Figures(options.nats);
    this.#head = head;
    this.#recent = recent;
    this.route = {
      path: STREAM_PATH,
      messageBytesMax: MESSAGE_BYTES_MAX,
      served: (publish) => this.lanes.open(publish),
      upgrade: (ask) => this.#upgrade(ask),
    };
    this.#timers = [
      setInterval(() => void this.#sendFigures(), FIGURES_EVERY_MS),
      setInterval(() => void this.#authorizeAgain(), AUTHORIZE_EVERY_MS),
    ];
    this.#tail = this.#follow();
  }

  issueTicket(token: string): StreamTicket | undefined {
    return this.#tickets.issue(token, Date.now());
  }

  figuresByRole(): Record<string, unknown> {
    return JSON.parse(this.#figures.text(Date.now()));
  }

  figures(): StreamHubFigures {
    let topics = 0;
    let lagged = 0;
    for (const session of this.#sessions) {
      topics += session.topics;
      lagged += session.outbox.leftTotal;
    }
    return {
      connections: this.#sessions.size,
      topics,
      lanes: this.lanes.members,
      lagged,
      waiting_chars: this.shared.chars,
      seq: this.#head,
    };
  }

  async close(): Promise<void> {
    this.#end.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#figures.close();
    await this.#tail;
  }

  state(): { seq: number; at: string; speed: number } {
    return { seq: this.#head, at: this.#now(), speed: this.#clock.speed };
  }

  resume(session: Session, since: number): void {
    session.isResuming = true;
    const with_: Resuming = {
      stream: this.#stream,
      owners: this.#owners,
      recent: this.#recent,
      turnstile: this.#turnstile,
      head: () => this.#head,
      first: async () => (await this.#manager.streams.info(STREAMS.events)).state.first_seq,
      signal: this.#end.signal,
    };
    resume(session, since, with_).catch((error: unknown) => {
      if (session.isClosed) return;
      if (!this.#end.signal.aborted) this.#onError(error);
      session.end(1_011, "events could not be read again: connect anew");
    });
  }

  onMetrics(session: Session, isNew: boolean): void {
    if (!isNew) this.#hearMetrics.delete(session);
    else {
      this.#hearMetrics.add(session);
      session.outbox.sendIfFree(this.#figuresText());
    }
  }

  onClosed(session: Session): void {
    this.#sessions.delete(session);
    this.#hearMetrics.delete(session);
  }

  async #upgrade(ask: UpgradeAsk): Promise<UpgradeAnswer> {
    const ticket = ask.query.get("ticket");
    const authorization = ask.header("authorization");
    const isStranger = ticket === null && authorization === undefined;
    if (this.#isFull(isStranger)) return { refuse: problemResponse(503) };
    if (isStranger) return { open: (peer) => this.#open(peer) };
    const token =
      ticket === null ? bearerOf(authorization) : this.#tickets.redeem(ticket, Date.now());
    const caller = token === undefined ? undefined : await this.access.authorize(token);
    if (token === undefined || caller === undefined) return { refuse: problemResponse(401) };
    return { open: (peer) => this.#open(peer, { token, caller }) };
  }

  #open(peer: Peer, known?: ConstructorParameters<typeof Session>[2]): Session {
    const session = new Session(peer, this, known);
    session.standBehind(this.#head);
    this.#sessions.add(session);
    return session;
  }

  #isFull(isStranger: boolean): boolean {
    if (this.#sessions.size >= CONNECTIONS_MAX) return true;
    if (!isStranger) return false;
    let strangers = 0;
    for (const session of this.#sessions) if (!session.isAuthorized) strangers++;
    return strangers >= STRANGERS_MAX;
  }

  /** Reads EVENTS as it grows, for as long as the hub lives. */
  async #follow(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        for await (const placed of eventsFrom(this.#stream, this.#head + 1, signal)) {
          await this.#dispatch(placed);
        }
      } catch (error) {
        if (!signal.aborted) this.#onError(error);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      await this.#findHead().catch(this.#onError);
    }
  }

  /** A stream that was made anew begins at 1 again. */
  async #findHead(): Promise<void> {
    if (this.#end.signal.aborted) return;
    await ensureStreams(this.#manager);
    const { state } = await this.#manager.streams.info(STREAMS.events);
    if (state.last_seq >= this.#head) return;
    this.#head = 0;
    this.#recent.begin(1);
    for (const session of this.#sessions) session.standBehind(0);
  }

  async #dispatch(placed: PlacedEvent): Promise<void> {
    let owner: string | undefined;
    let isLost = false;
    try {
      // Whose it is matters to readers alone: where there are none, as when many accounts are opened, nobody is asked.
      if (placed.event !== undefined && this.#sessions.size > 0)
        owner = await this.#owners.of(placed.event.data.account_id);
    } catch (error) {
      this.#onError(error);
      isLost = true;
    }
    const event = owner === undefined ? undefined : liveEvent(placed, owner);
    if (event !== undefined) this.#publish(event);
    this.#head = placed.seq;
    this.#recent.push(placed);
    if (isLost) for (const session of this.#sessions) session.missed();
    if (event !== undefined) this.listeners.offer(event, (session) => session.offer(event));
  }

  /** To those on the lane of its operator, before anybody else: what is sent to one of them for an account comes after it. */
  #publish(event: LiveEvent): void {
    const lane = laneOf(event.owner);
    if (!this.lanes.has(lane)) return;
    const text = event.text("events");
    this.lanes.makeReady(lane, text.length);
    this.lanes.publish(lane, text);
  }

  async #sendFigures(): Promise<void> {
    this.#beat++;
    if (this.#hearMetrics.size === 0) return;
    const text = this.#figuresText();
    let sent = 0;
    for (const session of this.#hearMetrics) {
      session.outbox.sendIfFree(text);
      if (++sent % FIGURES_A_TURN === 0) await immediate();
    }
  }

  #figuresText(): string {
    return topicText("ops.metrics", this.#beat, this.#now(), this.#figures.text(Date.now()));
  }

  /** Each key is asked for once, however many came with it. */
  async #authorizeAgain(): Promise<void> {
    const byToken = new Map<string, Session[]>();
    for (const session of this.#sessions) {
      if (session.token === undefined) continue;
      const same = byToken.get(session.token);
      if (same === undefined) byToken.set(session.token, [session]);
      else same.push(session);
    }
    for (const [token, sessions] of byToken) {
      try {
        const caller = await this.access.authorize(token);
        for (const session of sessions) session.authorizeAgain(caller);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  #now(): string {
    return new Date(this.#clock.nowS() * 1_000).toISOString();
  }
}

function liveEvent({ seq, event, text }: PlacedEvent, owner: string): LiveEvent | undefined {
  if (event === undefined) return undefined;
  return new LiveEvent({ seq, accountId: event.data.account_id, at: event.time, text }, owner);
}
