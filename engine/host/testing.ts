/**
 * For tests: real servers in a folder of their own, on free ports, gone afterwards.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startClickhouse } from "./clickhouse.ts";
import { startNats } from "./nats.ts";
import { startPostgres } from "./postgres.ts";
import type { Running, ServerOptions } from "./running.ts";
import { databaseOf } from "./testing/postgres-database.ts";

/** Which servers a test needs. NATS lets everybody in: who may do what on it has tests of its own (engine/nats). */
export type Wanted = { nats?: boolean; clickhouse?: boolean; postgres?: boolean };

/** The servers asked for (the url of one that was not asked for is empty), their data folder, and the end of it all. */
export type TestServers = {
  data: string;
  natsUrl: string;
  clickhouseUrl: string;
  postgresUrl: string;
  stop(): Promise<void>;
};

/** A temporary folder that other users may pass through. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `drawdown-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** The embedded PostgreSQL, or a database of its own on the server that `DRAWDOWN_TEST_POSTGRES_URL` names. */
function postgresFor(options: ServerOptions): Promise<Pick<Running, "url" | "stop">> {
  const url = process.env["DRAWDOWN_TEST_POSTGRES_URL"] ?? "";
  return url === "" ? startPostgres(options) : databaseOf(url);
}

/** Starts what is asked for, side by side; call `stop` when done (in `afterAll`). */
export async function withServers(wanted: Wanted): Promise<TestServers> {
  const data = temporaryFolder("servers");
  const options = { data, port: 0 };
  const starts = [
    wanted.nats ? startNats({ ...options, access: "open" }) : undefined,
    wanted.clickhouse ? startClickhouse(options) : undefined,
    wanted.postgres ? postgresFor(options) : undefined,
  ];
  const outcomes = await Promise.allSettled(starts);
  const running = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : undefined,
  );
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server?.stop()));
    rmSync(data, { recursive: true, force: true });
  };
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [nats, clickhouse, postgres] = running;
  return {
    data,
    natsUrl: nats?.url ?? "",
    clickhouseUrl: clickhouse?.url ?? "",
    postgresUrl: postgres?.url ?? "",
    stop,
  };
}
