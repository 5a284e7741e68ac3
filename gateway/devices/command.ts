/**
 * `drawdown devices`: lists the device files, checks one, prints their schema. Exit codes: 0 done, 1 found something
 * wrong, 2 wrong use.
 */
import { parseArgs } from "node:util";
import { loadSettings } from "../../engine/contract/settings.ts";
import type { DeviceFile } from "./device.ts";
import { type DeviceFault, faultLine, loadAllDevices, readDevice } from "./load.ts";
import { deviceSchema } from "./schema.ts";

/** Streams of a command. */
export type CommandIo = {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
};

const USAGE = `drawdown devices [--dir FOLDER] [--json]
       drawdown devices check FILE… [--json]
       drawdown devices schema`;

/** Most files of one check. */
const FILES_MAX = 256;

/** `devices …`: the list, with a warning for what is awkward about each; or the faults of some files; or the schema. */
export async function devicesCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  let parsed: { values: { json?: boolean; dir?: string }; positionals: string[] };
  try {
    const options = { json: { type: "boolean" }, dir: { type: "string" } } as const;
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    return wrongUse(io, messageOf(error));
  }
  const { values, positionals } = parsed;
  const [verb, ...files] = positionals;
  const json = values.json === true;
  if (verb === "check") return check(files, json, io);
  if (verb === "schema" && files.length === 0) {
    io.stdout.write(`${JSON.stringify(deviceSchema(), undefined, 2)}\n`);
    return 0;
  }
  if (verb !== undefined) return wrongUse(io, `no verb ${positionals.join(" ")}`);
  return list(values.dir, json, io);
}

function list(dir: string | undefined, json: boolean, io: CommandIo): number {
  let folder: string;
  try {
    folder = dir ?? loadSettings(process.env, process.cwd()).values.devices_dir;
  } catch (error) {
    return wrongUse(io, messageOf(error));
  }
  const { devices, faults } = loadAllDevices(folder);
  const rows = [...devices].map(([name, device]) => rowOf(name, device));
  if (json) io.stdout.write(`${JSON.stringify({ devices: rows, faults })}\n`);
  else io.stdout.write(rows.map(lineOf).join(""));
  return told(faults, io);
}

/** Looks at files that may be nobody's yet; each fault is one line with its pointer. */
function check(files: readonly string[], json: boolean, io: CommandIo): number {
  if (files.length === 0 || files.length > FILES_MAX)
    return wrongUse(io, `check needs 1 to ${FILES_MAX} files`);
  const read = files.map((file) => readDevice(file));
  const faults = read.flatMap((one) => (one.ok ? [] : one.faults));
  if (json) io.stdout.write(`${JSON.stringify({ files: files.length, faults })}\n`);
  else if (faults.length === 0) io.stdout.write(files.map((file) => `${file}: sound\n`).join(""));
  return told(faults, io);
}

function told(faults: readonly DeviceFault[], io: CommandIo): number {
  for (const fault of faults) io.stderr.write(`${faultLine(fault)}\n`);
  return faults.length === 0 ? 0 : 1;
}

function rowOf(name: string, device: DeviceFile) {
  const { protocol, manufacturer, model, services, confidence } = device;
  const serial = device.protocol === "mbus" || device.identity.rule === "serial";
  const warnings = device.warnings.map((warning) => warning.code);
  const relay = device.relay !== undefined;
  const limit = device.protocol === "modbus" && device.limit !== undefined;
  const about = { name, protocol, manufacturer, model, services };
  return { ...about, serial, relay, limit, confidence, warnings };
}

function lineOf(row: ReturnType<typeof rowOf>): string {
  const does = [
    ...row.services,
    ...(row.relay ? ["relay"] : []),
    ...(row.limit ? ["limit"] : []),
  ].join(",");
  const warnings = row.warnings.length === 0 ? "" : `  [${row.warnings.join(", ")}]`;
  return `${row.name.padEnd(28)}${row.protocol.padEnd(8)}${does.padEnd(19)} ${row.manufacturer} ${row.model}${warnings}\n`;
}

function wrongUse(io: CommandIo, what: string): number {
  io.stderr.write(`${what}\nusage: ${USAGE}\n`);
  return 2;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
