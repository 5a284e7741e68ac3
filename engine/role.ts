/**
 * The role `drawdown engine`: settings in, an engine running, a clean end on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { join } from "node:path";
import { roleLog } from "./contract/log.ts";
import type { Settings } from "./contract/settings-schema.ts";
import { lockData } from "./host/data-lock.ts";
import { runEngine } from "./main.ts";

/** Runs the engine until the process is told to end. Rejects when it can't start or can't go on. */
export async function engineRole(settings: Settings): Promise<void> {
  const log = roleLog("engine", settings.log_level);
  if (settings.nats_url === "")
    throw new Error("the engine needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Two engines over one journal would each believe to be its only writer.
  const lock = lockData(join(settings.data, "engine"));
  const told = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  const ended = Promise.race([failed, told.then(() => "told" as const)]);
  ended.catch(() => {});
  for (let why: "told" | "lost" = "lost"; why === "lost"; ) {
    let lose: () => void = () => {};
    const lost = new Promise<"lost">((done) => {
      lose = () => done("lost");
    });
    const running = await runEngine(settings, log, fail, lose);
    log.info({ accounts: running.engine.accounts() }, "the engine takes inputs");
    try {
      why = await Promise.race([ended, lost]);
    } catch (cause) {
      log.fatal({ err: cause }, "the engine can't go on; nothing more is acknowledged");
      throw cause;
    }
    log.info(
      why === "lost" ? "NATS has lost its store: starting again" : "ending: saving the state",
    );
    // What fails on the way must not be waited for.
    await Promise.race([running.close(), failed]);
  }
  lock.release();
}
