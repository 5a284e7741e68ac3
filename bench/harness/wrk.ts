/**
 * wrk, the load generator in C: it takes little from the machine's cores, so that the servers are what is measured.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { SkipError } from "./skip.ts";

const SCRIPT = fileURLToPath(new URL("requests.lua", import.meta.url));

/** What a run of wrk counted; latencies in milliseconds. */
export type WrkRun = {
  requests: number;
  seconds: number;
  errors: number;
  p50Ms: number;
  p99Ms: number;
};

/** Throws a SkipError where wrk is not installed. */
export function needWrk(): void {
  if (spawnSync("wrk", ["--version"]).error !== undefined)
    throw new SkipError('no wrk: install it, "apt-get install wrk"');
}

/** What is sent: over how many connections, for how long. */
export type WrkLoad = {
  kind: "get" | "vend";
  paths: string;
  key: string;
  mark: string;
  seconds: number;
  connections: number;
};

/**
 * Sends requests from one thread: `kind` "get" reads paths from the file `paths`, "vend" makes vends for accounts in it, each
 * with an id of its own that begins with `mark`.
 */
export async function wrk(url: string, load: WrkLoad): Promise<WrkRun> {
  const { kind, paths, key, mark, seconds, connections } = load;
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", SCRIPT, url];
  const child = spawn("wrk", [...args, "--", kind, paths, key, mark], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await once(child, "close");
  const line = text.split("\n").find((each) => each.startsWith("{"));
  if (line === undefined) throw new Error(`wrk told nothing: ${text.slice(0, 300)}`);
  return JSON.parse(line) as WrkRun;
}
