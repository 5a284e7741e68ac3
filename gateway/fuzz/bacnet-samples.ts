/**
 * Sound datagrams of every kind that arrives at a BACnet client or server, which fuzz runs begin from.
 */
import {
  writeIAm,
  writeReadMultipleAck,
  writeReadPropertyAck,
} from "../../engine/contract/bacnet/answers.ts";
import { type Apdu, writeApdu } from "../../engine/contract/bacnet/apdu.ts";
import { CONFIRMED, OBJECT, PROPERTY, UNCONFIRMED } from "../../engine/contract/bacnet/names.ts";
import { writePacket } from "../../engine/contract/bacnet/packet.ts";
import {
  writeCovNotice,
  writeReadMultiple,
  writeReadProperty,
  writeSubscribe,
  writeWhoIs,
  writeWriteProperty,
} from "../../engine/contract/bacnet/services.ts";
import type { BacnetValue } from "../../engine/contract/bacnet/values.ts";

/** Bytes that end a process which lets an exception out of its socket's listener. */
const DEADLY = "810b000a01005d2764ba";
const object = { type: OBJECT.accumulator, instance: 1 };
const ref = { property: PROPERTY.presentValue };
const size = { segmentsAccepted: 64, maxApdu: 1_476 };
const VALUES: BacnetValue[] = [
  { type: "null" },
  { type: "boolean", value: true },
  { type: "unsigned", value: 2n ** 40n },
  { type: "signed", value: -5n },
  { type: "real", value: 1.5 },
  { type: "double", value: Math.PI },
  { type: "octets", value: Uint8Array.of(1, 2, 3) },
  { type: "text", value: "serial 21000000" },
  { type: "bits", value: [true, false, true, false] },
  { type: "enumerated", value: 19 },
  { type: "date", value: Uint8Array.of(126, 11, 22, 7) },
  { type: "object", value: object },
  { type: "context", tag: 1, value: Uint8Array.of(0xfd) },
  { type: "constructed", tag: 2, value: [{ type: "unsigned", value: 7n }] },
];

/** One datagram of each kind. */
export function sampleDatagrams(): [Uint8Array, ...Uint8Array[]] {
  return [Buffer.from(DEADLY, "hex"), ...apdus().map(sent), ...apdus().map(routed)];
}

function sent(apdu: Apdu): Uint8Array {
  return writePacket(writeApdu(apdu), { expectsReply: apdu.kind === "confirmed" });
}

function routed(apdu: Apdu): Uint8Array {
  return writePacket(writeApdu(apdu), { broadcast: true, to: { net: 0xffff, mac: "" } });
}

function apdus(): Apdu[] {
  const results = VALUES.map((value) => ({ ...ref, values: [value] }));
  const read = CONFIRMED.readPropertyMultiple;
  const notice = { process: 7, device: 1_234, object, remainingS: 60, results };
  return [
    request(CONFIRMED.readProperty, writeReadProperty(object, { ...ref, index: 3 })),
    request(read, writeReadMultiple([{ object, properties: [ref, { property: PROPERTY.all }] }])),
    request(
      CONFIRMED.writeProperty,
      writeWriteProperty({ object, ...ref, values: VALUES, priority: 8 }),
    ),
    request(
      CONFIRMED.subscribeCov,
      writeSubscribe({ process: 1, object, confirmed: true, lifetimeS: 60 }),
    ),
    request(CONFIRMED.covNotification, writeCovNotice(notice)),
    unasked(UNCONFIRMED.whoIs, writeWhoIs({ low: 0, high: 4_194_303 })),
    unasked(UNCONFIRMED.iAm, writeIAm({ device: 9, maxApdu: 1_476, segmentation: 3, vendor: 0 })),
    unasked(UNCONFIRMED.covNotification, writeCovNotice(notice)),
    answer(CONFIRMED.readProperty, writeReadPropertyAck(object, ref, VALUES)),
    answer(read, writeReadMultipleAck([{ object, results }])),
    { ...answer(read, Uint8Array.of(1, 2)), segment: { sequence: 0, window: 8, more: true } },
    { kind: "simple_ack", invokeId: 1, service: CONFIRMED.writeProperty },
    { kind: "segment_ack", invokeId: 1, negative: false, server: false, sequence: 0, window: 4 },
    { kind: "error", invokeId: 1, service: read, errorClass: 1, errorCode: 31 },
    { kind: "reject", invokeId: 1, reason: 4 },
    { kind: "abort", invokeId: 1, server: true, reason: 4 },
  ];
}

function request(service: number, body: Uint8Array): Apdu {
  return { kind: "confirmed", service, invokeId: 1, ...size, body };
}

function unasked(service: number, body: Uint8Array): Apdu {
  return { kind: "unconfirmed", service, body };
}

function answer(service: number, body: Uint8Array): Extract<Apdu, { kind: "complex_ack" }> {
  return { kind: "complex_ack", service, invokeId: 1, body };
}
