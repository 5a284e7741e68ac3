/**
 * Runs one or several gateways in this process over one connection to NATS, one set of drivers and one queue a link.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Clock } from "../../engine/contract/clock.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import { metricsSubject } from "../../engine/contract/subjects.ts";
import { Alarms } from "./alarms.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import type { GatewayIdentity } from "./identity.ts";
import { LinkQueues } from "./link-queues.ts";
import { type GatewayMetrics, Metrics } from "./metrics.ts";
import { openNatsLink } from "./nats-link.ts";
import type { Drivers } from "./poller.ts";
import { SPOOL_BYTES_MAX } from "./spool.ts";

/** Most gateways in one process. */
export const GATEWAYS_MAX = 1_024;
const METRICS_MS = 1_000;
/** Longest that a reading waits for others to share its frame. */
const PACK_WAIT_MS = 100;

/** What runs where. Each gateway has the folder `<folder>/<number>`; the drivers are closed with the rest. */
export type RunGatewayOptions = {
  natsUrl: string;
  folder: string;
  identities: readonly GatewayIdentity[];
  clock: Clock;
  drivers: Drivers;
  log: Logger;
  /** Time between two polls of a meter, in milliseconds of the machine's clock. */
  periodMs(meter: RosterMeter): number;
  packWaitMs?: number;
  /** Most bytes of each gateway's spool. */
  spoolBytesMax?: number;
};

/** Running gateways. */
export type RunningGateways = { metrics(): GatewayMetrics; close(): Promise<void> };

/** Starts the gateways; they poll and spool at once, and publish when NATS is reached. Rejects when a folder is unusable. */
export async function runGateway(options: RunGatewayOptions): Promise<RunningGateways> {
  const { identities, folder, clock, log, drivers } = options;
  checkIdentities(identities);
  const alarms = new Alarms(log);
  const metrics = new Metrics();
  const links = new LinkQueues();
  const gateways: Gateway[] = [];
  for (const identity of identities) {
    const own = join(folder, String(identity.gateway));
    await mkdir(own, { recursive: true, mode: 0o700 });
    gateways.push(
      await openGateway({
        identity,
        folder: own,
        clock,
        drivers,
        links,
        periodMs: options.periodMs,
        packWaitMs: options.packWaitMs ?? PACK_WAIT_MS,
        spoolBytesMax: options.spoolBytesMax ?? SPOOL_BYTES_MAX,
        onAlarm: (source, message) => alarms.set(identity.gateway, source, message),
        onFault: (meter, fault, message) => {
          metrics.fault(meter, fault);
          log.debug({ gateway: identity.gateway, meter: meter.meter_id, fault }, message);
        },
      }),
    );
  }
  const link = openNatsLink(options.natsUrl, "drawdown gateway");
  link.onReturn(() => {
    for (const gateway of gateways) gateway.returned();
  });
  let nc: NatsConnection | undefined;
  const take = (): GatewayMetrics =>
    metrics.take(
      gateways.map((gateway) => gateway.figures()),
      clock.nowS(),
      alarms.lines(),
    );
  const timer = setInterval(() => {
    const figures = JSON.stringify(take());
    if (nc !== undefined && link.up()) nc.publish(metricsSubject("gateway"), figures);
  }, METRICS_MS);
  const attached = link.connection.then((connection) => {
    nc = connection;
    if (nc === undefined) return;
    log.info({ gateways: gateways.length, server: nc.getServer() }, "NATS is reached");
    for (const gateway of gateways) gateway.attach(nc, link.up);
  });
  return {
    metrics: take,
    close: async () => {
      clearInterval(timer);
      metrics.close();
      links.close();
      await Promise.all([drivers.modbus.close(), drivers.mbus.close()]);
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await link.close();
      await attached;
    },
  };
}

function checkIdentities(identities: readonly GatewayIdentity[]): void {
  if (identities.length > GATEWAYS_MAX)
    throw new Error(`${identities.length} gateways are over GATEWAYS_MAX (${GATEWAYS_MAX})`);
  if (new Set(identities.map(({ gateway }) => gateway)).size !== identities.length)
    throw new Error("two identities have one gateway number: each gateway needs its own");
}
