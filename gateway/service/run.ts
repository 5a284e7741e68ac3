/**
 * Runs one or several gateways in this process over one connection to NATS, one set of drivers and one queue a link.
 */
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Clock } from "../../engine/contract/clock.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import { metricsSubject } from "../../engine/contract/subjects.ts";
import type { Tracer } from "../../engine/contract/trace/tracer.ts";
import { Alarms } from "./alarms.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import type { GatewayIdentity } from "./identity.ts";
import { LinkFigures } from "./link-figures.ts";
import { LinkQueues } from "./link-queues.ts";
import { type GatewayMetrics, Metrics } from "./metrics.ts";
import { type NatsLink, openNatsLink } from "./nats-link.ts";
import type { Drivers } from "./poller.ts";
import { SPOOL_BYTES_MAX } from "./spool.ts";

/** Most gateways in one process. */
export const GATEWAYS_MAX = 1_024;
const METRICS_MS = 1_000;
/** What tells this process from others of its role. */
const INSTANCE = `${hostname()}:${process.pid}`;
/** Longest that a reading waits for others to share its frame. */
const PACK_WAIT_MS = 100;

/** What runs where. Each gateway has the folder `<folder>/<number>`; the drivers are closed with the rest. */
export type RunGatewayOptions = {
  natsUrl: string;
  folder: string;
  clock: Clock;
  drivers: Drivers;
  log: Logger;
  /** Time between two polls of a meter, in milliseconds of the machine's clock. */
  periodMs(meter: RosterMeter): number;
  /** Told how long after it was due a meter was read. */
  onRead?(meter: RosterMeter, lateMs: number): void;
  packWaitMs?: number;
  /** Begins traces of frames; none unless it is given. */
  tracer?: Tracer | undefined;
  /** Told of the figures each second, whether NATS is reached or not. */
  onFigures?(figures: GatewayMetrics): void;
  /** Most bytes of each gateway's spool. */
  spoolBytesMax?: number;
};

/** Running gateways, none at first. They poll and spool as soon as they are added, and publish when NATS is reached. */
export class RunningGateways {
  readonly #options: RunGatewayOptions;
  readonly #alarms: Alarms;
  readonly #metrics = new Metrics();
  readonly #links = new LinkQueues();
  readonly #linkFigures = new LinkFigures();
  readonly #gateways = new Map<number, Gateway>();
  readonly #nats: NatsLink;
  readonly #timer: NodeJS.Timeout;
  readonly #reached: Promise<void>;
  #nc: NatsConnection | undefined;

  constructor(options: RunGatewayOptions) {
    this.#options = options;
    this.#alarms = new Alarms(options.log);
    this.#nats = openNatsLink(options.natsUrl, "drawdown gateway");
    this.#nats.onReturn(() => {
      for (const gateway of this.#gateways.values()) gateway.returned();
    });
    this.#reached = this.#nats.connection.then((nc) => {
      if (nc !== undefined) this.#attachAll(nc);
    });
    this.#timer = setInterval(() => this.#publishMetrics(), METRICS_MS);
  }

  /** Starts one more gateway. Rejects when its number runs here already, or its folder is unusable. */
  async add(identity: GatewayIdentity): Promise<void> {
    const { gateway: number } = identity;
    if (this.#gateways.has(number))
      throw new Error(`gateway ${number} runs already: each identity needs a number of its own`);
    if (this.#gateways.size >= GATEWAYS_MAX)
      throw new Error(`one process runs at most GATEWAYS_MAX (${GATEWAYS_MAX}) gateways`);
    const gateway = await this.#open(identity);
    this.#gateways.set(number, gateway);
    if (this.#nc !== undefined) gateway.attach(this.#nc, this.#nats.up);
  }

  /** A meter has said that it changed: the gateway that has it reads it soon. */
  changed(meter: RosterMeter): void {
    for (const gateway of this.#gateways.values()) gateway.changed(meter);
  }

  /** The figures now; what is of the last second begins anew. */
  metrics(): GatewayMetrics {
    const figures = [...this.#gateways.values()].map((gateway) => gateway.figures());
    return this.#metrics.take(figures, {
      nowS: this.#options.clock.nowS(),
      alarms: this.#alarms.lines(),
      links: this.#linkFigures.worst((name) => this.#links.waiting(name)),
    });
  }

  /** Stops polling, spools what was read, closes drivers and connection. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#metrics.close();
    this.#links.close();
    await Promise.all(Object.values(this.#options.drivers).map((driver) => driver.close()));
    await Promise.all([...this.#gateways.values()].map((gateway) => gateway.close()));
    await this.#nats.close();
    await this.#reached;
  }

  async #open(identity: GatewayIdentity): Promise<Gateway> {
    const { folder, log, packWaitMs, spoolBytesMax, ...shared } = this.#options;
    const own = join(folder, String(identity.gateway));
    await mkdir(own, { recursive: true, mode: 0o700 });
    return openGateway({
      ...shared,
      identity,
      folder: own,
      links: this.#links,
      linkFigures: this.#linkFigures,
      packWaitMs: packWaitMs ?? PACK_WAIT_MS,
      spoolBytesMax: spoolBytesMax ?? SPOOL_BYTES_MAX,
      onAlarm: (source, message) => this.#alarms.set(identity.gateway, source, message),
      onFault: (meter, fault, message) => {
        this.#metrics.fault(meter, fault);
        log.debug({ gateway: identity.gateway, meter: meter.meter_id, fault }, message);
      },
    });
  }

  #attachAll(nc: NatsConnection): void {
    this.#nc = nc;
    this.#options.log.info({ server: nc.getServer() }, "NATS is reached");
    for (const gateway of this.#gateways.values()) gateway.attach(nc, this.#nats.up);
  }

  #publishMetrics(): void {
    for (const gateway of this.#gateways.values()) gateway.look();
    const figures = this.metrics();
    this.#options.onFigures?.(figures);
    // Several processes of gateways publish on one subject.
    const told = JSON.stringify({ ...figures, instance: INSTANCE });
    if (this.#nats.up()) this.#nc?.publish(metricsSubject("gateway"), told);
  }
}
