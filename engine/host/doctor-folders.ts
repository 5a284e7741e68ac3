/**
 * The doctor's look at folders and ports.
 */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Settings } from "../contract/settings-schema.ts";
import { cacheFolder } from "./cache.ts";
import { lockOwner } from "./data-lock.ts";
import type { Finding } from "./finding.ts";
import { writable } from "./folder.ts";
import { isPortFree } from "./ports.ts";

/** Free space under which an installation will soon refuse readings. */
const FREE_BYTES_MIN = 2 * 1024 * 1024 * 1024;

/** Whether the data folder can be written (or made), has room, and who uses it. */
export function checkData(data: string): Finding[] {
  const standing = nearest(data);
  const findings: Finding[] = [];
  const canWrite = writable(standing);
  findings.push({
    what: "data folder",
    ok: canWrite,
    detail: canWrite
      ? `${data} ${existsSync(data) ? "is writable" : "can be made"}`
      : `${data} is not writable`,
    ...(canWrite
      ? {}
      : { mend: `chown -R $(id -un) ${standing}, or DRAWDOWN_DATA=another folder` }),
  });
  const { bavail, bsize } = statfsSync(standing);
  const free = bavail * bsize;
  const enough = free >= FREE_BYTES_MIN;
  findings.push({
    what: "disk",
    ok: enough,
    detail: `${(free / 1024 ** 3).toFixed(1)} GiB free for data`,
    ...(enough ? {} : { mend: "free some space, or DRAWDOWN_DATA=a folder on a larger disk" }),
  });
  const owner = lockOwner(data);
  findings.push({
    what: "running",
    ok: true,
    detail:
      owner === undefined
        ? "nothing runs on this data folder"
        : `process ${owner} runs on this data folder`,
  });
  return findings;
}

/** Whether programs can be fetched into the cache. */
export function checkCache(cache: string): Finding {
  try {
    const folder = cacheFolder(cache);
    accessSync(folder, constants.W_OK);
    return { what: "cache", ok: true, detail: `${folder} is writable` };
  } catch (error) {
    return {
      what: "cache",
      ok: false,
      detail: (error as Error).message,
      mend: "DRAWDOWN_CACHE=a folder that can be written",
    };
  }
}

/** Whether the api's port is free; the embedded servers choose another by themselves. */
export async function checkPort({ api_port, data }: Settings): Promise<Finding> {
  const free = api_port === 0 || lockOwner(data) !== undefined || (await isPortFree(api_port));
  return free
    ? { what: "api port", ok: true, detail: api_port === 0 ? "any free one" : String(api_port) }
    : {
        what: "api port",
        ok: false,
        detail: `${api_port} is taken by another program`,
        mend: "DRAWDOWN_API_PORT=another port",
      };
}

/** The folder itself, or the closest one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
