/**
 * A planted bug: what stands between production code and its ports, or in the place of one of its steps, so that a promise
 * is broken. None of it is anywhere near production: a world without a bug is made with an empty one.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { EngineClient } from "../../../api/engine/client.ts";
import type { Spool, SpoolOptions } from "../../../gateway/service/spool.ts";
import type { Disk } from "../../contract/disk.ts";
import type { Engine, EngineOptions } from "../../core/engine.ts";
import type { SimTransport } from "../world/transport.ts";

/** What a bug changes; all of it may be left out. */
export type Bug = {
  /** Changes code itself for the time of a run; gives the way to put it back. */
  install?(): () => void;
  engineDisk?(disk: Disk): Disk;
  gatewayDisk?(disk: Disk): Disk;
  engineOptions?(options: EngineOptions): EngineOptions;
  engine?(engine: Engine): void;
  spoolOptions?(options: SpoolOptions): SpoolOptions;
  gatewayTransport?(transport: SimTransport, spool: Spool): SimTransport;
  engineTransport?(transport: SimTransport): SimTransport;
  apiTransport?(transport: SimTransport): SimTransport;
  client?(client: EngineClient, db: NodePgDatabase): EngineClient;
};

/** Everything as it is in life. */
export const NO_BUG: Bug = {};
