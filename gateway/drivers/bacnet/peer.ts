/**
 * Who is asked: an address of the network and, behind a router, a station of another one. A reply counts only when it
 * comes from just there.
 */
import { lookup } from "node:dns/promises";
import { isIPv4 } from "node:net";
import { INSTANCE_MAX } from "../../../engine/contract/bacnet/names.ts";
import type { Station } from "../../../engine/contract/bacnet/packet.ts";

/** An address of the network, with the station behind it. */
export type Peer = { address: string; port: number; station?: Station | undefined };

/** Where a meter is in its device: `1234` the device, `1234/2` its point, `1234@5:0A` the device on network 5. */
export type Place = { device: number; point: number; station?: Station };

/** Most points of one device. */
const POINTS_MAX = 65_536;
/** Networks have the numbers 1 to 65534. */
const NET_MAX = 65_534;

/** Reads a roster's address; undefined when it is none. */
export function placeOf(text: string): Place | undefined {
  const match = /^(\d{1,7})(?:\/(\d{1,5}))?(?:@(\d{1,5}):((?:[0-9A-F]{2}){1,7}))?$/.exec(text);
  if (match === null) return undefined;
  const [, device = "", point = "0", net, mac] = match;
  if (Number(device) > INSTANCE_MAX || Number(point) >= POINTS_MAX) return undefined;
  const place = { device: Number(device), point: Number(point) };
  if (net === undefined || mac === undefined) return place;
  if (Number(net) < 1 || Number(net) > NET_MAX) return undefined;
  return { ...place, station: { net: Number(net), mac } };
}

/** The name of a peer: two that answer each other's questions have one. */
export function peerName({ address, port, station }: Peer): string {
  return `${address}:${port}${station === undefined ? "" : ` ${station.net}:${station.mac}`}`;
}

/** The address of a host; undefined when its name has none. BACnet/IP is IPv4. */
export async function addressOf(host: string): Promise<string | undefined> {
  if (isIPv4(host)) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    return undefined;
  }
}
