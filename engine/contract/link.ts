/**
 * Where a meter is reached: a host and port, a serial line of the gateway's own machine, or a caller that dials in to
 * the gateway. Meters of one link share its wire, and are asked one after the other.
 */
import { z } from "zod";

const BAUD_MAX = 921_600;
/** ASCII that is seen. */
const PRINTABLE = /^[!-~]+$/;

/** A host and port. `framing: "rtu"` means a converter that passes serial frames on (Modbus RTU over TCP). */
export const networkLink = z.strictObject({
  host: z.string().max(253).regex(PRINTABLE, "must be a host name or an address"),
  port: z.int().min(1).max(65_535),
  framing: z.literal("rtu").optional(),
});

/** A serial line: the device's path (`/dev/ttyUSB0`), and how it is driven; eight data bits, even parity and one stop bit unless told. */
export const serialLink = z.strictObject({
  serial: z
    .string()
    .max(253)
    .regex(/^\/[!-~]*$/, "must be the absolute path of a serial device"),
  baud: z.int().min(300).max(BAUD_MAX),
  parity: z.enum(["none", "even", "odd"]).optional(),
  stop_bits: z.union([z.literal(1), z.literal(2)]).optional(),
});

/** A modem that dials in to the gateway's listener: the line or serial number that it registers with. */
export const callerLink = z.strictObject({
  caller: z.string().max(64).regex(PRINTABLE, "must be printable and without blanks"),
});

/** A link of any kind. */
export const link = z.union([networkLink, serialLink, callerLink]);
/** A host and port. */
export type NetworkLink = z.infer<typeof networkLink>;
/** A serial line. */
export type SerialLink = z.infer<typeof serialLink>;
/** A link of any kind. */
export type Link = z.infer<typeof link>;

/** The name of a link; two links of one wire have one name, however else they are written. */
export function linkName(of: Link): string {
  if ("host" in of) return `${of.host}:${of.port}`;
  return "serial" in of ? of.serial : `caller ${of.caller}`;
}

/** Whether a link is a host and port. */
export function isNetworkLink(of: Link): of is NetworkLink {
  return "host" in of;
}
