import { defineConfig } from "vitest/config";

/** Two forks at most: the tests start real servers and share two cores. */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    setupFiles: ["./vitest.setup.ts"],
    // Longer than any wait of the product under test on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    include: ["{kernel-as,engine,gateway,api,bench}/**/*.test.ts", "*.test.ts"],
  },
});
