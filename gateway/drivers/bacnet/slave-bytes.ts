/**
 * The bytes of a simulated device's answer, spoilt where it misbehaves.
 */
import { type Apdu, writeApdu } from "../../../engine/contract/bacnet/apdu.ts";
import { DATAGRAM_BYTES_MAX, writePacket } from "../../../engine/contract/bacnet/packet.ts";
import type { SlaveFault } from "./slave-faults.ts";

/** Ten bytes that end a process whose stack lets an exception out of its socket's listener. */
const DEADLY = "810b000a01005d2764ba";

/** The datagram of an answer. */
export function bytesOf(apdu: Apdu, fault: SlaveFault | undefined): Uint8Array {
  const sent = writePacket(writeApdu(spoilt(apdu, fault)), {});
  switch (fault?.kind) {
    case "garbage":
      return Buffer.from(DEADLY, "hex");
    case "oversized":
      return Buffer.concat([sent, Buffer.alloc(DATAGRAM_BYTES_MAX)]);
    case "short":
      return withLength(sent.subarray(0, sent.length - 3));
    case "clipped_value":
      return withLength(clipped(sent));
    default:
      return sent;
  }
}

function spoilt(apdu: Apdu, fault: SlaveFault | undefined): Apdu {
  if (fault?.kind === "wrong_invoke_id" && "invokeId" in apdu) {
    return { ...apdu, invokeId: (apdu.invokeId + 1) % 256 };
  }
  if (fault?.kind === "segmented" && apdu.kind === "complex_ack") {
    return { ...apdu, segment: { sequence: 0, window: 1, more: true } };
  }
  return apdu;
}

/** Present value (property 85) opens as 29 55 4E or 19 55 3E; the first byte of its number is taken away. */
function clipped(sent: Uint8Array): Uint8Array {
  const bytes = Buffer.from(sent);
  const at = [Buffer.from("29554e", "hex"), Buffer.from("19553e", "hex")]
    .map((opening) => bytes.indexOf(opening))
    .find((found) => found >= 0);
  if (at === undefined) return bytes;
  const tag = bytes[at + 3] ?? 0;
  const rest = bytes.subarray(at + 5);
  return Buffer.concat([bytes.subarray(0, at + 3), Uint8Array.of(tag - 1), rest]);
}

function withLength(datagram: Uint8Array): Uint8Array {
  const bytes = Buffer.from(datagram);
  bytes.writeUInt16BE(bytes.length, 2);
  return bytes;
}
