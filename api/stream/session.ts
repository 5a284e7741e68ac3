/**
 * One connection: who it is, what it hears, and where in the stream of events it stands.
 */
import type { Peer, PeerListener } from "../uws/websocket.ts";
import { bearerOf, type StreamAccess, type StreamCaller } from "./access.ts";
import { type Lanes, laneOf, type OnLane } from "./lanes.ts";
import type { Listeners } from "./listeners.ts";
import type { LiveEvent } from "./live-event.ts";
import {
  CLOSE_CODES,
  type ClientMessage,
  clientMessage,
  faultText,
  type StreamFault,
  snapshotText,
  TOPICS_MAX,
} from "./messages.ts";
import { Outbox, type Shared } from "./outbox.ts";

/** How long a connection may stay without saying who it is, in milliseconds. */
export const AUTHORIZE_MS_MAX = 5_000;
/** Most messages of one client that wait to be followed; more ends the connection. */
export const MESSAGES_WAITING_MAX = 32;

/** What a session asks of the hub. */
export type SessionHost = {
  access: StreamAccess;
  listeners: Listeners;
  lanes: Lanes;
  /** What waits for all sessions together. */
  shared: Shared;
  /** What the answer to a subscription says: the last sequence that was sent on, and the installation's clock. */
  state(): { seq: number; at: string; speed: number };
  /** Sends what came after `since` until the session stands where all others do. */
  resume(session: Session, since: number): void;
  /** Whether it hears figures has changed; `isNew` when it begins to. */
  onMetrics(session: Session, isNew: boolean): void;
  onClosed(session: Session): void;
};

/** A connection to the stream. */
export class Session implements PeerListener, OnLane {
  readonly outbox: Outbox;
  readonly #peer: Peer;
  readonly #host: SessionHost;
  readonly #topics = new Set<string>();
  readonly #accountTopics = new Map<string, Set<string>>();
  #caller: StreamCaller | undefined;
  #token: string | undefined;
  /** The lane that carries all events to it, while its reader keeps up. */
  #lane: string | undefined;
  /** The operator whose events it hears one by one. */
  #hearsAllOf: string | undefined;
  #cursor = 0;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isResuming = false;
  isClosed = false;

  constructor(peer: Peer, host: SessionHost, known?: { caller: StreamCaller; token: string }) {
    this.#peer = peer;
    this.#host = host;
    this.outbox = new Outbox(peer, host.shared);
    this.#caller = known?.caller;
    this.#token = known?.token;
    if (known !== undefined) return;
    const late = (): void => peer.close(CLOSE_CODES.unauthorized, "no key came in time");
    this.#timer = setTimeout(late, AUTHORIZE_MS_MAX);
  }

  get topics(): number {
    return this.#topics.size;
  }
  get isAuthorized(): boolean {
    return this.#caller !== undefined;
  }
  /** The key that it came with. */
  get token(): string | undefined {
    return this.#token;
  }

  message(text: string): void {
    if (this.#waiting >= MESSAGES_WAITING_MAX) {
      this.#peer.close(CLOSE_CODES.tooFast, "too many messages at once");
      return;
    }
    this.#waiting++;
    this.#last = this.#last.then(() => this.#follow(text)).finally(() => this.#waiting--);
  }
  drained(): void {
    this.outbox.drained();
    this.#place();
  }
  closed(): void {
    this.isClosed = true;
    clearTimeout(this.#timer);
    this.outbox.close();
    this.#hearNothing();
    this.#host.onClosed(this);
  }

  /** Whether older events are being read again, so that live ones must wait their turn. */
  get isResuming(): boolean {
    return this.#isResuming;
  }
  set isResuming(is: boolean) {
    this.#isResuming = is;
    this.#place();
  }

  /** An event as it happens. */
  offer(event: LiveEvent): void {
    if (!this.#isResuming) this.deliver(event);
  }

  /** Sends an event to the topics that want it, once. */
  deliver(event: LiveEvent): void {
    if (event.seq <= this.#cursor) return;
    this.#cursor = event.seq;
    if (!this.#mayHear(event.accountId, event.owner)) return;
    if (this.#topics.has("events") && this.#lane === undefined) this.#say(event.text("events"));
    for (const topic of this.#accountTopics.get(event.accountId) ?? []) {
      if (topic !== "events") this.#say(event.text(topic));
    }
  }

  leaveIfBusy(): void {
    if (this.outbox.isBusy) this.#leaveLane();
  }

  /** An event was lost on the way here, and it may have been for this session. */
  missed(): void {
    if (!this.#topics.has("events") && this.#accountTopics.size === 0) return;
    this.outbox.leaveOut(1);
    this.leaveIfBusy();
  }

  /** The accounts that it hears of; undefined where it hears of all that are its operator's. */
  accounts(): Iterable<string> | undefined {
    return this.#hearsAllOf === undefined ? this.#accountTopics.keys() : undefined;
  }

  /** Places the session behind an event, so that the next one is sent. */
  standBehind(seq: number): void {
    this.#cursor = seq;
  }

  fault(code: StreamFault, detail: string, topic?: string): void {
    this.#say(faultText(code, detail, topic));
  }

  end(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  /** Takes what its key stands for by now, and ends the connection if that is nobody. */
  authorizeAgain(caller: StreamCaller | undefined): void {
    if (this.isClosed || this.#token === undefined) return;
    const isOther = !sameReach(this.#caller, caller);
    if (isOther) this.#hearNothing();
    this.#caller = caller;
    if (caller === undefined) this.end(CLOSE_CODES.unauthorized, "the key is no longer good");
    else if (isOther) this.#hearAgain(caller);
  }

  async #follow(text: string): Promise<void> {
    const message = parsed(text);
    if ("problem" in message) return this.fault("message_invalid", message.problem);
    try {
      if (message.authorization !== undefined) await this.#authorize(message.authorization);
      if (this.isClosed) return;
      if (this.#caller === undefined) return this.end(CLOSE_CODES.unauthorized, "say who you are");
      for (const topic of message.unsubscribe ?? []) this.#drop(topic);
      for (const topic of message.subscribe ?? []) await this.#add(topic, this.#caller);
    } catch {
      this.fault("registry_unavailable", "keys and owners cannot be looked up now: try again");
    }
    if (message.snapshot === true)
      await Promise.all((message.subscribe ?? []).map((topic) => this.#snapshot(topic)));
    this.#answer(message.since);
  }

  /** How a topic's account stands now: not before the events that were sent on when it is asked for. */
  async #snapshot(topic: string): Promise<void> {
    const { access, state } = this.#host;
    const [accountId] = [...this.#accountTopics].find(([, topics]) => topics.has(topic)) ?? [];
    const owner = this.#caller?.operatorId;
    if (topic === "events" || accountId === undefined || owner === undefined) return;
    try {
      const { seq, at } = state.call(this.#host);
      const text = await access.snapshotOf?.(accountId, owner);
      if (text !== undefined) return this.#say(snapshotText(topic, seq, at, text));
    } catch {
      // The same as where nobody can tell.
    }
    this.fault("snapshot_unavailable", "how it stands cannot be told now: ask again", topic);
  }

  #answer(since: number | undefined): void {
    const { seq, at, speed } = this.#host.state();
    const subscribed = [...this.#topics];
    this.#say(JSON.stringify({ subscribed, seq, at, speed }));
    if (since === undefined) return;
    if (since > seq)
      this.fault("since_ahead", `the newest event is ${seq}: nothing came after ${since}`);
    else if (this.isResuming)
      this.fault("resume_under_way", "wait for the events asked for before");
    else if (since < seq) this.#host.resume(this, since);
  }

  async #authorize(authorization: string): Promise<void> {
    const token = bearerOf(authorization);
    this.#caller = token === undefined ? undefined : await this.#host.access.authorize(token);
    this.#token = token;
    if (this.#caller !== undefined) clearTimeout(this.#timer);
  }

  async #add(topic: string, caller: StreamCaller): Promise<void> {
    if (this.isClosed || this.#topics.has(topic)) return;
    if (this.#topics.size >= TOPICS_MAX) {
      return this.fault(
        "too_many_topics",
        `a connection hears at most ${TOPICS_MAX} topics`,
        topic,
      );
    }
    if (topic === "ops.metrics" && !caller.metrics) {
      return this.fault("topic_forbidden", "this key may not hear figures", topic);
    }
    if (topic !== "ops.metrics" && topic !== "events") {
      const accountId = await this.#accountOf(topic);
      if (accountId === undefined)
        return this.fault("topic_unknown", "there is no such topic", topic);
      if (this.isClosed) return;
      this.#hearAccount(accountId, topic);
    }
    this.#topics.add(topic);
    if (topic === "events") this.#hearEvents(caller);
    if (topic === "ops.metrics") this.#host.onMetrics(this, true);
  }

  #drop(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    if (topic === "ops.metrics") this.#host.onMetrics(this, false);
    if (topic === "events") this.#forgetEvents();
    for (const [accountId, topics] of this.#accountTopics) {
      topics.delete(topic);
      if (topics.size > 0) continue;
      this.#accountTopics.delete(accountId);
      this.#host.listeners.forgetAccount(accountId, this);
    }
  }

  #hearAccount(accountId: string, topic: string): void {
    const topics = this.#accountTopics.get(accountId) ?? new Set();
    this.#accountTopics.set(accountId, topics.add(topic));
    this.#host.listeners.hearAccount(accountId, this);
  }

  /** All events: of the operator, or account by account where the caller may hear of some only. */
  #hearEvents(caller: StreamCaller): void {
    for (const accountId of caller.accountIds ?? []) this.#hearAccount(accountId, "events");
    if (caller.accountIds === undefined) {
      this.#hearsAllOf = caller.operatorId;
      this.#host.listeners.hearAll(caller.operatorId, this);
    }
    this.#place();
  }

  #forgetEvents(): void {
    this.#leaveLane();
    if (this.#hearsAllOf !== undefined) this.#host.listeners.forgetAll(this.#hearsAllOf, this);
    this.#hearsAllOf = undefined;
  }

  #hearNothing(): void {
    this.#forgetEvents();
    for (const accountId of this.#accountTopics.keys())
      this.#host.listeners.forgetAccount(accountId, this);
  }

  /** Its key reaches other accounts than before. */
  #hearAgain(caller: StreamCaller): void {
    for (const [accountId, topics] of this.#accountTopics) {
      topics.delete("events");
      if (topics.size === 0) this.#accountTopics.delete(accountId);
      else this.#host.listeners.hearAccount(accountId, this);
    }
    if (this.#topics.has("events")) this.#hearEvents(caller);
  }

  /** Sends, and goes on by itself where a text had to wait: what a lane carries would overtake it. */
  #say(text: string): void {
    this.outbox.send(text);
    if (!this.outbox.isFree) this.#leaveLane();
  }

  /** Puts it on the lane of all events where its reader keeps up, else off it. */
  #place(): void {
    const owner = this.#hearsAllOf;
    const { lanes, listeners } = this.#host;
    if (this.#isResuming) this.#leaveLane();
    if (owner === undefined || this.#lane !== undefined || this.isClosed) return;
    if (this.#isResuming || !lanes.isOpen || this.outbox.isBusy) return;
    this.#lane = laneOf(owner);
    listeners.forgetAll(owner, this);
    lanes.join(this.#lane, this);
    this.#peer.join(this.#lane);
  }

  /** All that was published on the lane until now is on its way. */
  #leaveLane(): void {
    const lane = this.#lane;
    if (lane === undefined || this.#hearsAllOf === undefined) return;
    this.#lane = undefined;
    this.#peer.leave(lane);
    this.#host.lanes.leave(lane, this);
    this.#cursor = Math.max(this.#cursor, this.#host.state().seq);
    this.#host.listeners.hearAll(this.#hearsAllOf, this);
  }

  /** The account behind a topic, if the caller may hear of it. */
  async #accountOf(topic: string): Promise<string | undefined> {
    const { access } = this.#host;
    const id = topic.slice(topic.indexOf(":") + 1);
    const accountId = topic.startsWith("meter:") ? await access.accountOfMeter(id) : id;
    if (accountId === undefined) return undefined;
    const owner = await access.ownerOf(accountId);
    return owner !== undefined && this.#mayHear(accountId, owner) ? accountId : undefined;
  }

  #mayHear(accountId: string, owner: string): boolean {
    const caller = this.#caller;
    if (caller === undefined || caller.operatorId !== owner) return false;
    return caller.accountIds === undefined || caller.accountIds.has(accountId);
  }
}

/** Whether a caller may hear of the same accounts as before. */
function sameReach(before: StreamCaller | undefined, now: StreamCaller | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  if (before.operatorId !== now.operatorId) return false;
  const [a, b] = [before.accountIds, now.accountIds];
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every((accountId) => b.has(accountId));
}

function parsed(text: string): ClientMessage | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "this is no JSON" };
  }
  const { data, error } = clientMessage.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  return {
    problem: `/${issue?.path.join("/") ?? ""} ${issue?.message ?? "is not understood"}`.trim(),
  };
}
