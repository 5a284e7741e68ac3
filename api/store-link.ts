/**
 * The store of readings as the api uses it.
 */
import type { ConsumptionQuery } from "./consumption-port.ts";
import { openReportStore, type ReportStore } from "./reports/store.ts";
import { openStore } from "./store/client.ts";
import { consumptionQuery } from "./store/consumption.ts";
import { type CycleVersion, tellCycles } from "./store/cycles.ts";

/** Questions of consumption, and whether the store answers (rejects when it does not). */
export type StoreLink = {
  consumption: ConsumptionQuery;
  reports: ReportStore;
  /** Tells when the cycles of price lists' versions begin. */
  tellCycles(versions: readonly CycleVersion[], nowS: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Opens it; nothing is asked of the server yet. */
export function openStoreLink(url: string): StoreLink {
  const client = openStore(url);
  return {
    consumption: consumptionQuery(client),
    reports: openReportStore(client),
    tellCycles: (versions, nowS) => tellCycles(client, versions, nowS),
    ping: async () => {
      const { success } = await client.ping();
      if (!success) throw new Error("does not answer");
    },
    close: () => client.close(),
  };
}
