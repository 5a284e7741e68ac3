/**
 * What carries a message over IP: the virtual link (annex J) and the network layer (clause 6). Only what ordinary nodes
 * send is taken: unicast, broadcast, and broadcasts that a router or broadcast manager passes on.
 */
import { BacnetFault, ByteReader, ByteWriter } from "./bytes.ts";

/** A station behind a router: its network's number and its address there, as hex. */
export type Station = { net: number; mac: string };

/** A message with where it comes from and whether it was for all. */
export type Packet = {
  broadcast: boolean;
  /** The station behind the router that sent the datagram; undefined when the sender is on our own network. */
  from: Station | undefined;
  /** The first sender of a broadcast that was passed on, as `a.b.c.d:port`. */
  forwarder: string | undefined;
  expectsReply: boolean;
  apdu: Uint8Array;
};

const BVLC_TYPE = 0x81;
const FORWARDED = 0x04;
const UNICAST = 0x0a;
const BROADCAST = 0x0b;
const VERSION = 1;
/** Longest address of a station, in bytes. */
const MAC_BYTES_MAX = 7;
/** Largest datagram that can be BACnet/IP. */
export const DATAGRAM_BYTES_MAX = 1_536;

/** Reads a datagram. Undefined for what is sound and not for us (network messages, results of a broadcast manager). */
export function readPacket(datagram: Uint8Array): Packet | undefined {
  if (datagram.length > DATAGRAM_BYTES_MAX) throw new BacnetFault("a datagram too long");
  const from = new ByteReader(datagram);
  if (from.u8() !== BVLC_TYPE) throw new BacnetFault("no BACnet/IP");
  const kind = from.u8();
  if (from.u16() !== datagram.length) throw new BacnetFault("the datagram has not its length");
  if (kind !== FORWARDED && kind !== UNICAST && kind !== BROADCAST) return undefined;
  const forwarder = kind === FORWARDED ? ipOf(from) : undefined;
  return network(from, { broadcast: kind !== UNICAST, forwarder });
}

function ipOf(from: ByteReader): string {
  return `${[from.u8(), from.u8(), from.u8(), from.u8()].join(".")}:${from.u16()}`;
}

function network(
  from: ByteReader,
  link: { broadcast: boolean; forwarder: string | undefined },
): Packet | undefined {
  if (from.u8() !== VERSION) throw new BacnetFault("another version of the protocol");
  const control = from.u8();
  const hasDestination = (control & 0x20) !== 0;
  const destination = hasDestination ? station(from, true) : undefined;
  const source = (control & 0x08) !== 0 ? station(from, false) : undefined;
  if (hasDestination) from.u8();
  if ((control & 0x80) !== 0) return undefined;
  // What is for a station on another network is for its router, and we are none.
  if (destination !== undefined && destination.net !== 0xffff) return undefined;
  return { ...link, from: source, expectsReply: (control & 0x04) !== 0, apdu: from.rest() };
}

function station(from: ByteReader, mayBeAll: boolean): Station {
  const net = from.u16();
  const length = from.u8();
  if (length > MAC_BYTES_MAX || (length === 0 && !mayBeAll)) {
    throw new BacnetFault(`a station's address of ${length} bytes`);
  }
  return { net, mac: Buffer.from(from.take(length)).toString("hex").toUpperCase() };
}

/** How a message is sent. */
export type Sending = { broadcast?: boolean; to?: Station | undefined; expectsReply?: boolean };

/** Makes the datagram of a message. */
export function writePacket(
  apdu: Uint8Array,
  { broadcast, to, expectsReply }: Sending,
): Uint8Array {
  const out = new ByteWriter();
  out.u8(VERSION);
  out.u8((to === undefined ? 0 : 0x20) | (expectsReply === true ? 0x04 : 0));
  if (to !== undefined) {
    const mac = Buffer.from(to.mac, "hex");
    out.u16(to.net);
    out.u8(mac.length);
    out.bytes(mac);
    out.u8(255);
  }
  out.bytes(apdu);
  const whole = new ByteWriter();
  whole.u8(BVLC_TYPE);
  whole.u8(broadcast === true ? BROADCAST : UNICAST);
  whole.u16(out.length + 4);
  whole.bytes(out.done());
  return whole.done();
}
