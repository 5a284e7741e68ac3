/**
 * Every metric that the dashboard and the alert rules name is told by the roles: the figures are made by the roles' own
 * code, and turned into text as the api does.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetPath } from "../engine/contract/assets.ts";
import { HELP } from "../engine/contract/metrics/catalogue.ts";
import { listenForMetrics } from "../engine/contract/metrics/listener.ts";
import { nodeDisk } from "../engine/contract/node-disk.ts";
import { SmallEngine } from "../engine/core/testing/small-engine.ts";
import { BatchTimes, engineFigures } from "../engine/metrics/engine-figures.ts";
import { Metrics as GatewayMetrics } from "../gateway/service/metrics.ts";
import { makeMetrics } from "./metrics.ts";
import { roleMetrics } from "./role-metrics.ts";
import { LAG_UNKNOWN, WriterFigures } from "./store/writer-figures.ts";

/** What the upkeep adds to the api's own figures. */
const STREAM = {
  stream_connections: 1,
  stream_lanes: 1,
  stream_lagged: 0,
  stream_waiting_chars: 0,
};
/** Texts and lists, which are no figures. */
const NO_FIGURES = new Set(["role", "instance", "alarm", "last_error", "links"]);

const byRole: Record<string, Record<string, unknown>> = {};
let text = "";
let small: SmallEngine;
const folder = mkdtempSync(join(tmpdir(), "drawdown-deploy-"));

beforeAll(async () => {
  small = await SmallEngine.open(nodeDisk, join(folder, "engine"), { shards: 2 });
  await small.setUp();
  const batches = new BatchTimes();
  batches.batch(3, 1);
  batches.synced(2);
  const clock = { nowS: () => small.nowS, speed: 1 };
  const lags = () => [{ shard: 0, frames: 1, ms: 4 }];
  byRole["engine"] = engineFigures({ engine: small.engine, clock, batches, lags })();
  const gateway = new GatewayMetrics();
  gateway.fault(undefined as never, "timeout");
  byRole["gateway"] = gateway.take([], { nowS: 1, alarms: [], links: [] });
  gateway.close();
  byRole["store"] = new WriterFigures().take(0, LAG_UNKNOWN, Date.now());
  const metrics = makeMetrics();
  metrics.onAnswer("PUT /v1/vends/:vend_id", 201, 0.01);
  byRole["api"] = { ...metrics.figures(), ...STREAM };
  text = (await metrics.text()) + roleMetrics(byRole);
});
afterAll(async () => {
  await small.engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const samples = (): Set<string> =>
  new Set([...text.matchAll(/^(\w+)(?:\{[^\n]*\})? [-\d.e+]+$/gm)].map(([, name = ""]) => name));
const namesIn = (told: string): string[] => [
  ...new Set([...told.matchAll(/\b(?:drawdown|process|nodejs)_\w+/g)].map(([name]) => name)),
];

describe.each([
  ["alerts.yaml", 14],
  ["grafana-dashboard.json", 20],
])("deploy/%s", (file, least) => {
  test("names only metrics that are told", () => {
    const names = namesIn(readFileSync(assetPath("deploy", file), "utf8"));
    expect(names.length).toBeGreaterThanOrEqual(least);
    const told = samples();
    expect(names.filter((name) => !told.has(name))).toEqual([]);
  });
});

test("the dashboard is sound: panels have their own ids and places, and each asks something", () => {
  const { panels } = JSON.parse(
    readFileSync(assetPath("deploy", "grafana-dashboard.json"), "utf8"),
  ) as { panels: { id: number; gridPos: unknown; targets: { expr: string }[] }[] };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(panels.length);
  for (const { targets } of panels) expect(targets.every(({ expr }) => expr.length > 8)).toBe(true);
});

test.each(["engine", "gateway", "store", "api"])(
  "every figure of the %s has its help, and every help its figure",
  (role) => {
    const figures = Object.keys(byRole[role] ?? {}).filter((figure) => !NO_FIGURES.has(figure));
    expect(figures.sort()).toEqual(Object.keys(HELP[role] ?? {}).sort());
  },
);

test("a role tells the same at an address of its own, and nothing else is there", async () => {
  const listener = await listenForMetrics({
    role: "engine",
    host: "127.0.0.1",
    port: 0,
    figures: () => byRole["engine"],
  });
  const url = `http://127.0.0.1:${listener.port}`;
  const told = await (await fetch(`${url}/metrics`)).text();
  expect(told).toContain(roleMetrics({ engine: byRole["engine"] }));
  expect(told).toContain("process_resident_memory_bytes");
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(404);
  const taken = listenForMetrics({
    role: "engine",
    host: "127.0.0.1",
    port: listener.port,
    figures: () => undefined,
  });
  await expect(taken).rejects.toThrow(/set another port or 0 for none/);
  await listener.close();
});
