/**
 * What the M-Bus commands share: streams, wrong use, arguments.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";

/** The streams of a command; the process's own, or a test's. */
export type CommandIo = {
  stdin: AsyncIterable<Uint8Array | string>;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean };
};

/** How the commands are called. */
export const USAGE = `usage: drawdown mbus decode [HEX…] [--key KEY] [--json]   (without HEX: standard input)
       drawdown mbus scan BUS [--from N] [--to N] [--json]
       drawdown mbus scan BUS --secondary [--id MASK] [--manufacturer ABC] [--version N] [--medium N] [--json]
       drawdown mbus read BUS METER [--key KEY] [--reset SUBCODE] [--json]
       drawdown mbus baud BUS METER --to BAUD
BUS    --tcp HOST:PORT, or --serial DEVICE [--baud N] [--parity none|even|odd]
METER  --address N, or --id ID [--manufacturer ABC] [--version N] [--medium N]; F in a mask matches any digit`;

/** Says in one line what is wrong with the call; gives exit code 2. */
export function wrongUse(io: CommandIo, what: string): number {
  io.stderr.write(`mbus: ${what}; "drawdown mbus --help" shows how to call it\n`);
  return 2;
}

/** Says in one line what was found wrong; gives exit code 1. */
export function failed(io: CommandIo, what: string): number {
  io.stderr.write(`mbus: ${what}\n`);
  return 1;
}

/** Options by name and what stands beside them, or what is wrong with them. */
export type Arguments =
  | {
      ok: true;
      text(name: string): string | undefined;
      flag(name: string): boolean;
      rest: string[];
    }
  | { ok: false; message: string };

/** Reads arguments; each option is a text or a flag. */
export function readArguments(
  argv: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): Arguments {
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const values: Readonly<Record<string, unknown>> = parsed.values;
    return {
      ok: true,
      text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
      flag: (name) => values[name] === true,
      rest: parsed.positionals,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message: message.split(/[.\n]/)[0] ?? message };
  }
}

/** An endpoint from `HOST:PORT`, an IPv6 host in brackets; undefined where it is none. */
export function readEndpoint(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([^\s:[\]]{1,253})):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}
