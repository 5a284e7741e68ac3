/**
 * The field, the gateway and what stands in for registry and engine: the roster is answered, frames are acknowledged as
 * soon as they come, and supply reports are noted with the time at which they came.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { decodeFrame, REPORT } from "../../engine/contract/frame.ts";
import type { Roster } from "../../engine/contract/roster.ts";
import { ackSubject, commandSubject, rosterSubject } from "../../engine/contract/subjects.ts";
import type { SupplyMessage } from "../../engine/contract/supply.ts";
import { plainArguments } from "../harness/plain.ts";
import { Broker } from "../pipeline/broker.ts";
import type { FieldSize } from "./layout.ts";
import type { BenchMeter, FromField, FromGateway, ToField, ToGateway } from "./messages.ts";

const GATEWAY = 1;
const SHARD = 0;
const KEY = "0b".repeat(32);
const EXPIRES_S = 600;

/** What a supply report said, and when it came. */
export type Confirmed = { slot: number; number: number; state: number; atMs: number };

/** A running field with its gateway. */
export class FieldInstallation {
  readonly meters: readonly BenchMeter[];
  readonly confirmed: Confirmed[] = [];
  readonly #broker: Broker;
  readonly #children: readonly ChildProcess[];
  readonly #gateway: ChildProcess;

  private constructor(
    broker: Broker,
    meters: readonly BenchMeter[],
    { field, gateway }: { field: ChildProcess; gateway: ChildProcess },
  ) {
    this.#broker = broker;
    this.meters = meters;
    this.#children = [gateway, field];
    this.#gateway = gateway;
    this.#listen();
  }

  /** Starts all of it. Throws a SkipError where NATS can't be had. */
  static async start(size: FieldSize, periodMs: number): Promise<FieldInstallation> {
    const broker = await Broker.start();
    const field = start("field-process");
    field.send({ size } satisfies ToField);
    const [{ meters }] = (await once(field, "message")) as [FromField];
    const gateway = start("gateway-process");
    const running = new FieldInstallation(broker, meters, { field, gateway });
    const folder = join(broker.folder, "gateways");
    const natsUrl = broker.server.url;
    gateway.send({
      natsUrl,
      credentials: broker.access.credentials,
      folder,
      periodMs,
      key: KEY,
    } satisfies ToGateway);
    return running;
  }

  /** What the gateway found since the last time. */
  async take(): Promise<FromGateway> {
    this.#gateway.send({ take: true } satisfies ToGateway);
    const [found] = (await once(this.#gateway, "message")) as [FromGateway];
    return found;
  }

  /** Sends a supply command; gives when. */
  async command(slot: number, number: number, action: "cut" | "restore"): Promise<number> {
    const requested_s = Math.floor(Date.now() / 1_000);
    const expires_s = requested_s + EXPIRES_S;
    const message: SupplyMessage = { shard: SHARD, slot, number, action, requested_s, expires_s };
    const atMs = performance.now();
    await jetstream(this.#broker.nats).publish(commandSubject(GATEWAY), JSON.stringify(message));
    return atMs;
  }

  /** Ends all of it. */
  async stop(): Promise<void> {
    for (const child of this.#children) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    await this.#broker.stop();
  }

  #listen(): void {
    const { nats } = this.#broker;
    const roster: Roster = {
      gateway: GATEWAY,
      shard: SHARD,
      version: 1,
      meters: this.meters.map(({ healthy: _, ...meter }, slot) => ({
        ...meter,
        slot,
        meter_id: `m${slot}`,
      })),
    };
    nats.subscribe(rosterSubject(GATEWAY), {
      callback: (_, message) => void message.respond(JSON.stringify({ roster })),
    });
    nats.subscribe(`frame.${SHARD}.${GATEWAY}`, {
      callback: (_, message) => this.#takeFrame(message.data),
    });
  }

  #takeFrame(bytes: Uint8Array): void {
    const atMs = performance.now();
    const { epoch, sequence, reports } = decodeFrame(bytes);
    this.#broker.nats.publish(
      ackSubject(GATEWAY),
      JSON.stringify({ shard: SHARD, epoch, sequence }),
    );
    for (const { kind, slot, number, state } of reports)
      if (kind === REPORT.supply && number > 0) this.confirmed.push({ slot, number, state, atMs });
  }
}

function start(name: string): ChildProcess {
  const args = plainArguments(new URL(`./${name}.ts`, import.meta.url));
  return fork(args.at(-1) ?? "", { execArgv: args.slice(0, -1) });
}
