/**
 * A serial line of this machine with a level converter behind it. The package `serialport` drives it; where that is
 * missing the line cannot be opened, and says so.
 */
import type { SerialPort } from "serialport";
import type { SerialLink } from "../../../../engine/contract/link.ts";
import type { OpenWay, Way, WayEvents } from "./way.ts";

/** Start, eight data bits, parity, stop. */
const BITS_PER_BYTE = 11;

/** The way through a serial line; even parity and one stop bit unless told, as the standard has it. */
export function serialWay(line: SerialLink): Way {
  let { baud } = line;
  return {
    renewed: false,
    wireMs: (bytes) => Math.ceil((bytes * BITS_PER_BYTE * 1_000) / baud),
    async open(events, signal) {
      const port = await openPort({ ...line, baud });
      if (typeof port === "string") return port;
      const way = wayOver(port, events, (changed) => {
        baud = changed;
      });
      if (!signal.aborted) return way;
      way.close();
      return "closed";
    },
  };
}

async function openPort(line: SerialLink): Promise<SerialPort | string> {
  const { serial: path, baud: baudRate, parity = "even", stop_bits: stopBits = 1 } = line;
  const library = await import("serialport").catch(() => undefined);
  if (library === undefined) {
    return `cannot open ${path}: the package serialport is not installed (npm install serialport)`;
  }
  return await new Promise((resolve) => {
    const options = { path, baudRate, parity, stopBits, dataBits: 8, autoOpen: false } as const;
    const port = new library.SerialPort(options);
    port.open((error) => resolve(error === null ? port : `cannot open ${path}: ${error.message}`));
  });
}

function wayOver(port: SerialPort, events: WayEvents, noted: (baud: number) => void): OpenWay {
  const close = (): void => {
    port.removeAllListeners();
    port.on("error", () => {});
    if (port.isOpen) port.close(() => {});
  };
  const lose = (message: string): void => {
    close();
    events.lost(message);
  };
  port.on("data", events.data);
  port.on("error", (error: Error) => lose(`${port.path}: ${error.message}`));
  port.on("close", () => lose(`${port.path} is gone`));
  return {
    write: (bytes) => void port.write(bytes),
    setBaud: (baud) =>
      new Promise((resolve) => {
        port.update({ baudRate: baud }, (error) => {
          if (error === null) noted(baud);
          resolve(error === null ? undefined : `${port.path}: ${error.message}`);
        });
      }),
    close,
  };
}
