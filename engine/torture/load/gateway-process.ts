/**
 * The process of the load's gateways: production gateways over a driver that follows the law, and gateways of profiles.
 * Arguments: its folder, NATS's URL, and the file with credentials.
 */
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Gateway } from "../../../gateway/service/gateway.ts";
import type { GatewayIdentity } from "../../../gateway/service/identity.ts";
import { LinkFigures } from "../../../gateway/service/link-figures.ts";
import { LinkQueues } from "../../../gateway/service/link-queues.ts";
import { openNatsLink } from "../../../gateway/service/nats-link.ts";
import type { Spool } from "../../../gateway/service/spool.ts";
import { openSupplyNumbers } from "../../../gateway/service/supply-numbers.ts";
import type { BrokerAccess } from "../../contract/broker/connect.ts";
import { inboxOf } from "../../contract/broker/permissions.ts";
import { clockFrom } from "../../contract/clock.ts";
import { makeLawDriver } from "./law-driver.ts";
import { type LawStart, SNAPSHOT_PACE } from "./meter-law.ts";
import { type AckClock, openNotedSpool } from "./noted-spool.ts";
import { NoteWriter } from "./notes.ts";
import { type PlannedGateway, pausePath, readPlan, writeStatus } from "./plan.ts";
import { openProfileGateway, type ProfileGateway } from "./profile-gateway.ts";

const STATUS_MS = 50;
const PACK_WAIT_MS = 100;

type Running = { gateway: Gateway | ProfileGateway; spool: Spool; waiting(): number };

const [folder, natsUrl, credentials] = process.argv.slice(2);
if (folder === undefined || natsUrl === undefined)
  throw new Error("arguments: the load's folder, NATS's URL, and the file with credentials");
await run(folder, { servers: natsUrl, inbox: inboxOf("tools"), credentials });
process.exit(0);

async function run(folder: string, access: BrokerAccess): Promise<void> {
  const { start, gateways } = readPlan(folder);
  const ackClock: AckClock = { lastMs: 0 };
  const isPaused = (): boolean => existsSync(pausePath(folder));
  const links = new LinkQueues();
  const running: Running[] = [];
  for (const planned of gateways)
    running.push(await open(planned, { folder, start, ackClock, isPaused, links }));
  const nats = openNatsLink(access, "torture load");
  nats.onReturn(() => {
    for (const { gateway } of running) gateway.returned();
  });
  void nats.connection.then((nc) => {
    if (nc !== undefined) for (const { gateway } of running) gateway.attach(nc, nats.up);
  });
  const timer = setInterval(() => {
    writeStatus(folder, {
      pid: process.pid,
      atMs: Date.now(),
      paused: isPaused(),
      depth: running.reduce((sum, { spool }) => sum + spool.depth, 0),
      waiting: running.reduce((sum, each) => sum + each.waiting(), 0),
      lastAckMs: ackClock.lastMs,
    });
  }, STATUS_MS);
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  clearInterval(timer);
  await Promise.all(running.map(({ gateway }) => gateway.close()));
  await nats.close();
}

type Around = {
  folder: string;
  start: LawStart;
  ackClock: AckClock;
  isPaused(): boolean;
  links: LinkQueues;
};

async function open(planned: PlannedGateway, around: Around): Promise<Running> {
  const { shape, gateway: number, shard } = planned;
  const identity: GatewayIdentity = {
    gateway: number,
    shard,
    key: Buffer.from(planned.key, "hex"),
  };
  const own = join(around.folder, String(number));
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const notes = new NoteWriter(
    join(around.folder, `${number}-${String(Date.now()).padStart(15, "0")}.notes`),
  );
  const spool = await openNotedSpool(join(own, "spool"), identity.key, notes, around.ackClock);
  if (shape === "profile") {
    const { start, isPaused } = around;
    const gateway = await openProfileGateway({ identity, folder: own, spool, start, isPaused });
    return { gateway, spool, waiting: () => gateway.waiting };
  }
  const gateway = await openProduction(identity, own, spool, around);
  return { gateway, spool, waiting: () => gateway.figures().waiting };
}

/** The production gateway as its own start puts it together, save for the notes and the driver. */
async function openProduction(
  identity: GatewayIdentity,
  folder: string,
  spool: Spool,
  { start, isPaused, links }: Around,
): Promise<Gateway> {
  const resumed = async (): Promise<void> => {
    while (isPaused()) await sleep(STATUS_MS);
  };
  const driver = makeLawDriver(start, resumed);
  const numbers = await openSupplyNumbers(join(folder, "supply.json"));
  const gateway = new Gateway(
    {
      identity,
      folder,
      clock: clockFrom(undefined),
      drivers: { modbus: driver, mbus: driver, bacnet: driver },
      links,
      linkFigures: new LinkFigures(),
      spoolBytesMax: 256 * 1_048_576,
      packWaitMs: PACK_WAIT_MS,
      periodMs: () => SNAPSHOT_PACE.everyMs,
      onAlarm: (source, message) => {
        if (message !== undefined)
          process.stderr.write(`gateway ${identity.gateway} ${source}: ${message}\n`);
      },
      onFault: () => undefined,
    },
    spool,
    numbers,
  );
  await gateway.begin();
  return gateway;
}
