/**
 * A gateway of profiles: the production spool, publisher and roster, fed with frames of many intervals of each meter.
 */
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { GatewayIdentity } from "../../../gateway/service/identity.ts";
import { Publisher } from "../../../gateway/service/publisher.ts";
import { openRoster, type RosterBook } from "../../../gateway/service/roster.ts";
import type { Spool } from "../../../gateway/service/spool.ts";
import { gatewayInbox } from "../../contract/broker/permissions.ts";
import { encodeProfile } from "../../contract/frame.ts";
import { natsTransport } from "../../contract/nats-transport.ts";
import type { RosterMeter } from "../../contract/roster.ts";
import { dueNumber, type LawStart, PROFILE_PACE, registerOf, timeOf } from "./meter-law.ts";

/** Intervals of one frame. */
const INTERVALS = 16;
const LOOK_MS = 100;

/** What a gateway of profiles runs on. */
export type ProfileOptions = {
  identity: GatewayIdentity;
  folder: string;
  spool: Spool;
  start: LawStart;
  isPaused(): boolean;
};

/** One gateway of profiles. Opened by `openProfileGateway`. */
export class ProfileGateway {
  readonly #options: ProfileOptions;
  readonly #timer: NodeJS.Timeout;
  #meters: readonly RosterMeter[] = [];
  #roster: RosterBook | undefined;
  #publisher: Publisher | undefined;
  #next: number;
  #packing = false;

  constructor(options: ProfileOptions) {
    this.#options = options;
    this.#next = dueNumber(options.start, PROFILE_PACE, Date.now());
    this.#timer = setInterval(() => void this.#pack(), LOOK_MS);
  }

  /** Takes the roster on disk. Only `openProfileGateway` calls it. */
  async begin(): Promise<void> {
    const { identity, folder } = this.#options;
    this.#roster = await openRoster({
      path: join(folder, "roster.json"),
      gateway: identity.gateway,
      shard: identity.shard,
      onChange: ({ meters }) => {
        this.#meters = meters.toSorted((a, b) => a.slot - b.slot);
      },
      onAlarm: alarm("roster"),
    });
  }

  /** Begins what needs NATS. */
  attach(nc: NatsConnection, up: () => boolean): void {
    const { identity, spool } = this.#options;
    this.#roster?.attach(nc);
    this.#publisher = new Publisher({
      ...identity,
      spool,
      transport: natsTransport(nc, gatewayInbox(identity.gateway)),
      up,
      refreshRoster: async () => (await this.#roster?.refresh()) ?? 0,
      ownsSlot: (slot) => this.#roster?.has(slot) ?? false,
      setAside: ({ sequence }) => alarm("set aside")(`frame ${sequence}`),
      onAlarm: alarm("publisher"),
    });
  }

  /** Call when the connection has come back after a break. */
  returned(): void {
    void this.#roster?.refresh();
    this.#publisher?.wake();
  }

  /** Frames that are not on disk yet. */
  get waiting(): number {
    return this.#packing ? 1 : 0;
  }

  /** Stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#publisher?.close();
    this.#roster?.close();
    await this.#options.spool.close();
  }

  async #pack(): Promise<void> {
    const { start, isPaused } = this.#options;
    const due = dueNumber(start, PROFILE_PACE, Date.now());
    if (isPaused()) {
      this.#next = due;
      return;
    }
    if (this.#packing || this.#meters.length === 0 || due < this.#next + INTERVALS) return;
    this.#packing = true;
    try {
      const appended = await this.#append(this.#next);
      if (appended) this.#next += INTERVALS;
    } finally {
      this.#packing = false;
    }
    this.#publisher?.wake();
  }

  async #append(first: number): Promise<boolean> {
    const { identity, spool, start } = this.#options;
    const series = this.#meters.map(({ slot }) => ({
      slot,
      registers: Array.from({ length: INTERVALS }, (_, i) => registerOf(slot, first + i)),
    }));
    const appended = await spool.append((sequence, epoch) =>
      encodeProfile(
        {
          shard: identity.shard,
          gateway: identity.gateway,
          epoch,
          sequence,
          rosterVersion: this.#roster?.version ?? 0,
          baseS: timeOf(start, PROFILE_PACE, first),
          intervalS: PROFILE_PACE.stepS,
          series,
        },
        identity.key,
      ),
    );
    return appended.ok;
  }
}

/** Opens a gateway of profiles. */
export async function openProfileGateway(options: ProfileOptions): Promise<ProfileGateway> {
  const gateway = new ProfileGateway(options);
  await gateway.begin();
  return gateway;
}

function alarm(source: string): (message: string | undefined) => void {
  return (message) => {
    if (message !== undefined) process.stderr.write(`${source}: ${message}\n`);
  };
}
