/**
 * The role `drawdown store-writer`: settings in, a store writer running, a clean end on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { pino } from "pino";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { runStoreWriter } from "./writer-main.ts";

/** Runs the store writer until the process is told to end. Rejects when it can't start. */
export async function storeWriterRole(settings: Settings): Promise<void> {
  const log = pino({ level: settings.log_level, base: { role: "store-writer" } });
  const { nats_url: natsUrl, clickhouse_url: clickhouseUrl } = settings;
  if (natsUrl === "")
    throw new Error("the store writer needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  if (clickhouseUrl === "")
    throw new Error(
      "the store writer needs DRAWDOWN_CLICKHOUSE_URL, as http://user:password@127.0.0.1:8123/drawdown",
    );
  const running = await runStoreWriter({ natsUrl, clickhouseUrl }, log);
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await running.close();
}
