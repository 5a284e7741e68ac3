/**
 * `drawdown config`: every setting with value, source, unit, bounds and meaning; passwords in URLs are masked.
 */
import {
  type LoadedSettings,
  loadSettings,
  SettingsError,
  variableOf,
} from "../contract/settings.ts";
import { aboutSetting, SETTING_KEYS, type SettingKey } from "../contract/settings-schema.ts";
import type { CommandIo } from "./command-io.ts";

const USAGE = "usage: drawdown config [--json]\n";

/** Prints them all; resolves to the exit code: 0, 1 when settings are wrong, 2 on wrong use. */
export async function configCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.includes("--help")) {
    io.stdout.write(USAGE);
    return 0;
  }
  const unknown = argv.find((argument) => argument !== "--json");
  if (unknown !== undefined) {
    io.stderr.write(`drawdown config does not know ${unknown}; ${USAGE}`);
    return 2;
  }
  let loaded: LoadedSettings;
  try {
    loaded = loadSettings(io.env, io.cwd);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const fault of error.faults) io.stderr.write(`${fault}\n`);
    return 1;
  }
  for (const warning of loaded.warnings) io.stderr.write(`${warning}\n`);
  io.stdout.write(
    argv.includes("--json") ? `${JSON.stringify(asJson(loaded), null, 2)}\n` : asTable(loaded),
  );
  return 0;
}

/** A URL with its password (or all of a secret that is no URL) replaced by stars. */
export function maskSecret(value: string): string {
  return value.replace(/:\/\/([^/@:]*)(:[^/@]*)?@/g, (_, user: string, password?: string) =>
    password === undefined ? "://***@" : `://${user}:***@`,
  );
}

function shown({ values }: LoadedSettings, key: SettingKey): string | number {
  const value = values[key];
  return aboutSetting(key).secret && typeof value === "string" ? maskSecret(value) : value;
}

function asJson(loaded: LoadedSettings): unknown {
  return {
    settings: SETTING_KEYS.map((key) => {
      const { unit, bounds, about } = aboutSetting(key);
      return {
        key,
        variable: variableOf(key),
        value: shown(loaded, key),
        source: loaded.sources[key],
        unit,
        bounds,
        about,
      };
    }),
  };
}

function asTable(loaded: LoadedSettings): string {
  const rows = SETTING_KEYS.map((key) => {
    const { unit, bounds, about } = aboutSetting(key);
    const value = String(shown(loaded, key));
    return [key, value === "" ? "-" : value, loaded.sources[key], `${unit}, ${bounds}`, about];
  });
  rows.unshift(["setting", "value", "source", "unit and bounds", "meaning"]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
