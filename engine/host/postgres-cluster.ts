/**
 * PostgreSQL's cluster: the folder of its data, made whole or not at all.
 */

import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostError } from "./host-error.ts";
import { type PostgresPrograms, SYSTEM_FOLDER } from "./postgres-programs.ts";
import { type MachineUser, POSTGRES_USER, reaches } from "./postgres-user.ts";
import { run } from "./run.ts";

const INITDB_MS = 120_000;
/**
 * Size of a file of the write-ahead log. Each new one is filled with zeros and synced while all commits wait: those of 16 MB,
 * PostgreSQL's own choice, held vends up for 100 ms and more.
 */
const WAL_SEGMENT_MB = 4;

/** What a cluster is made with. `folder` is the server's folder in the data folder. */
export type ClusterSpec = {
  folder: string;
  programs: PostgresPrograms;
  user: MachineUser | undefined;
  password: string;
  say?: ((line: string) => void) | undefined;
};

/** The cluster's path; makes it the first time. Nothing of ours may run on it. Rejects with a HostError. */
export async function prepareCluster(spec: ClusterSpec): Promise<string> {
  const place = join(spec.folder, "cluster");
  if (lstatSync(place, { throwIfNoEntry: false }) === undefined) await makeCluster(spec, place);
  const cluster = lstatSync(place).isSymbolicLink() ? readlinkSync(place) : place;
  if (!existsSync(join(cluster, "PG_VERSION"))) {
    throw new HostError(
      "failed",
      `${place} holds no PostgreSQL cluster: put it back from a backup, or move it away to start anew`,
    );
  }
  dropStalePid(join(cluster, "postmaster.pid"));
  return cluster;
}

/** Under a closed folder such as /root the cluster lies in SYSTEM_FOLDER, and a link in the data folder leads to it. */
async function makeCluster(spec: ClusterSpec, place: string): Promise<void> {
  const inside = await reaches(spec.user, spec.folder);
  const home = inside ? place : join(SYSTEM_FOLDER, `cluster-${randomBytes(6).toString("hex")}`);
  if (!inside) {
    mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    spec.say?.(
      `PostgreSQL runs as another user than root, who cannot reach ${spec.folder}: its data lie in ${home}`,
    );
  }
  const work = `${home}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { mode: 0o700 });
  if (spec.user !== undefined) chownSync(work, spec.user.uid, spec.user.gid);
  await initdb(spec, work);
  renameSync(work, home);
  if (!inside) symlinkSync(home, place);
}

async function initdb(spec: ClusterSpec, work: string): Promise<void> {
  const secrets = mkdtempSync(join(tmpdir(), "drawdown-initdb-"));
  try {
    const passwordFile = join(secrets, "password");
    writeFileSync(passwordFile, `${spec.password}\n`, { mode: 0o600 });
    if (spec.user !== undefined)
      for (const path of [secrets, passwordFile]) chownSync(path, spec.user.uid, spec.user.gid);
    const { ok, output } = await run(
      spec.programs.initdb,
      [
        "-D",
        work,
        "-U",
        POSTGRES_USER,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        `--wal-segsize=${WAL_SEGMENT_MB}`,
        "--no-instructions",
      ],
      {
        cwd: "/",
        timeoutMs: INITDB_MS,
        env: { PATH: process.env["PATH"] ?? "", TZ: "UTC", LC_ALL: "C" },
        ...(spec.user && { user: spec.user }),
      },
    );
    if (!ok)
      throw new HostError(
        "failed",
        `PostgreSQL's initdb failed: ${output.split("\n").at(-1) ?? ""}`.slice(0, 400),
      );
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

/**
 * After a crash the lock file of the last server is left. PostgreSQL takes it over by itself, except when its process
 * number now belongs to another program of the same user.
 */
function dropStalePid(path: string): void {
  let pid: number;
  try {
    pid = Number(readFileSync(path, "utf8").split("\n")[0]);
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres") return;
  } catch {
    return;
  }
  rmSync(path, { force: true });
}
