/**
 * Runs one or several gateways in this process, each over a connection to NATS of its own, with one set of drivers and one
 * queue a link.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { BrokerAccess } from "../../engine/contract/broker/connect.ts";
import { gatewayInbox } from "../../engine/contract/broker/permissions.ts";
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
  /** NATS. A gateway's credentials are in `<folder>/<number>.creds`; those given here are for one that has none there. */
  nats: Omit<BrokerAccess, "inbox">;
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

type Connection = { link: NatsLink; nc: NatsConnection | undefined; reached: Promise<void> };

/** Running gateways, none at first. They poll and spool as soon as they are added, and publish when NATS is reached. */
export class RunningGateways {
  readonly #options: RunGatewayOptions;
  readonly #alarms: Alarms;
  readonly #metrics = new Metrics();
  readonly #links = new LinkQueues();
  readonly #linkFigures = new LinkFigures();
  readonly #gateways = new Map<number, Gateway>();
  readonly #connections = new Map<number, Connection>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: RunGatewayOptions) {
    this.#options = options;
    this.#alarms = new Alarms(options.log);
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
    this.#connect(number, gateway);
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
    await Promise.all(
      [...this.#connections.values()].map(async ({ link, reached }) => {
        await link.close();
        await reached;
      }),
    );
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

  #connect(number: number, gateway: Gateway): void {
    const { nats, folder, log } = this.#options;
    const own = join(folder, `${number}.creds`);
    const access: BrokerAccess = {
      ...nats,
      inbox: gatewayInbox(number),
      // It may come later: where nothing else is given it is looked for at each connection.
      credentials: existsSync(own) ? own : (nats.credentials ?? own),
    };
    const link = openNatsLink(access, `gateway ${number}`, (message) =>
      this.#alarms.set(number, "nats", message),
    );
    link.onReturn(() => gateway.returned());
    const connection: Connection = { link, nc: undefined, reached: Promise.resolve() };
    connection.reached = link.connection.then((nc) => {
      if (nc === undefined) return;
      connection.nc = nc;
      log.info({ gateway: number, server: nc.getServer() }, "NATS is reached");
      gateway.attach(nc, link.up);
    });
    this.#connections.set(number, connection);
  }

  #publishMetrics(): void {
    for (const gateway of this.#gateways.values()) gateway.look();
    const figures = this.metrics();
    this.#options.onFigures?.(figures);
    // Several processes of gateways publish on one subject.
    const told = JSON.stringify({ ...figures, instance: INSTANCE });
    const standing = [...this.#connections.values()].find(({ link }) => link.up());
    standing?.nc?.publish(metricsSubject("gateway"), told);
  }
}
