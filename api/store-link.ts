/**
 * The store of readings as the api uses it.
 */
import type { ConsumptionQuery } from "./consumption-port.ts";
import { openReportStore, type ReportStore } from "./reports/store.ts";
import { openStore } from "./store/client.ts";
import { consumptionQuery } from "./store/consumption.ts";

/** Questions of consumption, and whether the store answers (rejects when it does not). */
export type StoreLink = {
  consumption: ConsumptionQuery;
  reports: ReportStore;
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Opens it; nothing is asked of the server yet. */
export function openStoreLink(url: string): StoreLink {
  const client = openStore(url);
  return {
    consumption: consumptionQuery(client),
    reports: openReportStore(client),
    ping: async () => {
      const { success } = await client.ping();
      if (!success) throw new Error("does not answer");
    },
    close: () => client.close(),
  };
}
