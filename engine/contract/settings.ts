/**
 * Reads the settings: the environment over `drawdown.config.json` over the defaults, and where each value came from.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
  type Settings,
  settingsSchema,
} from "./settings-schema.ts";

/** The file's name in the working folder, unless DRAWDOWN_CONFIG names another. */
export const SETTINGS_FILE = "drawdown.config.json";
/** Longest settings file that is read. */
const SETTINGS_FILE_CHARS_MAX = 262_144;
/** Most faults that are told at once. */
const FAULTS_MAX = 50;
/** Variables that are no settings but are ours. */
const OTHER_VARIABLES = new Set(["DRAWDOWN_CONFIG", "DRAWDOWN_API_URL", "DRAWDOWN_API_KEY"]);

/** Values, where each came from (`default`, the variable, or the file), and names that look like ours but mean nothing. */
export type LoadedSettings = {
  values: Settings;
  sources: Record<SettingKey, string>;
  warnings: string[];
};

/** All that is wrong with the settings, each fault one line with the name, what is wrong and the bounds. */
export class SettingsError extends Error {
  readonly code = "settings_invalid";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`${faults.join("; ")} (drawdown config shows all settings)`);
    this.name = "SettingsError";
    this.faults = faults;
  }
}

/** Reads and checks all settings. Throws a SettingsError with all faults at once. */
export function loadSettings(env: NodeJS.ProcessEnv, cwd: string): LoadedSettings {
  const file = readFile(env, cwd);
  const fromEnv = SETTING_KEYS.filter((key) => (env[variableOf(key)] ?? "") !== "");
  const given: Record<string, unknown> = { ...file.values };
  for (const key of fromEnv) given[key] = env[variableOf(key)];
  const origin = (key: string): string => {
    if (fromEnv.includes(key as SettingKey)) return variableOf(key);
    return key in file.values ? file.path : "default";
  };
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `${key} in ${file.path} is no setting${suggestion(key)}`)
        : [faultLine(String(issue.path[0] ?? ""), issue.message, origin)],
    );
    throw new SettingsError([...new Set(faults)].slice(0, FAULTS_MAX));
  }
  const values = parsed.data;
  const base = origin("data") === file.path ? dirname(file.path) : cwd;
  const sources = Object.fromEntries(SETTING_KEYS.map((key) => [key, origin(key)])) as Record<
    SettingKey,
    string
  >;
  return {
    values: { ...values, data: resolve(base, values.data) },
    sources,
    warnings: strangers(env),
  };
}

/** The environment variable of a setting. */
export function variableOf(key: string): string {
  return `DRAWDOWN_${key.toUpperCase()}`;
}

/**
 * The environment that gives a child process exactly these settings, whatever its working folder and its file say.
 */
export function settingsEnvironment(values: Settings): Record<string, string> {
  return Object.fromEntries(SETTING_KEYS.map((key) => [variableOf(key), String(values[key])]));
}

function faultLine(key: string, message: string, origin: (key: string) => string): string {
  const from = origin(key);
  return from === variableOf(key) ? `${from} ${message}` : `${key} in ${from} ${message}`;
}

function readFile(
  env: NodeJS.ProcessEnv,
  cwd: string,
): { path: string; values: Record<string, unknown> } {
  const named = env["DRAWDOWN_CONFIG"];
  const path = named === undefined || named === "" ? join(cwd, SETTINGS_FILE) : resolve(cwd, named);
  if (!existsSync(path)) {
    if (named !== undefined && named !== "")
      throw new SettingsError([
        `DRAWDOWN_CONFIG names ${path}, which is not there: make it or unset the variable`,
      ]);
    return { path, values: {} };
  }
  let value: unknown;
  try {
    const text = readFileSync(path, "utf8");
    if (text.length > SETTINGS_FILE_CHARS_MAX)
      throw new Error(`it is longer than ${SETTINGS_FILE_CHARS_MAX} characters`);
    value = JSON.parse(text);
  } catch (error) {
    throw new SettingsError([
      `${path} cannot be read as JSON (${(error as Error).message}): mend or remove it`,
    ]);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingsError([
      `${path} must hold one JSON object of settings, as {"api_port": 8080}`,
    ]);
  }
  return { path, values: value as Record<string, unknown> };
}

function strangers(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(SETTING_KEYS.map(variableOf));
  return Object.keys(env)
    .filter(
      (name) => name.startsWith("DRAWDOWN_") && !known.has(name) && !OTHER_VARIABLES.has(name),
    )
    .map(
      (name) =>
        `${name} is no setting and is not read${suggestion(name.slice("DRAWDOWN_".length).toLowerCase())}`,
    );
}

/** Names the setting that shares most of its letters, when it is near enough to be meant. */
function suggestion(key: string): string {
  const lower = key.toLowerCase();
  const near = SETTING_KEYS.map((name) => ({ name, distance: distance(lower, name) })).sort(
    (a, b) => a.distance - b.distance,
  )[0];
  return near !== undefined && near.distance <= 3 && near.name in SETTINGS
    ? `: did you mean ${near.name}?`
    : "";
}

/** Levenshtein distance; both texts are short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= Math.min(a.length, 64); i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
