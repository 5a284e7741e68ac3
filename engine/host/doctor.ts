/**
 * `drawdown doctor`: what is installed, reachable and writable, a line each, and what mends what is not.
 */
import { loadSettings, SettingsError } from "../contract/settings.ts";
import type { Settings } from "../contract/settings-schema.ts";
import type { CommandIo } from "./command-io.ts";
import { checkCache, checkData, checkPort } from "./doctor-folders.ts";
import {
  checkBuild,
  checkClickhouse,
  checkNats,
  checkNode,
  checkPostgres,
} from "./doctor-parts.ts";
import type { Finding } from "./finding.ts";

const USAGE = "usage: drawdown doctor [--json]\n";

/** Looks at everything and prints it; resolves to 0 when all is well, 1 when something must be mended, 2 on wrong use. */
export async function doctorCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.includes("--help")) {
    io.stdout.write(USAGE);
    return 0;
  }
  const unknown = argv.find((argument) => argument !== "--json");
  if (unknown !== undefined) {
    io.stderr.write(`drawdown doctor does not know ${unknown}; ${USAGE}`);
    return 2;
  }
  const findings = await examine(io);
  const text = argv.includes("--json")
    ? `${JSON.stringify({ findings }, null, 2)}\n`
    : findings.map(asLine).join("");
  io.stdout.write(text);
  return findings.some(({ ok }) => !ok) ? 1 : 0;
}

async function examine(io: CommandIo): Promise<Finding[]> {
  const findings = [checkNode(), checkBuild()];
  let settings: Settings;
  try {
    const loaded = loadSettings(io.env, io.cwd);
    settings = loaded.values;
    findings.push({ what: "settings", ok: true, detail: "all within bounds" });
    findings.push(
      ...loaded.warnings.map((warning) => ({
        what: "settings",
        ok: false,
        detail: warning,
        mend: "unset that variable",
      })),
    );
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [
      ...findings,
      ...error.faults.map((detail) => ({
        what: "settings",
        ok: false,
        detail,
        mend: "drawdown config",
      })),
    ];
  }
  findings.push(...checkData(settings.data), checkCache(settings.cache));
  findings.push(
    ...(await Promise.all([
      checkNats(settings),
      checkClickhouse(settings),
      checkPostgres(settings),
      checkPort(settings),
    ])),
  );
  return findings;
}

function asLine({ what, ok, detail, mend }: Finding): string {
  return `${ok ? "ok  " : "BAD "} ${what.padEnd(12)} ${detail}${mend === undefined ? "" : `; to mend: ${mend}`}\n`;
}
