import { configureGlobal } from "fast-check";

/**
 * Property tests take a new seed in every run on a desk, where somebody reads what they find; where CI is set they
 * take one known seed (`DRAWDOWN_TEST_SEED`, a whole number, names another), so that the same commit gives the same verdict.
 */
const named = process.env["DRAWDOWN_TEST_SEED"] ?? (process.env["CI"] ? "20261122" : undefined);
if (named !== undefined) configureGlobal({ seed: Number(named) });
