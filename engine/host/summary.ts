/**
 * What `drawdown start` shows while it runs: the addresses once, then one live line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import { type BrokerAccess, connectBroker } from "../contract/broker/connect.ts";
import type { Clock } from "../contract/clock.ts";
import { METRICS_ALL } from "../contract/subjects.ts";
import type { CommandIo } from "./command-io.ts";

const SHOW_MS = 1_000;
/** Where no terminal shows a live line, a line is written now and then. */
const SHOW_LOG_EVERY = 30;

/** What the summary is about. */
export type SummaryOptions = {
  url: string;
  data: string;
  servers: { nats: string; clickhouse: string; postgres: string };
  /** How the figures are listened to. */
  broker: BrokerAccess;
  clock: Clock;
  io: CommandIo;
};

/** Prints the addresses and keeps the live line until it is closed. */
export function watchSummary(options: SummaryOptions): { close(): void } {
  const { io, clock } = options;
  io.stdout.write(addresses(options));
  const figures = new Map<string, Record<string, unknown>>();
  let nats: NatsConnection | undefined;
  void follow(options.broker, figures).then((connection) => {
    nats = connection;
  });
  const isTerminal = process.stdout.isTTY === true;
  let shown = 0;
  const timer = setInterval(() => {
    const line = summaryLine(figures, clock);
    if (isTerminal) io.stdout.write(`\r\u001b[K${line}`);
    else if (shown % SHOW_LOG_EVERY === 0) io.stdout.write(`${line}\n`);
    shown += 1;
  }, SHOW_MS);
  return {
    close() {
      clearInterval(timer);
      if (isTerminal) io.stdout.write("\n");
      void nats?.close();
    },
  };
}

function addresses({ url, data, servers }: SummaryOptions): string {
  const key = operatorKey(data);
  const bare = (text: string): string => text.replace(/\/\/[^@/]*@/, "//");
  return [
    "",
    "Drawdown is ready.",
    `  page        ${url}/${key === undefined ? "" : `#key=${key}`}`,
    `  api         ${url}/docs`,
    `  keys        ${join(data, "access.json")}`,
    `  NATS        ${bare(servers.nats)}`,
    `  ClickHouse  ${bare(servers.clickhouse)}`,
    `  PostgreSQL  ${bare(servers.postgres)}`,
    `  logs        ${join(data, "logs")}`,
    "Ctrl-C stops all of it.",
    "",
    "",
  ].join("\n");
}

function operatorKey(data: string): string | undefined {
  try {
    const access = JSON.parse(readFileSync(join(data, "access.json"), "utf8")) as {
      keys?: { operator?: string };
    };
    return access.keys?.operator;
  } catch {
    return undefined;
  }
}

async function follow(
  broker: BrokerAccess,
  figures: Map<string, Record<string, unknown>>,
): Promise<NatsConnection | undefined> {
  const nats = await connectBroker(broker, "start").catch(() => undefined);
  nats?.subscribe(METRICS_ALL, {
    callback: (error, message) => {
      if (error !== null) return;
      figures.set(message.subject.split(".")[1] ?? "", message.json<Record<string, unknown>>());
    },
  });
  return nats;
}

function summaryLine(figures: ReadonlyMap<string, Record<string, unknown>>, clock: Clock): string {
  const value = (role: string, key: string): string => String(figures.get(role)?.[key] ?? "–");
  const time = new Date(clock.nowS() * 1000).toISOString().slice(0, 16).replace("T", " ");
  const speed = clock.speed === 1 ? "" : ` (${clock.speed} × life)`;
  return [
    `${time} UTC${speed}`,
    `${value("engine", "accounts")} accounts`,
    `${value("engine", "readings_per_s")} readings/s`,
    `${value("engine", "readings_total")} readings`,
    `journal sync ${Number(value("engine", "journal_sync_ms")).toFixed(1)} ms`,
    `spool ${value("gateway", "spool_frames")} frames`,
  ].join(" · ");
}
