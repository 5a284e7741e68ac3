/**
 * The suites by name, in the order in which they run.
 */
import type { Suite } from "./harness/suite.ts";

/** Each is loaded only when it is to run: most start servers, and bring what speaks to them. The soak and the storm run only by name. */
export const SUITES: Record<string, () => Promise<Suite>> = {
  kernel: async () => (await import("./suites/kernel.ts")).kernelSuite,
  pool: async () => (await import("./suites/pool.ts")).poolSuite,
  pipeline: async () => (await import("./suites/pipeline.ts")).pipelineSuite,
  store: async () => (await import("./suites/store.ts")).storeSuite,
  queries: async () => (await import("./suites/queries.ts")).queriesSuite,
  http: async () => (await import("./suites/http.ts")).httpSuite,
  latency: async () => (await import("./suites/latency.ts")).latencySuite,
  recovery: async () => (await import("./suites/recovery.ts")).recoverySuite,
  chain: async () => (await import("./suites/chain.ts")).chainSuite,
  scale: async () => (await import("./suites/scale.ts")).scaleSuite,
  stream: async () => (await import("./suites/stream.ts")).streamSuite,
  field: async () => (await import("./suites/field.ts")).fieldSuite,
  "vend-storm": async () => (await import("./suites/vend-storm.ts")).vendStormSuite,
  micro: async () => (await import("./suites/micro.ts")).microSuite,
  soak: async () => (await import("./suites/soak.ts")).soakSuite,
};

/** What runs where no suite is named. */
export const ALL_SUITES: readonly string[] = Object.keys(SUITES).filter(
  (name) => name !== "soak" && name !== "vend-storm",
);
