/**
 * npm and its shell stand between the person and us. When npm is killed without a chance to pass a signal on, or
 * passes it to a shell that does not, we end as well.
 */
import { readFileSync } from "node:fs";

const LOOK_MS = 500;

/** When npm started us, ends us in order (SIGTERM) as soon as our parent, or the parent of that, is another process. */
export function endWithParent() {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const before = ancestors();
  const looking = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  looking.unref();
}

/** Where there is no /proc the shell has replaced itself by us, and the parent is npm. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    return String(process.ppid);
  }
}
