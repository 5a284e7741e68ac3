/**
 * One gateway: its spool, packer, publisher, roster, poller and supply desk, put together. It polls and spools from its
 * start with the roster on its disk; what needs NATS begins when the connection stands.
 */
import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import { gatewayInbox } from "../../engine/contract/broker/permissions.ts";
import type { Clock } from "../../engine/contract/clock.ts";
import { natsTransport } from "../../engine/contract/nats-transport.ts";
import type { Roster, RosterMeter } from "../../engine/contract/roster.ts";
import type { SupplyMessage } from "../../engine/contract/supply.ts";
import type { Tracer } from "../../engine/contract/trace/tracer.ts";
import type { FieldFault, ReadOutcome } from "../drivers/driver.ts";
import { FieldAlarms } from "./field-alarms.ts";
import type { GatewayIdentity } from "./identity.ts";
import { takeIntake } from "./intake.ts";
import type { LinkFigures } from "./link-figures.ts";
import type { LinkQueues } from "./link-queues.ts";
import { Packer } from "./packer.ts";
import { type Drivers, Poller } from "./poller.ts";
import { Publisher } from "./publisher.ts";
import type { SetAside } from "./rescue.ts";
import { restamp } from "./restamp.ts";
import { openRoster, type RosterBook } from "./roster.ts";
import { openSpool, type Spool } from "./spool.ts";
import { takeSupplyCommands } from "./supply.ts";
import { SupplyDesk } from "./supply-desk.ts";
import { tellSupplyFault } from "./supply-fault.ts";
import { openSupplyNumbers, type SupplyNumbers } from "./supply-numbers.ts";
import { listenForUrgent } from "./urgent.ts";
import { Watch } from "./watch.ts";

/** Polling stops while the spool has less than this share of its bytes free, so that reports still fit. */
const SPOOL_RESERVE_SHARE = 1 / 16;
/** Most bytes of readings set aside for people; later ones are only counted. */
const SET_ASIDE_BYTES_MAX = 16_777_216;
const NOT_POLLED = "nothing is polled until it empties";

/** What a gateway shares with the others of its process, and its own folder. */
export type GatewayOptions = {
  identity: GatewayIdentity;
  folder: string;
  clock: Clock;
  drivers: Drivers;
  links: LinkQueues;
  linkFigures: LinkFigures;
  spoolBytesMax: number;
  packWaitMs: number;
  /** Begins traces of frames; none unless it is given. */
  tracer?: Tracer | undefined;
  periodMs(meter: RosterMeter): number;
  /** One line each: what a person should see, by its source; `undefined` when it is over. */
  onAlarm(source: string, message: string | undefined): void;
  /** Told of each fault of a read. */
  onFault(meter: RosterMeter, fault: FieldFault, message: string): void;
  /** Told how long after it was due a meter was read. */
  onRead?(meter: RosterMeter, lateMs: number): void;
};

/** What a gateway says of itself, once a second. */
export type GatewayFigures = {
  meters: number;
  polls: number;
  silent_meters: number;
  /** Not read for several of their periods. */
  stale_meters: number;
  /** Whose clocks are off by more than is reported (R14). */
  drifted_meters: number;
  /** Read oftener because credit is low. */
  urgent_meters: number;
  spool_frames: number;
  spool_bytes: number;
  waiting: number;
  published: number;
  commands_done: number;
};

/** Opens the gateway's folder and begins to poll. Rejects when the folder cannot be used. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { identity, folder, onAlarm } = options;
  const spool = await openSpool({
    folder: join(folder, "spool"),
    bytesMax: options.spoolBytesMax,
    restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, identity.key),
    nowS: () => Math.floor(Date.now() / 1000),
    onAlarm: (message) => onAlarm("spool", message),
  });
  const numbers = await openSupplyNumbers(join(folder, "supply.json"));
  const gateway = new Gateway(options, spool, numbers);
  await gateway.begin();
  return gateway;
}

/** A running gateway. Opened by `openGateway`. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #spool: Spool;
  readonly #packer: Packer;
  readonly #poller: Poller;
  readonly #desk: SupplyDesk;
  readonly #watch: Watch;
  readonly #alarms: FieldAlarms;
  #roster: RosterBook | undefined;
  #publisher: Publisher | undefined;
  #commands: { close(): Promise<void> } | undefined;
  #tellFault: (command: SupplyMessage, fault: string) => void = () => undefined;
  #stopUrgent: () => void = () => undefined;
  #stopIntake: () => void = () => undefined;
  #keepingAside: Promise<void> = Promise.resolve();
  /** Second of each slot's last reading: another one in it would say two things of one moment (R10). */
  readonly #readAtS = new Map<number, number>();

  constructor(options: GatewayOptions, spool: Spool, numbers: SupplyNumbers) {
    const { identity, clock, drivers, links, periodMs, packWaitMs: waitMs } = options;
    this.#options = options;
    this.#spool = spool;
    this.#watch = new Watch(clock.speed);
    this.#packer = new Packer({
      head: { ...identity, rosterVersion: () => this.#roster?.version ?? 0 },
      key: identity.key,
      spool,
      waitMs,
      onFull: (full) =>
        this.#alarm("packer")(full ? `the spool is full: ${NOT_POLLED}` : undefined),
      onSpooled: () => this.#publisher?.wake(),
    });
    this.#poller = new Poller({
      drivers,
      links,
      figures: options.linkFigures,
      nowS: clock.nowS,
      periodMs,
      open: () => this.#mayPoll(),
      onOutcome: (meter, outcome) => this.#take(meter, outcome),
      ...(options.onRead !== undefined && { onRead: options.onRead }),
    });
    this.#alarms = new FieldAlarms({
      watch: this.#watch,
      meterOf: (slot) => this.#poller.meterOf(slot),
      stale: () => this.#poller.stale(),
      alarm: options.onAlarm,
    });
    this.#desk = new SupplyDesk({
      numbers,
      nowS: clock.nowS,
      meterOf: (slot) => this.#poller.meterOf(slot),
      actionsOf: (meter) => drivers[meter.driver].capabilities(meter).actions,
      act: (meter, order) => this.#poller.act(meter, order),
      report: (report) => this.#packer.addReport(report),
      onMoved: (slot, state) => {
        this.#watch.moved(slot, state);
        this.#poller.reread(slot);
      },
      onEnded: (command, fault) => {
        this.#alarms.ended(command, fault);
        if (fault !== undefined) this.#tellFault(command, fault);
      },
      onUnknownSlot: () => void this.#roster?.refresh(),
    });
  }

  /** Takes the roster on disk. Only `openGateway` calls it. */
  async begin(): Promise<void> {
    const { folder, identity } = this.#options;
    this.#roster = await openRoster({
      path: join(folder, "roster.json"),
      gateway: identity.gateway,
      shard: identity.shard,
      onChange: (roster) => this.#useRoster(roster),
      onAlarm: this.#alarm("roster"),
    });
  }

  /** Begins what needs NATS. `up` says whether the connection stands. */
  attach(nc: NatsConnection, up: () => boolean): void {
    const { identity } = this.#options;
    this.#roster?.attach(nc);
    this.#publisher = new Publisher({
      ...identity,
      spool: this.#spool,
      transport: natsTransport(nc, gatewayInbox(identity.gateway)),
      up,
      refreshRoster: async () => (await this.#roster?.refresh()) ?? 0,
      ownsSlot: (slot) => this.#roster?.has(slot) ?? false,
      setAside: (entries) => this.#setAside(entries),
      onAlarm: this.#alarm("publisher"),
      tracer: this.#options.tracer,
    });
    this.#commands = takeSupplyCommands({
      ...identity,
      nc,
      take: (command, settle) => this.#desk.take(command, settle),
      onAlarm: this.#alarm("commands"),
    });
    this.#tellFault = (command, fault) =>
      tellSupplyFault(nc, { gateway: identity.gateway, command, fault });
    this.#stopUrgent = listenForUrgent({
      nc,
      gateway: identity.gateway,
      take: (slots, forMs) => this.#poller.setUrgent(slots, forMs),
    });
    this.#stopIntake = takeIntake({
      nc,
      gateway: identity.gateway,
      packer: this.#packer,
      spool: this.#spool,
      owns: (slot) => this.#roster?.has(slot) ?? false,
    });
  }

  /** Sets the alarms about the meters anew; to be called once a second or so. */
  look(): void {
    this.#alarms.look();
  }

  /** Call when the connection has come back after a break. */
  returned(): void {
    void this.#roster?.refresh();
    this.#publisher?.wake();
  }

  /** A meter has said that it changed; one that is not this gateway's is passed over. */
  changed({ slot, meter_id }: RosterMeter): void {
    if (this.#poller.meterOf(slot)?.meter_id === meter_id) this.#poller.changed(slot);
  }

  /** What the gateway says of itself now. */
  figures(): GatewayFigures {
    return {
      meters: this.#poller.meters,
      polls: this.#poller.polls,
      silent_meters: this.#poller.silent,
      stale_meters: this.#poller.stale().count,
      drifted_meters: this.#watch.drifts.size,
      urgent_meters: this.#poller.urgent,
      spool_frames: this.#spool.depth,
      spool_bytes: this.#spool.bytes,
      waiting: this.#packer.waiting,
      published: this.#publisher?.published ?? 0,
      commands_done: this.#desk.done,
    };
  }

  /** Stops polling, packs and spools what was read, and closes all. */
  async close(): Promise<void> {
    this.#poller.close();
    this.#stopUrgent();
    this.#stopIntake();
    await this.#commands?.close();
    await this.#desk.close();
    await this.#packer.close();
    await this.#publisher?.close();
    this.#roster?.close();
    await this.#spool.close();
    await this.#keepingAside;
  }

  #mayPoll(): boolean {
    const room = this.#spool.bytes < this.#options.spoolBytesMax * (1 - SPOOL_RESERVE_SHARE);
    this.#alarm("polling")(room ? undefined : `the spool is nearly full: ${NOT_POLLED}`);
    return room && this.#packer.open;
  }

  #useRoster(roster: Roster): void {
    for (const { slot, meter_id } of roster.meters)
      if (this.#poller.meterOf(slot)?.meter_id !== meter_id) {
        this.#watch.forget(slot);
        this.#alarms.forget(slot);
        this.#readAtS.delete(slot);
      }
    this.#poller.setMeters(roster.meters);
  }

  #take(meter: RosterMeter, outcome: ReadOutcome): void {
    const { slot } = meter;
    const { onFault } = this.#options;
    if (!outcome.ok) {
      onFault(meter, outcome.fault, outcome.message);
      return;
    }
    const { registerAtoms, atS } = outcome;
    const reading = { slot, register: Number(registerAtoms), atS, quality: "actual" as const };
    const isSecond = this.#readAtS.get(slot) === atS;
    this.#readAtS.set(slot, atS);
    if (!isSecond && !this.#packer.addReading(reading)) {
      onFault(meter, "malformed", `register ${registerAtoms} at ${atS} fits no frame`);
      return;
    }
    for (const report of this.#watch.reportsOf(slot, outcome))
      void this.#packer.addReport(report).then((spooled) => {
        if (!spooled) this.#watch.forget(slot);
      });
  }

  #setAside(entries: SetAside): void {
    const path = join(this.#options.folder, "set-aside.ndjson");
    this.#alarm("roster")(
      `frame ${entries.sequence} held what the engine does not take from this gateway: see ${path}`,
    );
    this.#keepingAside = this.#keepingAside.then(() => keepAside(path, entries));
  }

  #alarm(source: string): (message: string | undefined) => void {
    return (message) => this.#options.onAlarm(source, message);
  }
}

async function keepAside(path: string, entries: SetAside): Promise<void> {
  try {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > SET_ASIDE_BYTES_MAX) return;
    await appendFile(path, `${JSON.stringify(entries)}\n`, { mode: 0o600 });
  } catch {
    // The alarm has told of it; the disk's own trouble raises the spool's alarm.
  }
}
