/**
 * A serial line of this machine. The library with its native part is loaded when the first line is opened: who reads no
 * serial line needs none.
 */
import type { SerialLink } from "../../../engine/contract/link.ts";
import type { Line, Opened } from "./line.ts";

/** Bits of a byte on the wire: start, eight data, parity or second stop, stop. */
const BYTE_BITS = 11;

/** A line on a serial device; even parity and one stop bit unless the link says otherwise. */
export function serialLine(link: SerialLink): Line {
  return {
    name: link.serial,
    framing: "rtu",
    byteMs: (BYTE_BITS * 1_000) / link.baud,
    open: (connectMs) => openWithin(link, connectMs),
  };
}

async function openWithin(link: SerialLink, connectMs: number): Promise<Opened | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, connectMs, `not open within ${connectMs} ms`);
  });
  const opening = openPort(link);
  const opened = await Promise.race([opening, late]);
  clearTimeout(timer);
  if (typeof opened === "string") {
    void opening.then((one) => (typeof one === "string" ? undefined : one.close()));
  }
  return opened;
}

async function openPort(link: SerialLink): Promise<Opened | string> {
  try {
    const { SerialPort } = await import("serialport");
    const port = new SerialPort({
      path: link.serial,
      baudRate: link.baud,
      dataBits: 8,
      parity: link.parity ?? "even",
      stopBits: link.stop_bits ?? 1,
      autoOpen: false,
    });
    port.on("error", () => undefined);
    await called((done) => port.open(done));
    // What came before is nobody's answer.
    await called((done) => port.flush(done));
    return {
      stream: port,
      close: () => (port.isOpen ? called((done) => port.close(done)) : Promise.resolve()),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function called(run: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    run((error) => (error ? reject(error) : resolve()));
  });
}
