import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  loadSettings,
  SETTINGS_FILE,
  SettingsError,
  settingsEnvironment,
  variableOf,
} from "./settings.ts";
import { aboutSetting, SETTING_KEYS, SHARDS_MAX, WORKERS_MAX } from "./settings-schema.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "drawdown-settings-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function file(value: unknown): void {
  writeFileSync(
    join(cwd, SETTINGS_FILE),
    typeof value === "string" ? value : JSON.stringify(value),
  );
}

function faults(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadSettings(env, cwd);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe("loadSettings", () => {
  it("has the documented defaults", () => {
    const { values, sources } = loadSettings({}, cwd);
    expect(values).toMatchObject({
      data: join(cwd, "data"),
      api_host: "127.0.0.1",
      api_port: 8080,
      nats_port: 4222,
      clickhouse_port: 8123,
      postgres_port: 5432,
      nats_url: "",
      shards: 64,
      workers: Math.min(2, WORKERS_MAX),
      clock_speed: 1,
      field_meters: 320,
      tick_seconds: 60,
      snapshot_seconds: 60,
      journal_segment_mb: 64,
      max_skew_s: 120,
      log_level: "info",
    });
    expect(new Set(Object.values(sources))).toEqual(new Set(["default"]));
  });

  it("takes the environment over the file over the default, and tells the source", () => {
    file({ api_port: 1111, shards: 8, data: "kept" });
    const { values, sources } = loadSettings(
      { DRAWDOWN_API_PORT: "2222", DRAWDOWN_SHARDS: "" },
      cwd,
    );
    expect(values).toMatchObject({ api_port: 2222, shards: 8, data: join(cwd, "kept") });
    expect([sources.api_port, sources.shards, sources.nats_port]).toEqual([
      "DRAWDOWN_API_PORT",
      join(cwd, SETTINGS_FILE),
      "default",
    ]);
  });

  it("reads the file that DRAWDOWN_CONFIG names, with paths beside it", () => {
    file({ data: "there" });
    const { values } = loadSettings({ DRAWDOWN_CONFIG: join(cwd, SETTINGS_FILE) }, "/");
    expect(values.data).toBe(join(cwd, "there"));
  });

  it("tells all faults at once, by name", () => {
    file({ api_prt: 1, tick_seconds: 0 });
    const found = faults({
      DRAWDOWN_SHARDS: String(SHARDS_MAX + 1),
      DRAWDOWN_WORKERS: "two",
      DRAWDOWN_NATS_URL: "host:4222",
      DRAWDOWN_LOG_LEVEL: "loud",
    });
    expect(found).toHaveLength(6);
    for (const part of [
      "DRAWDOWN_SHARDS",
      "DRAWDOWN_WORKERS",
      "DRAWDOWN_NATS_URL",
      "DRAWDOWN_LOG_LEVEL",
      "tick_seconds in",
      "did you mean api_port?",
    ]) {
      expect(found.some((fault) => fault.includes(part))).toBe(true);
    }
  });

  it.each([
    ["a file that is no JSON", "{", "cannot be read as JSON"],
    ["a file that is a list", [], "must hold one JSON object"],
  ])("refuses %s", (_, content, message) => {
    file(content);
    expect(faults({}).join()).toContain(message);
  });

  it("refuses a named file that is not there", () => {
    expect(faults({ DRAWDOWN_CONFIG: "nowhere.json" }).join()).toContain(
      "nowhere.json, which is not there",
    );
  });

  it("warns of a variable that looks like ours", () => {
    expect(loadSettings({ DRAWDOWN_API_PROT: "1" }, cwd).warnings).toEqual([
      "DRAWDOWN_API_PROT is no setting and is not read: did you mean api_port?",
    ]);
  });

  it("passes on to a child exactly what was read", () => {
    file({ api_port: 1111, nats_url: "nats://a:1,nats://b:2", clock_speed: 2.5 });
    const { values } = loadSettings({}, cwd);
    expect(loadSettings(settingsEnvironment(values), tmpdir()).values).toEqual(values);
  });

  it("never throws anything but a SettingsError, whatever the environment holds", () => {
    const env = fc.dictionary(
      fc.constantFrom(...SETTING_KEYS.map(variableOf)),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(env, (values) => void faults(values)),
      { numRuns: 200 },
    );
  });
});

describe("aboutSetting", () => {
  it.each(SETTING_KEYS)("tells unit, bounds and meaning of %s", (key) => {
    const { unit, bounds, about } = aboutSetting(key);
    expect([unit, bounds, about]).not.toContain("");
  });
});
