/**
 * Processes that must not outlive this one.
 */
import type { ChildProcess } from "node:child_process";

/** Sees to it that a child is killed when this process ends, whatever ends it but a signal; a terminal's reach both. */
export function tied<T extends ChildProcess>(child: T): T {
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  return child;
}
