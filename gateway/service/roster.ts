/**
 * The gateway's roster: asked of the registry, kept on disk for when the registry is away, and taken anew when the
 * registry says that it has changed, when the connection returns, and now and then.
 */
import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import { z } from "zod";
import { replaceText } from "../../engine/contract/files.ts";
import { type Roster, roster } from "../../engine/contract/roster.ts";
import { rosterChanged, rosterSubject } from "../../engine/contract/subjects.ts";
import { readJson } from "./json-file.ts";

const REQUEST_WAIT_MS = 5_000;
/** Wait before the registry is asked again while no roster is known, and at other times. */
const UNKNOWN_WAIT_MS = 1_000;
const KNOWN_WAIT_MS = 60_000;

const refusal = z.object({ code: z.string(), message: z.string() });
const reply = z.union([z.object({ roster }), z.object({ error: z.union([refusal, z.string()]) })]);

/** Whose roster, and who is told of a new one; `onAlarm` gets one line that a person should see, or its end. */
export type RosterOptions = {
  path: string;
  gateway: number;
  shard: number;
  onChange(roster: Roster): void;
  onAlarm(message: string | undefined): void;
};

/** Opens the roster with what the disk has of it. */
export async function openRoster(options: RosterOptions): Promise<RosterBook> {
  const parsed = roster.safeParse(await readJson(options.path));
  const book = new RosterBook(options);
  if (parsed.success && faultOf(parsed.data, options) === undefined) book.restore(parsed.data);
  return book;
}

/** One gateway's roster. Opened by `openRoster`. */
export class RosterBook {
  readonly #options: RosterOptions;
  #roster: Roster | undefined;
  #slots = new Set<number>();
  #nc: NatsConnection | undefined;
  #changes: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  #closed = false;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** The version now known; 0 while there is none. */
  get version(): number {
    return this.#roster?.version ?? 0;
  }

  /** Whether the roster now known has a meter in this slot. */
  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  /** Takes what the disk had. Only `openRoster` calls it. */
  restore(found: Roster): void {
    this.#take(found);
  }

  /** Begins to ask the registry. */
  attach(nc: NatsConnection): void {
    this.#nc = nc;
    const { gateway } = this.#options;
    this.#changes = nc.subscribe(rosterChanged(gateway), { callback: () => void this.refresh() });
    void this.refresh();
  }

  /** Asks the registry; resolves with the version then known, new or not. Never rejects. */
  async refresh(): Promise<number> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
    return this.version;
  }

  /** Asks no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#changes?.isClosed() === false) this.#changes.unsubscribe();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const asked = await this.#request();
      if (asked.version !== this.version) {
        if (this.#closed) return;
        await replaceText(this.#options.path, `${JSON.stringify(asked)}\n`);
        this.#take(asked);
      }
      this.#options.onAlarm(undefined);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const known = this.version === 0 ? "none is known" : `version ${this.version} goes on`;
      this.#options.onAlarm(`no roster from the registry (${reason}): ${known}`);
    }
    if (this.#closed) return;
    const waitMs = this.version === 0 ? UNKNOWN_WAIT_MS : KNOWN_WAIT_MS;
    this.#timer = setTimeout(() => void this.refresh(), waitMs * (0.9 + 0.2 * Math.random()));
  }

  async #request(): Promise<Roster> {
    const { gateway } = this.#options;
    if (this.#nc === undefined) throw new Error("NATS is not reached");
    const subject = rosterSubject(gateway);
    const message = await this.#nc.request(subject, "", { timeout: REQUEST_WAIT_MS });
    const answer = reply.safeParse(message.json());
    if (!answer.success)
      throw new Error(`the answer is no roster: ${answer.error.issues[0]?.message}`);
    if ("error" in answer.data) {
      const { error } = answer.data;
      throw new Error(typeof error === "string" ? error : error.message);
    }
    const fault = faultOf(answer.data.roster, this.#options);
    if (fault !== undefined) throw new Error(fault);
    if (answer.data.roster.version < this.version)
      throw new Error(
        `version ${answer.data.roster.version} is older than ${this.version}: remove ${this.#options.path} if the registry was set back`,
      );
    return answer.data.roster;
  }

  #take(taken: Roster): void {
    this.#roster = taken;
    this.#slots = new Set(taken.meters.map(({ slot }) => slot));
    this.#options.onChange(taken);
  }
}

/** What is wrong with a roster that is one by its shape. */
function faultOf(given: Roster, { gateway, shard }: RosterOptions): string | undefined {
  if (given.gateway !== gateway) return `it is for gateway ${given.gateway}, not ${gateway}`;
  if (given.shard !== shard) return `it is for shard ${given.shard}, not ${shard}`;
  if (new Set(given.meters.map(({ slot }) => slot)).size !== given.meters.length)
    return "two of its meters have one slot";
  return undefined;
}
