/**
 * Where a bus is, from the command line: a converter's host and port, or a serial line of this machine.
 */
import { type NetworkLink, type SerialLink, serialLink } from "../../../engine/contract/link.ts";
import { type Arguments, readEndpoint } from "./command-io.ts";

/** The options that say where a bus is. */
export const BUS_OPTIONS = {
  tcp: { type: "string" },
  serial: { type: "string" },
  baud: { type: "string" },
  parity: { type: "string" },
} as const;

/** Rate of a serial line unless told: that of meters as they are delivered. */
const BAUD_USUAL = 2_400;

/** The link, or in one line what is wrong with what was said of it. */
export function readBus(
  given: Extract<Arguments, { ok: true }>,
): NetworkLink | SerialLink | string {
  const [tcp, serial] = [given.text("tcp"), given.text("serial")];
  if (tcp !== undefined && serial === undefined) {
    return readEndpoint(tcp) ?? `"${tcp}" is no HOST:PORT`;
  }
  if (serial === undefined || tcp !== undefined) {
    return "say where the bus is: --tcp HOST:PORT or --serial DEVICE";
  }
  const line = serialLink.safeParse({
    serial,
    baud: Number(given.text("baud") ?? BAUD_USUAL),
    ...(given.text("parity") !== undefined && { parity: given.text("parity") }),
  });
  if (line.success) return line.data;
  const [issue] = line.error.issues;
  return `--${issue?.path.join(" ")}: ${issue?.message}`;
}
