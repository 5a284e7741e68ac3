/**
 * Makes sure that everything is installed and built. Costs milliseconds when it is.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dueSteps } from "./build.mjs";
import { install, isInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";

/** Does what is due under `root`. Throws an error whose message is one line; `output` holds what the failed step said. */
export async function setUp(root, say) {
  if (!hasSources(root)) return;
  if (isInstalled(root) && dueSteps(root).length === 0) return;
  await withLock(join(root, ".cache", "set-up.lock"), say, async () => {
    if (!isInstalled(root)) {
      await timed(
        say,
        "installing dependencies (once; about 500 MB to fetch, with the database servers)",
        () => install(root),
        "npm ci",
      );
    }
    const steps = dueSteps(root);
    if (steps.length === 0) return;
    const names = steps.map(({ name }) => name).join(" and ");
    await timed(say, `building ${names}`, () => runAll(steps), "npm run build");
  });
}

/** An installed package holds what was built and no sources; nothing is to be done there. */
function hasSources(root) {
  return (
    existsSync(join(root, "tsconfig.build.json")) && existsSync(join(root, "package-lock.json"))
  );
}

/** Side by side; a failure is told when all have ended, so that no step is left running. */
async function runAll(steps) {
  const outcomes = await Promise.allSettled(steps.map(({ run }) => run()));
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function timed(say, what, work, command) {
  const startMs = Date.now();
  say(`${what} …`);
  try {
    await work();
  } catch (error) {
    const failed = new Error(
      `set-up failed while ${what} (${error.message}): see above, mend it and try "${command}"`,
      { cause: error },
    );
    throw Object.assign(failed, { output: error.output ?? "" });
  }
  say(`${what.split(" (")[0]} took ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
}
