/**
 * For tests: a cluster of two real ClickHouse servers on this machine, each a shard of its own. They have no replicas: those
 * take ClickHouse Keeper, which the embedded engine does not serve.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startClickhouse } from "../../../engine/host/clickhouse.ts";
import { pickPort } from "../../../engine/host/ports.ts";
import type { Running } from "../../../engine/host/running.ts";
import { secretFrom } from "../../../engine/host/secret-file.ts";
import { openStore } from "../client.ts";
import { migrateStore } from "../migrate.ts";
import { MIGRATIONS } from "../migrations.ts";
import type { Topology } from "../topology.ts";

const USER = "drawdown";
const HOST = "127.0.0.1";

/** The cluster as the store's statements name it. */
export const PAIR: Topology = { cluster: "pair", isReplicated: false, isOnCluster: false };

/** A node: its data folder, the port on which the other reaches it, and its server. */
type Node = { data: string; tcpPort: number; server: Running | undefined };

/** Two nodes. The store is reached through the first. */
export class Pair {
  readonly #nodes: Node[];
  #httpPorts: number[] = [0, 0];

  private constructor(nodes: Node[]) {
    this.#nodes = nodes;
  }

  /** Starts both in a folder and makes the store's tables on each. */
  static async start(folder: string): Promise<Pair> {
    const nodes: Node[] = [];
    for (const name of ["one", "two"])
      nodes.push({ data: join(folder, name), tcpPort: await pickPort(0), server: undefined });
    const pair = new Pair(nodes);
    for (const node of nodes) writeConfig(node, nodes);
    await Promise.all([pair.startNode(0), pair.startNode(1)]);
    for (const node of nodes) await migrateStore(node.server?.url ?? "", MIGRATIONS, PAIR);
    return pair;
  }

  /** The store's address. */
  get url(): string {
    return this.#nodes[0]?.server?.url ?? "";
  }

  /** The address of a node's own part. */
  urlOf(nth: number): string {
    return this.#nodes[nth]?.server?.url ?? "";
  }

  /** Starts a node where it was before. */
  async startNode(nth: number): Promise<void> {
    const node = this.#node(nth);
    node.server = await startClickhouse({ data: node.data, port: this.#httpPorts[nth] ?? 0 });
    this.#httpPorts[nth] = node.server.port;
    const client = openStore(node.server.url);
    await client.command({ query: "SYSTEM START LISTEN TCP" });
    await client.close();
  }

  /** Kills a node, as a power cut would. */
  async killNode(nth: number): Promise<void> {
    const node = this.#node(nth);
    if (node.server === undefined) return;
    process.kill(node.server.pid, "SIGKILL");
    await node.server.stop();
    node.server = undefined;
  }

  /** Ends both. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ server }) => server?.stop()));
  }

  #node(nth: number): Node {
    const node = this.#nodes[nth];
    if (node === undefined) throw new Error(`there is no node ${nth}`);
    return node;
  }
}

/** What ClickHouse merges into its own configuration: its port for other servers, and the cluster. */
function writeConfig(node: Node, nodes: readonly Node[]): void {
  const folder = join(node.data, "clickhouse");
  mkdirSync(join(folder, "config.d"), { recursive: true });
  const shards = nodes.map(({ data, tcpPort }) => {
    mkdirSync(join(data, "clickhouse"), { recursive: true });
    const password = secretFrom(join(data, "clickhouse", "password"));
    return (
      `<shard><replica><host>${HOST}</host><port>${tcpPort}</port><user>${USER}</user>` +
      `<password>${password}</password></replica></shard>`
    );
  });
  writeFileSync(
    join(folder, "config.d", "cluster.xml"),
    `<clickhouse><tcp_port>${node.tcpPort}</tcp_port><listen_host>${HOST}</listen_host>` +
      `<remote_servers><${PAIR.cluster}>${shards.join("")}</${PAIR.cluster}></remote_servers></clickhouse>\n`,
    { mode: 0o600 },
  );
}
