/**
 * The role `drawdown store-writer`: settings in, a store writer running, a clean end on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { brokerAccess } from "../../engine/contract/broker/connect.ts";
import { roleLog } from "../../engine/contract/log.ts";
import { listenIfAsked } from "../../engine/contract/metrics/listener.ts";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { clusterOf } from "./topology.ts";
import type { StoreMetrics } from "./writer-figures.ts";
import { runStoreWriter } from "./writer-main.ts";

/**
 * Runs the store writer until the process is told to end. Rejects when it can't start, and when another writer has taken
 * over: whoever supervises it starts it again, and it waits its turn.
 */
export async function storeWriterRole(settings: Settings): Promise<void> {
  const log = roleLog("store-writer", settings.log_level);
  const { nats_url: natsUrl, clickhouse_url: clickhouseUrl } = settings;
  if (natsUrl === "")
    throw new Error("the store writer needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  if (clickhouseUrl === "")
    throw new Error(
      "the store writer needs DRAWDOWN_CLICKHOUSE_URL, as http://user:password@127.0.0.1:8123/drawdown",
    );
  let figures: StoreMetrics | undefined;
  const listener = await listenIfAsked({
    role: "store",
    host: settings.metrics_host,
    port: settings.store_writer_metrics_port,
    figures: () => figures,
  });
  const running = await runStoreWriter(
    {
      onFigures: (now) => {
        figures = now;
      },
      natsUrl,
      access: brokerAccess(settings, "store-writer"),
      clickhouseUrl,
      topology: clusterOf(settings.clickhouse_cluster),
      lagAlarmS: settings.store_lag_alarm_s,
      retention: {
        keepDays: settings.store_keep_days,
        rollupKeepDays: settings.store_rollup_keep_days,
        eventsKeepDays: settings.store_events_keep_days,
        coldDays: settings.store_cold_days,
        policy: settings.store_policy,
        coldVolume: settings.store_cold_volume,
      },
    },
    log,
  );
  try {
    await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT"), running.ended]);
  } finally {
    await running.close();
    await listener?.close();
  }
}
