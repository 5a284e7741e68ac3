#!/usr/bin/env node
/**
 * The command `drawdown`: installs and builds what is missing, then runs the command line in this same process, so
 * that signals reach it. `--set-up` stops after the set-up.
 */
const NODE_MIN = [20, 20];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  process.stderr.write(
    `drawdown needs Node ${NODE_MIN.join(".")} or later, this is ${process.versions.node}: install a newer one from nodejs.org\n`,
  );
  process.exit(1);
}

const root = import.meta.dirname;
const say = (line) => process.stderr.write(`drawdown: ${line}\n`);
const only = process.argv[2] === "--set-up";

try {
  const { setUp } = await import("./engine/host/setup/set-up.mjs");
  await setUp(root, say);
  if (only) {
    const { fetchServers } = await import("./dist/engine/host/fetch-servers.js");
    await fetchServers(say);
  }
} catch (error) {
  if (error.output) process.stderr.write(`${error.output.trimEnd()}\n`);
  say(error.message);
  process.exit(1);
}

if (!only) {
  const { endWithParent } = await import("./engine/host/setup/parent.mjs");
  endWithParent();
  await import("./dist/cli.js");
}
