/**
 * Roles of the product as processes of their own, as `drawdown start` runs them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { nodeFlags } from "../../engine/host/program.ts";
import { programPart } from "../../engine/torture/part.ts";
import { plainArguments } from "../harness/plain.ts";

const CLI = new URL("../../cli.ts", import.meta.url);

/** A running role. */
export type Role = { pid: number; stop(): Promise<void> };

/** Starts a role over a data folder; `env` says where its servers are. */
export async function startRole(
  name: "engine" | "store-writer" | "api",
  data: string,
  env: Record<string, string>,
): Promise<Role> {
  mkdirSync(join(data, "logs"), { recursive: true });
  const own = { DRAWDOWN_DATA: data, DRAWDOWN_FIELD: "off", DRAWDOWN_LOG_LEVEL: "warn" };
  const part = programPart({
    name,
    args: [...nodeFlags(name), ...plainArguments(CLI), name],
    env: { ...process.env, ...own, ...env },
    log: join(data, "logs", `${name}.log`),
  });
  const { pid, stop } = await part.start();
  return { pid, stop };
}
