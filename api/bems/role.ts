/**
 * The role `drawdown bems`: what one operator's accounts are, told to a building management system over BACnet/IP.
 */
import { once } from "node:events";
import type { NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { brokerAccess, connectBroker } from "../../engine/contract/broker/connect.ts";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { every } from "../every.ts";
import type { Registry } from "../registry/database.ts";
import { openIsolated } from "../registry/isolation/open.ts";
import { operatorNamed } from "../registry/operators.ts";
import { keysOf } from "../registry/secrets/keyring.ts";
import { Book } from "./book.ts";
import { type BemsServer, startBemsServer } from "./server.ts";
import { watch } from "./watch.ts";
import { supplyWriter } from "./write-supply.ts";

/** How often figures are logged, in milliseconds. */
const FIGURES_MS = 600_000;

/** A running role. */
export type RunningBems = { server: BemsServer; book: Book; close(): Promise<void> };
/** Hears of what the role goes on after. */
export type OnFault = (error: unknown) => void;

/** Runs the role until the process is told to end. Rejects with an Error of one line when it cannot start. */
export async function bemsRole(settings: Settings): Promise<void> {
  const log = pino({ level: settings.log_level, base: { role: "bems" } });
  const running = await runBems(settings, (error) =>
    log.error({ err: error }, "something went wrong; the role goes on"),
  );
  const { server, book } = running;
  log.info(
    { host: settings.bems_host, port: server.port, device: settings.bems_device },
    "BACnet is served",
  );
  const figures = every(
    FIGURES_MS,
    async () => log.info({ ...server.counts, accounts: book.entries.length }, "figures"),
    () => undefined,
  );
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await figures.stop();
  await running.close();
}

/** Starts the role. */
export async function runBems(settings: Settings, onFault: OnFault): Promise<RunningBems> {
  if (settings.bems === "off") {
    throw new Error(
      "BACnet is off: set DRAWDOWN_BEMS=on, and DRAWDOWN_BEMS_HOST to the address of the building's network",
    );
  }
  if (settings.postgres_url === "" || settings.nats_url === "") {
    throw new Error("the role bems needs DRAWDOWN_POSTGRES_URL and DRAWDOWN_NATS_URL");
  }
  if (
    settings.bems_write_url !== "" &&
    (settings.bems_write_key === "" || settings.bems_clients === "")
  ) {
    throw new Error(
      "DRAWDOWN_BEMS_WRITE_URL needs DRAWDOWN_BEMS_WRITE_KEY, and DRAWDOWN_BEMS_CLIENTS to say who may write",
    );
  }
  const registry = await openIsolated(
    { owner: settings.postgres_url, app: settings.postgres_app_url },
    keysOf(settings),
  );
  let nats: NatsConnection | undefined;
  try {
    const operatorId = await operatorNamed(registry.db, settings.bems_operator);
    if (operatorId === undefined) {
      throw new Error(
        `there is no operator "${settings.bems_operator}": DRAWDOWN_BEMS_OPERATOR names the one whose accounts are told`,
      );
    }
    nats = await connectBroker(brokerAccess(settings, "bems"), "bems");
    return await serveBook({ settings, registry, nats, operatorId, onFault });
  } catch (error) {
    await nats?.close();
    await registry.close();
    throw error;
  }
}

type Parts = {
  settings: Settings;
  registry: Registry;
  nats: NatsConnection;
  operatorId: string;
  onFault: OnFault;
};

async function serveBook({
  settings,
  registry,
  nats,
  operatorId,
  onFault,
}: Parts): Promise<RunningBems> {
  const book = new Book();
  const { bems_write_url: url, bems_write_key: key } = settings;
  const server = await startBemsServer({
    ...(url === "" ? {} : { writeSupply: supplyWriter({ url, key }, onFault) }),
    host: settings.bems_host,
    port: settings.bems_port,
    clients: settings.bems_clients.split(",").filter((address) => address !== ""),
    bems: { device: settings.bems_device, name: `Drawdown, ${settings.bems_operator}`, book },
  });
  const { db } = registry;
  const watching = watch(book, {
    db,
    nats,
    operatorId,
    refreshS: settings.bems_refresh_s,
    onFault,
  });
  return {
    server,
    book,
    async close() {
      await server.close();
      await watching.stop();
      await nats.close();
      await registry.close();
    },
  };
}
