/**
 * A simulated BACnet/IP device with a meter at each of its points: answers reads, writes of its relays, subscriptions and
 * Who-Is as its device file says, and misbehaves on request. Made of the product's own codec, since each fault needs the
 * bytes and not a library's idea of them.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { writeIAm } from "../../../engine/contract/bacnet/answers.ts";
import { type Apdu, readApdu, writeApdu } from "../../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import { APDU_BYTES_MAX, PROPERTY, UNCONFIRMED } from "../../../engine/contract/bacnet/names.ts";
import { readPacket, writePacket } from "../../../engine/contract/bacnet/packet.ts";
import { readWhoIs, writeCovNotice } from "../../../engine/contract/bacnet/services.ts";
import type { ObjectId } from "../../../engine/contract/bacnet/values.ts";
import { bytesOf } from "./slave-bytes.ts";
import type { SlaveFault } from "./slave-faults.ts";
import { type SlaveDevice, slaveModel } from "./slave-model.ts";
import { reactionTo, type Subscriber } from "./slave-reaction.ts";

/** Where to listen (port 0 for a free one), and the device. */
export type SlaveOptions = SlaveDevice & { host: string; port: number };
/** A running slave. */
export type BacnetSlave = {
  port: number;
  /** Makes the device misbehave, or behave again. */
  setFault(fault: SlaveFault | undefined): void;
  /** Tells all subscribers of a point that its register has changed, under a process number of the test's where given. */
  notify(point: number, changed?: { process?: number; device?: number }): void;
  /** Requests that came in so far. */
  requests(): number;
  close(): Promise<void>;
};

/** Reads and moves the meters of one device. */
type Serving = {
  socket: Socket;
  other: Socket;
  slave: SlaveOptions;
  fault: SlaveFault | undefined;
  subscribers: Subscriber[];
  requests: number;
  closed: boolean;
};

/** Starts a slave and gives its port. Throws when the port cannot be listened on. */
export async function startBacnetSlave(slave: SlaveOptions): Promise<BacnetSlave> {
  const socket = await bound(slave.host, slave.port);
  const other = await bound(slave.host, 0);
  const serving: Serving = {
    socket,
    other,
    slave,
    fault: undefined,
    subscribers: [],
    requests: 0,
    closed: false,
  };
  socket.on("message", (datagram, from) => serve(serving, datagram, from));
  return {
    port: socket.address().port,
    setFault(fault) {
      serving.fault = fault;
    },
    notify: (point, changed = {}) => notify(serving, point, changed),
    requests: () => serving.requests,
    async close() {
      serving.closed = true;
      await Promise.all([socket, other].map(closed));
    },
  };
}

function serve(serving: Serving, datagram: Buffer, from: RemoteInfo): void {
  let apdu: Apdu;
  try {
    const packet = readPacket(datagram);
    if (packet === undefined) return;
    apdu = readApdu(packet.apdu);
    if (apdu.kind === "unconfirmed") announce(serving, apdu, from);
  } catch (error) {
    if (error instanceof BacnetFault) return;
    throw error;
  }
  if (apdu.kind !== "confirmed") return;
  serving.requests++;
  const { slave, fault } = serving;
  if (fault?.kind === "silent" || fault?.kind === "reset") return;
  const reaction = reactionTo(apdu, slave, fault);
  if (reaction.subscriber !== undefined) {
    serving.subscribers.push({ ...reaction.subscriber, address: from.address, port: from.port });
  }
  const bytes = bytesOf(reaction.apdu, fault);
  const socket = fault?.kind === "wrong_source" ? serving.other : serving.socket;
  const send = () => {
    if (!serving.closed) socket.send(bytes, from.port, from.address, () => undefined);
  };
  if (fault?.kind === "late") setTimeout(send, fault.delayMs).unref();
  else send();
}

function announce(
  { socket, slave, fault }: Serving,
  { service, body }: Extract<Apdu, { kind: "unconfirmed" }>,
  from: RemoteInfo,
): void {
  if (service !== UNCONFIRMED.whoIs || fault?.kind === "silent") return;
  const { low, high } = readWhoIs(body);
  if (slave.device < low || slave.device > high) return;
  const said = { device: slave.device, maxApdu: APDU_BYTES_MAX, segmentation: 3, vendor: 0 };
  const apdu = writeApdu({ kind: "unconfirmed", service: UNCONFIRMED.iAm, body: writeIAm(said) });
  socket.send(writePacket(apdu, {}), from.port, from.address, () => undefined);
}

function notify(
  { socket, slave, subscribers }: Serving,
  point: number,
  changed: { process?: number; device?: number },
): void {
  const model = slaveModel(slave, undefined);
  for (const { object, process, address, port } of subscribers) {
    if (!isPoint(slave, object, point)) continue;
    const found = model.read(object, PROPERTY.presentValue);
    const values = "values" in found ? found.values : [];
    const notice = {
      process: changed.process ?? process,
      device: changed.device ?? slave.device,
      object,
      remainingS: 60,
      results: [{ property: PROPERTY.presentValue, values }],
    };
    const service = UNCONFIRMED.covNotification;
    const apdu = writeApdu({ kind: "unconfirmed", service, body: writeCovNotice(notice) });
    socket.send(writePacket(apdu, {}), port, address, () => undefined);
  }
}

function isPoint({ file }: SlaveOptions, object: ObjectId, point: number): boolean {
  const { instance, stride } = file.billing.object;
  return object.instance === instance + stride * point;
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(port, host);
  await once(socket, "listening");
  socket.on("error", () => undefined);
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}
