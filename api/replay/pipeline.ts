/**
 * The pipeline that a replay goes through: the installation that runs on the data folder, or one started for the replay
 * and stopped behind it.
 */
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { openClock } from "../../engine/host/anchor.ts";
import { type Supervised, superviseRole } from "../../engine/host/children.ts";
import { lockData } from "../../engine/host/data-lock.ts";
import {
  runningServers,
  type ServerUrls,
  serverEnvironment,
  startServers,
} from "../../engine/host/servers.ts";

/** The servers to talk to, and the end of what was started for the replay alone. */
export type Pipeline = ServerUrls & { close(): Promise<void> };

/** Finds or starts the pipeline. `say` takes one-line notices. */
export async function openPipeline(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Pipeline> {
  const running = runningServers(settings.data);
  if (running !== undefined) return { ...running, close: async () => {} };
  const lock = lockData(settings.data);
  const clock = openClock(settings.data, 1);
  const roles: Supervised[] = [];
  const ends: (() => Promise<void> | void)[] = [lock.release, clock.close];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const servers = await startServers(settings, say);
    ends.push(servers.stop);
    const roleEnv = { ...env, ...serverEnvironment(settings, servers) };
    for (const name of ["engine", "store-writer"]) {
      const role = await superviseRole({
        name,
        argv: [name],
        env: roleEnv,
        data: settings.data,
        say,
      });
      roles.push(role);
      ends.push(role.stop);
    }
    return {
      nats: servers.nats,
      clickhouse: servers.clickhouse,
      postgres: servers.postgres,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A connection to the pipeline's NATS. */
export function connectTo(pipeline: ServerUrls): Promise<NatsConnection> {
  return connect({ servers: pipeline.nats.split(","), name: "replay", maxReconnectAttempts: -1 });
}
