/**
 * The doctor's look at programs and servers: Node, what was built, and each server embedded or elsewhere.
 */
import { existsSync, readFileSync } from "node:fs";
import { Client } from "pg";
import { assetPath } from "../contract/assets.ts";
import type { Settings } from "../contract/settings-schema.ts";
import { cacheFolder } from "./cache.ts";
import { clickhouseLibrary } from "./clickhouse.ts";
import { maskSecret } from "./config-command.ts";
import type { Finding } from "./finding.ts";
import { natsHere } from "./nats-binary.ts";
import { natsGreeting } from "./nats-greeting.ts";
import { postgresPackage } from "./postgres-programs.ts";

const ANSWER_MS = 3_000;
const NATS_PORT = 4_222;
/** Oldest PostgreSQL that the registry's schema is made for, as `server_version_num`. */
const POSTGRES_VERSION_MIN = 150_000;
const INSTALL = "npm ci --include=optional";

/** The Node that runs this. */
export function checkNode(): Finding {
  const { engines } = JSON.parse(readFileSync(assetPath("package.json"), "utf8")) as {
    engines: { node: string };
  };
  return {
    what: "node",
    ok: true,
    detail: `${process.versions.node} (needs ${engines.node}) on ${process.platform}-${process.arch}`,
  };
}

/** Whether command line and kernel were built. */
export function checkBuild(): Finding {
  const missing = ["dist/cli.js", "dist/wasm/kernel.wasm"].filter(
    (path) => !existsSync(assetPath(path)),
  );
  return missing.length === 0
    ? { what: "build", ok: true, detail: "command line and kernel are built" }
    : {
        what: "build",
        ok: false,
        detail: `${missing.join(" and ")} missing`,
        mend: "node drawdown.mjs --set-up",
      };
}

/** The NATS that would be used: it must speak JetStream. */
export async function checkNats({ nats_url, cache }: Settings): Promise<Finding> {
  if (nats_url === "") {
    const path = natsHere(cacheFolder(cache));
    return path === undefined
      ? {
          what: "nats",
          ok: false,
          detail: "nats-server is not here yet",
          mend: "node drawdown.mjs --set-up, or apt-get install nats-server",
        }
      : { what: "nats", ok: true, detail: `embedded, ${path}` };
  }
  for (const server of nats_url.split(",")) {
    const { hostname, port } = new URL(server.trim());
    const info = await natsGreeting(hostname, Number(port) || NATS_PORT);
    if (info === undefined) return unreachable("nats", server, "no answer");
    if (!info.includes('"jetstream":true'))
      return unreachable("nats", server, "it has no JetStream: start it with -js");
  }
  return { what: "nats", ok: true, detail: `${maskSecret(nats_url)} answers, with JetStream` };
}

/** The ClickHouse that would be used. */
export async function checkClickhouse({ clickhouse_url }: Settings): Promise<Finding> {
  if (clickhouse_url === "") return embedded("clickhouse", clickhouseLibrary());
  const url = new URL(clickhouse_url);
  const key = {
    "X-ClickHouse-User": decodeURIComponent(url.username) || "default",
    "X-ClickHouse-Key": decodeURIComponent(url.password),
  };
  try {
    const answer = await fetch(`${url.origin}/?query=SELECT%20version()`, {
      headers: key,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = (await answer.text()).trim();
    return answer.ok
      ? {
          what: "clickhouse",
          ok: true,
          detail: `${maskSecret(clickhouse_url)} answers, version ${text}`,
        }
      : unreachable("clickhouse", clickhouse_url, text.slice(0, 120));
  } catch (error) {
    const { message, cause } = error as Error;
    return unreachable(
      "clickhouse",
      clickhouse_url,
      cause instanceof Error ? cause.message : message,
    );
  }
}

/** The PostgreSQL that would be used. */
export async function checkPostgres({ postgres_url }: Settings): Promise<Finding> {
  if (postgres_url === "") return embedded("postgres", postgresPackage()?.folder);
  const client = new Client({ connectionString: postgres_url, connectionTimeoutMillis: ANSWER_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>("SHOW server_version_num");
    const version = Number(rows[0]?.server_version_num);
    return version >= POSTGRES_VERSION_MIN
      ? {
          what: "postgres",
          ok: true,
          detail: `${maskSecret(postgres_url)} answers, version ${Math.floor(version / 10_000)}`,
        }
      : unreachable(
          "postgres",
          postgres_url,
          `version ${Math.floor(version / 10_000)} is older than 15`,
        );
  } catch (error) {
    return unreachable("postgres", postgres_url, (error as Error).message);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function embedded(what: string, path: string | undefined): Finding {
  return path === undefined
    ? {
        what,
        ok: false,
        detail: `not installed for ${process.platform}-${process.arch}`,
        mend: `${INSTALL}, or DRAWDOWN_${what.toUpperCase()}_URL=a server`,
      }
    : { what, ok: true, detail: `embedded, ${path}` };
}

function unreachable(what: string, url: string, why: string): Finding {
  return {
    what,
    ok: false,
    detail: `${maskSecret(url)}: ${why.split("\n")[0]}`,
    mend: `start that server, correct DRAWDOWN_${what.toUpperCase()}_URL, or unset it to use the embedded one`,
  };
}
