import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSystemPostgres, systemPostgres } from "./testing/system-postgres.ts";

/**
 * The registry's own tests once more, on the PostgreSQL that the system's packages brought (15 with Debian 12): migrations, roles,
 * policies and statements must be good for it as well as for the embedded one.
 */

/** Each brings a database up from nothing. */
const FILES = [
  "api/registry/isolation/isolation.test.ts",
  "api/registry/isolation/roles.test.ts",
  "api/registry/isolation/scoped-pool.test.ts",
  "api/registry/database.test.ts",
  "api/registry/upgrade.test.ts",
  "api/registry/coverage.test.ts",
  "api/registry/seed/seed.test.ts",
  "api/routes/supply-policies.test.ts",
  "api/vendors/vendors.test.ts",
];
const RUN_MS_MAX = 150_000;

const found = systemPostgres();
const root = join(import.meta.dirname, "..", "..");
let server: Awaited<ReturnType<typeof startSystemPostgres>> | undefined;

beforeAll(async () => {
  if (found !== undefined) server = await startSystemPostgres(found.bin);
}, 40_000);
afterAll(() => server?.stop());

const title =
  found === undefined
    ? "the registry on the system's PostgreSQL: none is installed under /usr/lib/postgresql"
    : `the registry on PostgreSQL ${found.version} of the system's packages`;

test.skipIf(found === undefined)(
  title,
  async () => {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(process.execPath, [vitest, "run", "--maxWorkers=2", ...FILES], {
      cwd: root,
      env: { ...process.env, DRAWDOWN_TEST_POSTGRES_URL: server?.url, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (part: Buffer) => (output += part.toString()));
    child.stderr.on("data", (part: Buffer) => (output += part.toString()));
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code, output.slice(-6_000)).toBe(0);
    const counts = /Tests\s+(.*)/.exec(output)?.[1] ?? "";
    expect(counts).toMatch(/^\d+ passed \(\d+\)$/);
    process.stdout.write(`registry on PostgreSQL ${found?.version}: ${counts}\n`);
  },
  RUN_MS_MAX,
);
