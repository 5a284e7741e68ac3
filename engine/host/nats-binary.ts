/**
 * Finds the `nats-server` program: on PATH, in the cache, else from Debian's packages without touching the system,
 * else (as root) by installing the package.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { HostError } from "./host-error.ts";
import { type Outcome, run } from "./run.ts";

/** Folders where packages put servers; an ordinary user's PATH often lacks them. */
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
const APT_MS = 180_000;
const UNPACK_MS = 60_000;

/** The program's path; fetches it when there is none. Throws a HostError `missing` with the command that helps. */
export async function findNats(cache: string, say?: (line: string) => void): Promise<string> {
  const here = natsHere(cache);
  if (here !== undefined) return here;
  if (!onPath("apt-get") || !onPath("dpkg-deb")) throw missing("this system has no apt-get");
  say?.("fetching nats-server from Debian's packages (4 MB, once)");
  const fetched = await fetchPackage(cache);
  const found = natsHere(cache);
  if (found !== undefined) return found;
  const installed = process.getuid?.() === 0 ? await install() : undefined;
  const afterInstall = natsHere(cache);
  if (afterInstall !== undefined) return afterInstall;
  throw missing(shorten(installed?.output ?? fetched.output));
}

/** The program where it lies already; undefined when it would have to be fetched. */
export function natsHere(cache: string): string | undefined {
  return onPath("nats-server") ?? executable(cachedPath(cache));
}

function cachedPath(cache: string): string {
  return join(cache, "nats", "nats-server");
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SERVER_FOLDERS];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => executable(join(folder, name)))
    .find((path) => path !== undefined);
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/**
 * Downloads with apt, which checks the signature. First with the lists that the system has; when they are empty or
 * old, with lists of our own in a folder that is thrown away, so that it works without root and changes nothing.
 */
async function fetchPackage(cache: string): Promise<Outcome> {
  const work = mkdtempSync(join(cache, "nats-fetch-"));
  try {
    let outcome = await download(work, []);
    if (!outcome.ok) {
      const own = ownState(work);
      const update = await run("apt-get", [...own, "update"], { cwd: work, timeoutMs: APT_MS });
      outcome = await download(work, own);
      if (!outcome.ok && !update.ok) outcome = update;
    }
    return outcome.ok ? await unpack(work, cache) : outcome;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function download(work: string, own: readonly string[]): Promise<Outcome> {
  const args = ["-q", "-o", "APT::Sandbox::User=", ...own, "download", "nats-server"];
  return run("apt-get", args, { cwd: work, timeoutMs: APT_MS });
}

function ownState(work: string): string[] {
  const state = join(work, "state");
  const cache = join(work, "cache");
  mkdirSync(join(state, "lists", "partial"), { recursive: true });
  mkdirSync(join(cache, "archives", "partial"), { recursive: true });
  const options = [
    `Dir::State=${state}`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache=${cache}`,
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
  ];
  return options.flatMap((option) => ["-o", option]);
}

async function unpack(work: string, cache: string): Promise<Outcome> {
  const name = readdirSync(work).find((file) => file.endsWith(".deb"));
  if (name === undefined) return { ok: false, output: "apt-get download left no package" };
  const outcome = await run("dpkg-deb", ["-x", name, "unpacked"], {
    cwd: work,
    timeoutMs: UNPACK_MS,
  });
  const program = ["usr/sbin", "usr/bin"]
    .map((folder) => join(work, "unpacked", folder, "nats-server"))
    .find(existsSync);
  if (!outcome.ok || program === undefined)
    return { ok: false, output: outcome.output || "the package holds no nats-server" };
  mkdirSync(join(cache, "nats"), { recursive: true });
  renameSync(program, cachedPath(cache));
  return outcome;
}

async function install(): Promise<Outcome> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { timeoutMs: APT_MS, env });
  return run("apt-get", ["-q", "install", "-y", "--no-install-recommends", "nats-server"], {
    timeoutMs: APT_MS,
    env,
  });
}

function missing(why: string): HostError {
  return new HostError(
    "missing",
    `nats-server is not installed and could not be fetched (${why}): install it ("apt-get install nats-server", ` +
      `"brew install nats-server", or from nats.io) or set DRAWDOWN_NATS_URL to a server with JetStream`,
  );
}

function shorten(output: string): string {
  const lines = output.split("\n").filter((line) => line.startsWith("E:"));
  return (lines.at(-1) ?? output.split("\n").at(-1) ?? "").slice(0, 200);
}
