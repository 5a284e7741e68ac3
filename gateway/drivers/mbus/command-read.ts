/**
 * `drawdown mbus read` and `drawdown mbus baud`: one meter on a bus, from the command line.
 */
import { createBus } from "./bus.ts";
import { BUS_OPTIONS, readBus } from "./command-bus.ts";
import { showReadout } from "./command-decode.ts";
import { type CommandIo, failed, readArguments, wrongUse } from "./command-io.ts";
import { METER_OPTIONS, readByte, readKey, readMeter } from "./command-meter.ts";
import { BAUD_RATES, baudRate } from "./link/control.ts";
import { createMaster } from "./master.ts";

const READ_OPTIONS = {
  ...BUS_OPTIONS,
  ...METER_OPTIONS,
  json: { type: "boolean" },
  key: { type: "string" },
  reset: { type: "string" },
} as const;

/** Reads one meter: 0 read, 1 refused in one line, 2 wrong use. */
export async function mbusReadCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const given = readArguments(argv, READ_OPTIONS);
  if (!given.ok) return wrongUse(io, given.message);
  const link = readBus(given);
  if (typeof link === "string") return wrongUse(io, link);
  const meter = readMeter(given);
  if (typeof meter === "string") return wrongUse(io, meter);
  const key = readKey(given.text("key"));
  if (typeof key === "string") return wrongUse(io, key);
  const reset = readByte(given.text("reset"));
  if (reset === "wrong") return wrongUse(io, "--reset is a sub-code from 0 to 254");
  const bus = createBus(link);
  try {
    const readout = await bus.run((talk) => createMaster().read(talk, meter, { key, reset }));
    return readout.ok
      ? showReadout(io, readout, given.flag("json"))
      : failed(io, `${readout.message} (${readout.fault})`);
  } finally {
    await bus.close();
  }
}

const BAUD_SWITCH_OPTIONS = {
  ...BUS_OPTIONS,
  ...METER_OPTIONS,
  to: { type: "string" },
} as const;

/** Switches a meter on a serial line to another rate: 0 it answers there, 1 it does not, 2 wrong use. */
export async function mbusBaudCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const given = readArguments(argv, BAUD_SWITCH_OPTIONS);
  if (!given.ok) return wrongUse(io, given.message);
  const link = readBus(given);
  if (typeof link === "string") return wrongUse(io, link);
  const meter = readMeter(given);
  if (typeof meter === "string") return wrongUse(io, meter);
  const to = baudRate(Number(given.text("to")));
  const from = "baud" in link ? baudRate(link.baud) : BAUD_RATES[0];
  if (to === undefined || from === undefined) {
    return wrongUse(io, `rates that meters know are ${BAUD_RATES.join(", ")}`);
  }
  const bus = createBus(link);
  try {
    const done = await bus.run((talk) => createMaster().setBaud(talk, meter, { from, to }));
    if (!done.ok) return failed(io, `${done.message} (${done.fault})`);
    io.stdout.write(
      `the meter answers at ${to} Bd; left alone, it may go back after some minutes\n`,
    );
    return 0;
  } finally {
    await bus.close();
  }
}
