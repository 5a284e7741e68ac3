/**
 * npm stands between the person and us: when it is killed without a chance to pass a signal on, we end as well.
 */

const LOOK_MS = 500;

/** When npm started us, ends us in order (SIGTERM) as soon as our parent process is another one. */
export function endWithParent() {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  looking.unref();
}
