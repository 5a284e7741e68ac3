/**
 * The pipeline that a replay goes through: the installation that runs on the data folder, or one started for the replay
 * and stopped behind it.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import {
  type BrokerAccess,
  brokerAccess,
  connectBroker,
} from "../../engine/contract/broker/connect.ts";
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
export type Pipeline = ServerUrls & { broker: BrokerAccess; close(): Promise<void> };

/** Finds or starts the pipeline. `say` takes one-line notices. */
export async function openPipeline(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Pipeline> {
  const running = runningServers(settings.data);
  const brokerAt = (nats: string): BrokerAccess =>
    brokerAccess({ ...settings, nats_url: nats }, "replay");
  if (running !== undefined)
    return { ...running, broker: brokerAt(running.nats), close: async () => {} };
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
      broker: brokerAt(servers.nats),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A connection to the pipeline's NATS. */
export function connectTo(pipeline: Pipeline): Promise<NatsConnection> {
  return connectBroker(pipeline.broker, "replay");
}
