/**
 * Starts a child that cannot outlive us. A shell forks a watcher and then becomes the child; the watcher reads a pipe
 * whose other end only we hold. However we end (return, Ctrl-C, SIGKILL), the kernel closes that end, the watcher
 * wakes and ends the whole process group. Shell and `cat` are all it needs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** What to start. `log` is a file descriptor that takes both outputs; without it they come as pipes in `child`. */
export type KeptSpec = {
  command: string;
  args: readonly string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  log?: number;
  /** Sent to ask the child to end in order. */
  stopSignal: "SIGTERM" | "SIGINT" | "SIGKILL";
  /** Sent by the watcher when we are gone, without `SIG`; SIGKILL follows after ORPHAN_GRACE_S. */
  orphanSignal: "TERM" | "QUIT" | "KILL";
  /** Another user to run as; only root may ask for it. */
  user?: { uid: number; gid: number };
};

/** How a child ended: one of both is set. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A running child. `stop` asks, waits, and then forces; it may be called twice and after the end. */
export type Kept = {
  pid: number;
  child: ChildProcess;
  exited: Promise<Exit>;
  stop(graceMs: number): Promise<void>;
};

/** Seconds that an orphan has to end by itself before it is killed. */
const ORPHAN_GRACE_S = 3;

/** `$$` is the child's own number also inside the watcher; as the leader's it names the process group, too. */
const WATCH = `(
  trap '' INT TERM HUP QUIT
  cat <&3 >/dev/null
  kill -s "$0" -- "-$$"
  n=0
  while [ "$n" -lt ${ORPHAN_GRACE_S * 10} ] && kill -0 "$$"; do sleep 0.1; n=$((n + 1)); done
  kill -s KILL -- "-$$"
) >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** Starts the child in a process group of its own; rejects when the command cannot be started. */
export async function spawnKept(spec: KeptSpec): Promise<Kept> {
  const output = spec.log ?? "pipe";
  const child = spawn("/bin/sh", ["-c", WATCH, spec.orphanSignal, spec.command, ...spec.args], {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
    ...(spec.user ?? {}),
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      endGroup(child.pid);
      resolve({ code, signal });
    });
  });
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.command} was started without a process number`);
  const lifeline = child.stdio[3];
  if (lifeline && "unref" in lifeline) (lifeline as { unref(): void }).unref();
  return {
    pid,
    child,
    exited,
    stop: (graceMs) => stopKept(child, spec.stopSignal, exited, graceMs),
  };
}

async function stopKept(
  child: ChildProcess,
  signal: NodeJS.Signals,
  exited: Promise<Exit>,
  graceMs: number,
): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  tell(pid, signal);
  const timer = setTimeout(() => tell(-pid, "SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}

/** The watcher keeps the group's number from being given away until this has run, so it never hits a stranger. */
function endGroup(pid: number | undefined): void {
  if (pid !== undefined) tell(-pid, "SIGKILL");
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
