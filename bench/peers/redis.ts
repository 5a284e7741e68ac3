/**
 * Redis as the opponent: balances in hashes, charged by a Lua script (redis.lua), 48 readings of a meter in each call.
 *
 * Why it is fair: nothing is written to disk, so it is spared what our side has to do; commands lie ready as bytes and go
 * over one connection in large groups, so that the server never waits; the script is loaded once. Redis runs scripts on one
 * thread: more connections would not make it faster.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { pickPort } from "../../engine/host/ports.ts";
import {
  FLEET_BEGIN_S,
  FLEET_CREDIT_MICROS,
  FLEET_STEP_S,
  type FrameSet,
  registerOf,
} from "../engine/fleet-frames.ts";
import { type Sample, timed } from "../harness/rounds.ts";
import { SkipError } from "../harness/skip.ts";
import { tied } from "../harness/tied.ts";
import { command, RespClient } from "./resp.ts";

/** Commands of one write. */
const GROUP = 256;
/** Groups that are on their way. */
const GROUPS_AHEAD = 4;
const START_MS = 10_000;
const SCRIPT = readFileSync(new URL("redis.lua", import.meta.url), "utf8");
/** Whole millions of all balances and what is over them, apart: the sum of many accounts is more than a double holds. */
const SUM =
  "local whole, over = 0, 0 for i = 0, ARGV[1] - 1 do local b = tonumber(redis.call('HGET', 'a:' .. i, 'b')) " +
  "local part = math.floor(b / 1000000) whole = whole + part over = over + b - part * 1000000 end " +
  "return string.format('%.0f %.0f', whole, over)";

/** A running server with the accounts in it. */
export class RedisPeer {
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #client: RespClient;
  readonly #accounts: number;
  readonly #script: string;

  private constructor(
    child: ChildProcess,
    parts: { client: RespClient; accounts: number; script: string; version: string },
  ) {
    this.#child = child;
    this.version = parts.version;
    this.#client = parts.client;
    this.#accounts = parts.accounts;
    this.#script = parts.script;
  }

  /** Starts it with all accounts paid and read once. Throws a SkipError where there is no redis-server. */
  static async start(folder: string, accounts: number): Promise<RedisPeer> {
    const { stdout } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
    const version = /v=(\S+)/.exec(stdout ?? "")?.[1];
    if (version === undefined)
      throw new SkipError('no redis-server: install it, "apt-get install redis-server"');
    const port = await pickPort(0);
    const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: folder };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = tied(spawn("redis-server", args, { stdio: "ignore" }));
    const client = await reach(port);
    const script = (await client.ask(command("SCRIPT", "LOAD", SCRIPT))).trim();
    const peer = new RedisPeer(child, { client, accounts, script, version });
    const opening = Array.from({ length: accounts }, (_, account) => {
      const fields = ["r", registerOf(account, 0), "t", FLEET_BEGIN_S, "b", FLEET_CREDIT_MICROS];
      return command("HSET", `a:${account}`, ...fields.map(String), "c", 0);
    });
    await peer.#send(groupsOf(opening));
    return peer;
  }

  /** Applies the readings of a set, all steps of a meter in one call; its check is the sum of balances. */
  async run({ fromStep, steps, readings }: FrameSet): Promise<Sample> {
    const baseS = FLEET_BEGIN_S + fromStep * FLEET_STEP_S;
    const calls = Array.from({ length: this.#accounts }, (_, account) => {
      const registers = Array.from({ length: steps }, (__, k) => registerOf(account, fromStep + k));
      const head = ["EVALSHA", this.#script, 1, `a:${account}`, baseS, FLEET_STEP_S];
      return command(...head, ...registers);
    });
    const groups = groupsOf(calls);
    const sample = await timed(async () => {
      const accepted = await this.#send(groups);
      if (accepted !== readings) throw new Error(`Redis took ${accepted} of ${readings} readings`);
      return readings;
    }, [this.#child.pid ?? 0]);
    const sums = await this.#client.ask(command("EVAL", SUM, 0, this.#accounts));
    const [whole = "", over = ""] = sums.trim().split(" ");
    return { ...sample, check: String(BigInt(whole) * 1_000_000n + BigInt(over)) };
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#client.close();
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Sends all groups, a few at a time; gives the sum of the answers. */
  async #send(groups: readonly Group[]): Promise<number> {
    let sum = 0;
    const ahead: Promise<number>[] = [];
    for (const { text, commands } of groups) {
      ahead.push(this.#client.sum(text, commands));
      if (ahead.length >= GROUPS_AHEAD) sum += (await ahead.shift()) ?? 0;
    }
    for (const each of ahead) sum += await each;
    return sum;
  }
}

type Group = { text: string; commands: number };

function groupsOf(commands: readonly string[]): Group[] {
  const groups: Group[] = [];
  for (let from = 0; from < commands.length; from += GROUP) {
    const group = commands.slice(from, from + GROUP);
    groups.push({ text: group.join(""), commands: group.length });
  }
  return groups;
}

async function reach(port: number): Promise<RespClient> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      return await RespClient.open(port);
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
