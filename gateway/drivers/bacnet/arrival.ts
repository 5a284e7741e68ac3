/**
 * What a datagram is to us, without looking at who waits for it. Whatever the bytes are, the answer is a value.
 */
import { type Apdu, readApdu } from "../../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import { readPacket, type Station } from "../../../engine/contract/bacnet/packet.ts";

/** A message with the station behind the router that it came through. */
export type Arrival = { apdu: Apdu; station: Station | undefined };

/** Reads a datagram: `nothing` when it is sound and not for us, `malformed` when it is no BACnet/IP. */
export function arrivalOf(datagram: Uint8Array): Arrival | "nothing" | "malformed" {
  try {
    const packet = readPacket(datagram);
    if (packet === undefined) return "nothing";
    return { apdu: readApdu(packet.apdu), station: packet.from };
  } catch (error) {
    if (error instanceof BacnetFault) return "malformed";
    throw error;
  }
}
