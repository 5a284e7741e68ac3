/**
 * A gateway's machine with the meters behind it: its disk, its clock, and one gateway process after another. Spool, packer
 * and publisher are production's; the meters and the relays are made up here.
 */
import { Packer } from "../../../gateway/service/packer.ts";
import { Publisher } from "../../../gateway/service/publisher.ts";
import { restamp } from "../../../gateway/service/restamp.ts";
import { openSpool, type Spool, type SpoolOptions } from "../../../gateway/service/spool.ts";
import {
  type FrameReading,
  type FrameReport,
  REPORT,
  SUPPLY_REPORT,
} from "../../contract/frame.ts";
import { commandSubject, STREAMS } from "../../contract/subjects.ts";
import { type SupplyMessage, supplyMessage } from "../../contract/supply.ts";
import { SimDisk } from "./disk.ts";
import { BEGIN_MS, Life, type MachineClock } from "./life.ts";
import { Meters } from "./meters.ts";
import { BEGIN_S, keyOf, SPEED } from "./plan.ts";
import { connectSim, type SimTransport } from "./transport.ts";
import type { WorldParts } from "./world-parts.ts";

const FOLDER = "/gateway/spool";
const PACK_WAIT_MS = 100;
const FLUSH_MS = 3_000;
const RETRY_MS = 1_000;
const RESTART_MS: readonly [number, number] = [200, 4_000];
const SPOOL_BYTES_MAX = 300_000;
const SEGMENT_BYTES = 4_000;

type Running = { life: Life; spool: Spool; packer: Packer; publisher: Publisher };

/** One gateway's machine. */
export class GatewayMachine {
  readonly gateway: number;
  readonly disk: SimDisk;
  readonly clock: MachineClock = { offsetMs: 0 };
  readonly #shard: number;
  readonly #parts: WorldParts;
  readonly #meters: Meters;
  #life: Life | undefined;
  #running: Running | undefined;
  /** Readings that were given to the packer and not yet said to be on disk. */
  #given: FrameReading[] = [];

  constructor(gateway: number, shard: number, parts: WorldParts) {
    this.gateway = gateway;
    this.#shard = shard;
    this.#parts = parts;
    this.disk = new SimDisk(this.name, parts);
    this.#meters = new Meters(parts.random);
  }

  get name(): string {
    return `gateway-${this.gateway}`;
  }

  /** Frames that are not acknowledged; undefined while no process runs. */
  get depth(): number | undefined {
    const { life, spool, packer } = this.#running ?? {};
    return life?.alive === true && spool && packer ? spool.depth + packer.waiting : undefined;
  }

  /** Starts a process. */
  start(): void {
    const life = new Life(this.name, this.#parts.scheduler, this.clock);
    this.#life = life;
    this.#running = undefined;
    this.#given = [];
    void this.#run(life).catch((error: unknown) => {
      this.#parts.tell(`${this.name} ends: ${String(error)}`);
      life.kill();
      this.#startSoon();
    });
  }

  /** Ends the process wherever it is; `power`: and all that the machine had not synced. */
  die(how: "process" | "power" | "disk"): boolean {
    if (this.#life?.alive !== true) return false;
    this.#life.kill();
    this.#running = undefined;
    this.#parts.tell(`${this.name} loses its ${how}`);
    if (how === "power") this.disk.cutPower();
    if (how === "disk") {
      this.disk.wipe(FOLDER);
      this.#parts.checkers.frames.forgotten(this.gateway);
    }
    this.#startSoon();
    return true;
  }

  /** Reads all meters. */
  poll(): void {
    const running = this.#running;
    if (running === undefined || !running.life.alive || !running.packer.open) return;
    const atS = this.#nowS(running.life);
    for (const slot of this.#meters.slots) {
      const register = this.#meters.registerOf(slot, this.#trueS());
      const reading: FrameReading = { slot, register, atS, quality: "actual" };
      if (!running.packer.addReading(reading)) continue;
      this.#given.push(reading);
      this.#parts.checkers.frames.read(this.#shard, reading);
    }
  }

  async #run(life: Life): Promise<void> {
    const { bug, broker, network, tell } = this.#parts;
    const key = keyOf(this.gateway);
    const disk = this.disk.portOf(life);
    const options: SpoolOptions = {
      folder: FOLDER,
      bytesMax: SPOOL_BYTES_MAX,
      segmentBytes: SEGMENT_BYTES,
      restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, key),
      nowS: () => Math.floor(life.time.nowMs() / 1_000),
      onAlarm: (message) => message !== undefined && tell(`${this.name}: ${message}`),
      disk: bug.gatewayDisk?.(disk) ?? disk,
      time: life.time,
    };
    const spool = await openSpool(bug.spoolOptions?.(options) ?? options);
    const connection = connectSim({ broker, network, life });
    const transport = bug.gatewayTransport?.(connection, spool) ?? connection;
    const identity = { shard: this.#shard, gateway: this.gateway };
    const packer = new Packer({
      head: { ...identity, rosterVersion: () => 1 },
      key,
      spool,
      waitMs: PACK_WAIT_MS,
      onFull: () => undefined,
      onSpooled: () => publisher.wake(),
      time: life.time,
    });
    const publisher = new Publisher({
      ...identity,
      key,
      spool,
      transport,
      up: () => true,
      refreshRoster: async () => 1,
      ownsSlot: () => true,
      setAside: ({ sequence }) =>
        this.#parts.violations.add("frames are whole", `${this.name} set frame ${sequence} aside`),
      onAlarm: (message) => message !== undefined && tell(`${this.name}: ${message}`),
      time: life.time,
    });
    this.#running = { life, spool, packer, publisher };
    tell(`${this.name} runs in epoch ${spool.epoch} with ${spool.depth} frames`);
    life.every(FLUSH_MS, () => this.#flush(packer));
    void this.#takeCommands(life, transport, packer);
  }

  /** What was given before a flush that settles is on disk. */
  async #flush(packer: Packer): Promise<void> {
    const given = this.#given.length;
    await packer.flush();
    if (packer.waiting > 0) return;
    const { frames } = this.#parts.checkers;
    frames.spooled({ gateway: this.gateway, shard: this.#shard }, this.#given.splice(0, given));
  }

  /** Carries supply commands out and settles them when the report is on disk. */
  async #takeCommands(life: Life, transport: SimTransport, packer: Packer): Promise<void> {
    for (;;) {
      try {
        const messages = await transport.consume({
          stream: STREAMS.commands,
          name: this.name,
          filter: commandSubject(this.gateway),
          pendingMax: 64,
          aheadMax: 8,
          pullMs: 5_000,
        });
        for await (const { data, id, ack } of messages) {
          if (id !== undefined) this.#parts.checkers.outputs.received(id, data);
          const command = supplyMessage.parse(JSON.parse(Buffer.from(data).toString("utf8")));
          if (await this.#carryOut(life, packer, command)) ack();
        }
      } catch {
        // The next round opens it again.
      }
      await new Promise<void>((go) => life.time.after(RETRY_MS, go));
    }
  }

  async #carryOut(life: Life, packer: Packer, command: SupplyMessage): Promise<boolean> {
    const { slot, number, action, expires_s: expiresS } = command;
    if (!this.#meters.isNew(slot, number)) return true;
    const isExpired = this.#nowS(life) > expiresS;
    if (!isExpired) this.#meters.switch(slot, action === "restore", this.#trueS());
    const done = action === "cut" ? SUPPLY_REPORT.disconnected : SUPPLY_REPORT.connected;
    const report: FrameReport = {
      slot,
      kind: REPORT.supply,
      state: isExpired ? SUPPLY_REPORT.expired : done,
      atS: this.#nowS(life),
      number,
      value: 0,
    };
    if (!(await packer.addReport(report))) return false;
    this.#meters.note(slot, number);
    this.#parts.checkers.frames.spooled(
      { gateway: this.gateway, shard: this.#shard },
      [],
      [report],
    );
    return true;
  }

  /** Metering time by the machine's clock. */
  #nowS(life: Life): number {
    return Math.floor(BEGIN_S + ((life.time.nowMs() - BEGIN_MS) / 1_000) * SPEED);
  }

  /** Metering time as it is. */
  #trueS(): number {
    return BEGIN_S + (this.#parts.scheduler.nowMs / 1_000) * SPEED;
  }

  #startSoon(): void {
    const { scheduler, random } = this.#parts;
    scheduler.after(random.int(...RESTART_MS) * 1_000, { alive: true }, () => {
      if (this.#life?.alive !== true) this.start();
    });
  }
}
