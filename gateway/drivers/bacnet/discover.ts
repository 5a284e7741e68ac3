/**
 * Searches for devices: Who-Is to an address (a broadcast one asks a whole network), and what each that answers says of
 * itself. Bounded in time and in number.
 */
import { readIAm } from "../../../engine/contract/bacnet/answers.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import { OBJECT, PROPERTY, UNCONFIRMED } from "../../../engine/contract/bacnet/names.ts";
import { writeWhoIs } from "../../../engine/contract/bacnet/services.ts";
import { isNetworkLink, type Link } from "../../../engine/contract/link.ts";
import type { FoundMeter } from "../driver.ts";
import { addressOf, type Peer, peerName } from "./peer.ts";
import type { BacnetPort } from "./port.ts";
import { type Got, readProperties } from "./read.ts";

/** How long answers are waited for, in milliseconds. */
const SEARCH_MS = 3_000;
/** Most devices of one search. */
export const FOUND_MAX = 1_024;
/** Wait for what a device says of itself, in milliseconds. */
const ASK_MS = 1_000;
/** Longest text of a device that is shown. */
const TEXT_MAX = 64;

/** A device that answered. */
type Found = { device: number; peer: Peer };

/** Yields a meter for each device that answers within the time; `timeoutMs` shortens or lengthens it. */
export async function* discoverDevices(
  port: BacnetPort,
  link: Link,
  { timeoutMs }: { timeoutMs?: number },
): AsyncGenerator<FoundMeter> {
  const address = isNetworkLink(link) ? await addressOf(link.host) : undefined;
  if (address === undefined || !isNetworkLink(link)) return;
  const found = await answering(port, { address, port: link.port }, timeoutMs ?? SEARCH_MS);
  for (const one of found) yield await described(port, one);
}

async function answering(port: BacnetPort, peer: Peer, waitMs: number): Promise<Found[]> {
  const found = new Map<string, Found>();
  const stop = port.listen((apdu, from) => {
    if (apdu.service !== UNCONFIRMED.iAm || found.size >= FOUND_MAX) return;
    const device = deviceOf(apdu.body);
    if (device !== undefined) found.set(`${device} ${peerName(from)}`, { device, peer: from });
  });
  try {
    const apdu = { kind: "unconfirmed", service: UNCONFIRMED.whoIs, body: writeWhoIs() } as const;
    if (await port.send(peer, apdu)) await new Promise((resolve) => setTimeout(resolve, waitMs));
  } finally {
    stop();
  }
  return [...found.values()].sort((one, other) => one.device - other.device);
}

function deviceOf(body: Uint8Array): number | undefined {
  try {
    return readIAm(body).device;
  } catch (error) {
    if (error instanceof BacnetFault) return undefined;
    throw error;
  }
}

async function described(port: BacnetPort, { device, peer }: Found): Promise<FoundMeter> {
  const object = { type: OBJECT.device, instance: device };
  const properties = [
    PROPERTY.serialNumber,
    PROPERTY.vendorName,
    PROPERTY.modelName,
    PROPERTY.objectName,
  ];
  const wanted = properties.map((property) => ({ object, property }));
  const asked = { peer, timeoutMs: ASK_MS, multiple: true };
  const together = await readProperties(port, asked, wanted);
  const read = together.ok
    ? together
    : await readProperties(port, { ...asked, multiple: false }, wanted);
  const [serial = "", vendor = "", model = "", name = ""] = read.ok ? read.got.map(textOf) : [];
  const station = peer.station === undefined ? "" : `@${peer.station.net}:${peer.station.mac}`;
  return {
    address: `${device}${station}`,
    serial,
    manufacturer: vendor,
    description: [model, name, `at ${peer.address}:${peer.port}`]
      .filter((text) => text !== "")
      .join(", "),
  };
}

function textOf(got: Got): string {
  const value = "values" in got ? got.values[0] : undefined;
  return value?.type === "text" ? value.value.slice(0, TEXT_MAX) : "";
}
