/**
 * `drawdown mbus scan` and `drawdown mbus read`: a bus behind a TCP converter, from the command line.
 */
import { showReadout } from "./command-decode.ts";
import { type CommandIo, failed, readArguments, readEndpoint, wrongUse } from "./command-io.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import { createMaster, type MeterAddress } from "./master.ts";
import { ALL_ADDRESSES, type ScanHit, type ScanRange, scanBus } from "./scan.ts";
import { plainTable } from "./table.ts";
import { primaryAddress } from "./target.ts";
import { createTcpBus } from "./tcp.ts";

const OPTIONS = {
  tcp: { type: "string" },
  json: { type: "boolean" },
  address: { type: "string" },
  id: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
} as const;

/** Reads one meter: 0 read, 1 refused in one line, 2 wrong use. */
export async function mbusReadCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { tcp, json, address, id } = OPTIONS;
  const given = readArguments(argv, { tcp, json, address, id });
  if (!given.ok) return wrongUse(io, given.message);
  const endpoint = readEndpoint(given.text("tcp") ?? "");
  if (endpoint === undefined) return wrongUse(io, "say where the bus is: --tcp HOST:PORT");
  const meter = readMeter(given.text("address"), given.text("id"));
  if (typeof meter === "string") return wrongUse(io, meter);
  const bus = createTcpBus(endpoint);
  try {
    const readout = await bus.run((talk) => createMaster().read(talk, meter));
    return readout.ok
      ? showReadout(io, readout, given.flag("json"))
      : failed(io, `${readout.message} (${readout.fault})`);
  } finally {
    await bus.close();
  }
}

/** Searches the primary addresses: 0 when meters were found, 1 when none was or the bus cannot be reached, 2 wrong use. */
export async function mbusScanCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { tcp, json, from, to } = OPTIONS;
  const given = readArguments(argv, { tcp, json, from, to });
  if (!given.ok) return wrongUse(io, given.message);
  const endpoint = readEndpoint(given.text("tcp") ?? "");
  if (endpoint === undefined) return wrongUse(io, "say where the bus is: --tcp HOST:PORT");
  const range = readRange(given.text("from"), given.text("to"));
  if (range === undefined)
    return wrongUse(io, `--from and --to are addresses from 0 to ${PRIMARY_MAX}`);
  const bus = createTcpBus(endpoint);
  const hits: ScanHit[] = [];
  try {
    for await (const hit of scanBus(bus, createMaster(), range)) {
      hits.push(hit);
      if (io.stderr.isTTY === true)
        io.stderr.write(`\raddress ${hit.address}: ${hits.length} found`);
    }
  } finally {
    await bus.close();
  }
  if (io.stderr.isTTY === true) io.stderr.write("\r\u001b[K");
  return showHits(io, hits, given.flag("json"));
}

function readMeter(address: string | undefined, id: string | undefined): MeterAddress | string {
  if (id !== undefined && !/^[0-9A-F]{8}$/.test(id)) {
    return `"${id}" is no M-Bus id: write eight digits, zeros in front too`;
  }
  if (address === undefined) {
    return id === undefined ? "say which meter: --address N or --id ID" : { by: "secondary", id };
  }
  const number = primaryAddress(address);
  if (number === undefined) return `"${address}" is no address from 0 to ${PRIMARY_MAX}`;
  return { by: "primary", address: number, ...(id !== undefined && { id }) };
}

function readRange(from: string | undefined, to: string | undefined): ScanRange | undefined {
  const first = primaryAddress(from ?? String(ALL_ADDRESSES.from));
  const last = primaryAddress(to ?? String(ALL_ADDRESSES.to));
  return first === undefined || last === undefined || first > last
    ? undefined
    : { from: first, to: last };
}

function showHits(io: CommandIo, hits: readonly ScanHit[], json: boolean): number {
  const meters = hits.flatMap(({ address, result }) => {
    if (!result.ok) return [];
    const { id, manufacturer, version, medium } = result.header;
    return [{ address, id, manufacturer, version, medium }];
  });
  if (json) io.stdout.write(`${JSON.stringify({ meters }, null, 2)}\n`);
  else if (meters.length > 0) io.stdout.write(plainTable(meters));
  for (const { address, result } of hits) {
    if (!result.ok) failed(io, `address ${address}: ${result.message} (${result.fault})`);
  }
  if (hits.length === 0)
    failed(io, "no meter answered: check the address of the converter and the bus");
  return meters.length > 0 ? 0 : 1;
}
