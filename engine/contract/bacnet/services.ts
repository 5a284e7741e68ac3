/**
 * Requests (clauses 13, 15 and 16): each is written and read here, side by side.
 */
import { BacnetFault, ByteReader, ByteWriter } from "./bytes.ts";
import { INSTANCE_MAX, OBJECT } from "./names.ts";
import { enclosed, expectTag, nextIs, readTag, writeTag } from "./tags.ts";
import {
  type BacnetValue,
  type ObjectId,
  objectBytes,
  objectOf,
  readValues,
  smallOf,
  unsignedBytes,
  writeValue,
} from "./values.ts";

/** A property of an object, or one place of its array. */
export type PropertyRef = { property: number; index?: number };
/** Properties of one object. */
export type ReadSpec = { object: ObjectId; properties: readonly PropertyRef[] };
/** A property's values, or why there are none. */
export type PropertyResult = PropertyRef &
  ({ values: readonly BacnetValue[] } | { error: { errorClass: number; errorCode: number } });
/** What a write changes; `priority` from 1 (most urgent) to 16. */
export type WriteSpec = PropertyRef & {
  object: ObjectId;
  values: readonly BacnetValue[];
  priority?: number;
};
/** A subscription to changes of value; without a lifetime and `confirmed` it ends the subscription. */
export type SubscribeSpec = {
  process: number;
  object: ObjectId;
  confirmed?: boolean;
  lifetimeS?: number;
};
/** A change of value. */
export type CovNotice = {
  process: number;
  device: number;
  object: ObjectId;
  remainingS: number;
  results: readonly (PropertyRef & { values: readonly BacnetValue[] })[];
};

/** Most objects and properties of one request that are read. */
export const SPECS_MAX = 512;
const WILDCARD = INSTANCE_MAX + 1;

/** ReadProperty. */
export function writeReadProperty(object: ObjectId, ref: PropertyRef): Uint8Array {
  const to = new ByteWriter();
  contextObject(to, 0, object);
  refAt(to, 1, ref);
  return to.done();
}

/** ReadProperty, read. */
export function readReadProperty(body: Uint8Array): { object: ObjectId; ref: PropertyRef } {
  const from = new ByteReader(body);
  const object = objectFrom(from, 0);
  const ref = refFrom(from, 1);
  from.end();
  return { object, ref };
}

/** ReadPropertyMultiple. */
export function writeReadMultiple(specs: readonly ReadSpec[]): Uint8Array {
  const to = new ByteWriter();
  for (const { object, properties } of specs) {
    contextObject(to, 0, object);
    enclosed(to, 1, () => {
      for (const ref of properties) refAt(to, 0, ref);
    });
  }
  return to.done();
}

/** ReadPropertyMultiple, read; at most {@link SPECS_MAX} properties. */
export function readReadMultiple(body: Uint8Array): ReadSpec[] {
  const from = new ByteReader(body);
  const specs: ReadSpec[] = [];
  let count = 0;
  while (from.left > 0) {
    const object = objectFrom(from, 0);
    const properties: PropertyRef[] = [];
    expectTag(from, "opening", 1);
    while (!nextIs(from, "closing", 1)) {
      if (++count > SPECS_MAX) throw new BacnetFault(`more than ${SPECS_MAX} properties`);
      properties.push(refFrom(from, 0));
    }
    expectTag(from, "closing", 1);
    specs.push({ object, properties });
  }
  if (count === 0) throw new BacnetFault("nothing is asked for");
  return specs;
}

/** WriteProperty. */
export function writeWriteProperty(spec: WriteSpec): Uint8Array {
  const to = new ByteWriter();
  contextObject(to, 0, spec.object);
  refAt(to, 1, spec);
  enclosed(to, 3, () => {
    for (const value of spec.values) writeValue(to, value);
  });
  if (spec.priority !== undefined) contextNumber(to, 4, spec.priority);
  return to.done();
}

/** WriteProperty, read. */
export function readWriteProperty(body: Uint8Array): WriteSpec {
  const from = new ByteReader(body);
  const object = objectFrom(from, 0);
  const ref = refFrom(from, 1);
  expectTag(from, "opening", 3);
  const values = readValues(from, 3);
  const priority = nextIs(from, "value", 4) ? numberFrom(from, 4) : undefined;
  from.end();
  if (priority !== undefined && (priority < 1 || priority > 16)) {
    throw new BacnetFault(`priority ${priority} is none of 1 to 16`);
  }
  return { object, ...ref, values, ...(priority === undefined ? {} : { priority }) };
}

/** SubscribeCOV. */
export function writeSubscribe(spec: SubscribeSpec): Uint8Array {
  const to = new ByteWriter();
  contextNumber(to, 0, spec.process);
  contextObject(to, 1, spec.object);
  if (spec.confirmed !== undefined) contextNumber(to, 2, spec.confirmed ? 1 : 0);
  if (spec.lifetimeS !== undefined) contextNumber(to, 3, spec.lifetimeS);
  return to.done();
}

/** SubscribeCOV, read. */
export function readSubscribe(body: Uint8Array): SubscribeSpec {
  const from = new ByteReader(body);
  const process = numberFrom(from, 0);
  const object = objectFrom(from, 1);
  const confirmed = nextIs(from, "value", 2) ? { confirmed: numberFrom(from, 2) !== 0 } : {};
  const lifetime = nextIs(from, "value", 3) ? { lifetimeS: numberFrom(from, 3) } : {};
  from.end();
  return { process, object, ...confirmed, ...lifetime };
}

/** A notification of a changed value, confirmed or not. */
export function writeCovNotice(notice: CovNotice): Uint8Array {
  const to = new ByteWriter();
  contextNumber(to, 0, notice.process);
  contextObject(to, 1, { type: OBJECT.device, instance: notice.device });
  contextObject(to, 2, notice.object);
  contextNumber(to, 3, notice.remainingS);
  enclosed(to, 4, () => {
    for (const result of notice.results) {
      refAt(to, 0, result);
      enclosed(to, 2, () => {
        for (const value of result.values) writeValue(to, value);
      });
    }
  });
  return to.done();
}

/** A notification, read. */
export function readCovNotice(body: Uint8Array): CovNotice {
  const from = new ByteReader(body);
  const process = numberFrom(from, 0);
  const device = objectFrom(from, 1).instance;
  const object = objectFrom(from, 2);
  const remainingS = numberFrom(from, 3);
  const results: (PropertyRef & { values: BacnetValue[] })[] = [];
  expectTag(from, "opening", 4);
  while (!nextIs(from, "closing", 4)) {
    if (results.length >= SPECS_MAX) throw new BacnetFault(`more than ${SPECS_MAX} properties`);
    const ref = refFrom(from, 0);
    expectTag(from, "opening", 2);
    const values = readValues(from, 2);
    if (nextIs(from, "value", 3)) numberFrom(from, 3);
    results.push({ ...ref, values });
  }
  expectTag(from, "closing", 4);
  from.end();
  return { process, device, object, remainingS, results };
}

/** Who-Is, of all devices or those of a range. */
export function writeWhoIs(range?: { low: number; high: number }): Uint8Array {
  const to = new ByteWriter();
  if (range !== undefined) {
    contextNumber(to, 0, range.low);
    contextNumber(to, 1, range.high);
  }
  return to.done();
}

/** Who-Is, read: the range of devices that are asked. */
export function readWhoIs(body: Uint8Array): { low: number; high: number } {
  const from = new ByteReader(body);
  if (from.left === 0) return { low: 0, high: WILDCARD };
  const low = numberFrom(from, 0);
  const high = numberFrom(from, 1);
  from.end();
  return { low, high };
}

/** Context-tagged parts, which acknowledgements are made of too. */
export function contextObject(to: ByteWriter, tag: number, object: ObjectId): void {
  writeTag(to, tag, true, 4);
  to.bytes(objectBytes(object));
}

/** A property reference: its number under one tag, its index under the next. */
export function refAt(to: ByteWriter, tag: number, { property, index }: PropertyRef): void {
  contextNumber(to, tag, property);
  if (index !== undefined) contextNumber(to, tag + 1, index);
}

/** A whole number under a context tag. */
export function contextNumber(to: ByteWriter, tag: number, value: number): void {
  const bytes = unsignedBytes(BigInt(value));
  writeTag(to, tag, true, bytes.length);
  to.bytes(bytes);
}

/** Reads a whole number under a context tag. */
export function numberFrom(from: ByteReader, tag: number): number {
  return smallOf(contextBytes(from, tag));
}

/** Reads an object under a context tag. */
export function objectFrom(from: ByteReader, tag: number): ObjectId {
  return objectOf(contextBytes(from, tag));
}

/** Reads a property reference: the inverse of {@link refAt}. */
export function refFrom(from: ByteReader, tag: number): PropertyRef {
  const property = numberFrom(from, tag);
  if (!nextIs(from, "value", tag + 1)) return { property };
  return { property, index: numberFrom(from, tag + 1) };
}

function contextBytes(from: ByteReader, number: number): Uint8Array {
  const tag = readTag(from);
  if (!tag.context || tag.kind !== "value" || tag.number !== number) {
    throw new BacnetFault(`the parameter ${number} is missing`);
  }
  return from.take(tag.length);
}
