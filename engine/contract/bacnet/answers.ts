/**
 * Answers: acknowledgements of reads, and I-Am.
 */
import { BacnetFault, ByteReader, ByteWriter } from "./bytes.ts";
import { OBJECT } from "./names.ts";
import {
  contextObject,
  objectFrom,
  type PropertyRef,
  type PropertyResult,
  refAt,
  refFrom,
  SPECS_MAX,
} from "./services.ts";
import { enclosed, expectTag, nextIs } from "./tags.ts";
import { type BacnetValue, type ObjectId, readValues, writeValue } from "./values.ts";

/** What was read of one object. */
export type ObjectResults = { object: ObjectId; results: readonly PropertyResult[] };
/** A device's own announcement. */
export type IAm = { device: number; maxApdu: number; segmentation: number; vendor: number };

/** The answer to ReadProperty. */
export function writeReadPropertyAck(
  object: ObjectId,
  ref: PropertyRef,
  values: readonly BacnetValue[],
): Uint8Array {
  const to = new ByteWriter();
  contextObject(to, 0, object);
  refAt(to, 1, ref);
  enclosed(to, 3, () => {
    for (const value of values) writeValue(to, value);
  });
  return to.done();
}

/** The answer to ReadProperty, read: whose value it says it is, and the values. */
export function readReadPropertyAck(body: Uint8Array): ObjectResults {
  const from = new ByteReader(body);
  const object = objectFrom(from, 0);
  const ref = refFrom(from, 1);
  expectTag(from, "opening", 3);
  const values = readValues(from, 3);
  from.end();
  return { object, results: [{ ...ref, values }] };
}

/** The answer to ReadPropertyMultiple. */
export function writeReadMultipleAck(objects: Iterable<ObjectResults>): Uint8Array {
  const to = new ByteWriter();
  for (const { object, results } of objects) {
    contextObject(to, 0, object);
    enclosed(to, 1, () => {
      for (const result of results) writeResult(to, result);
    });
  }
  return to.done();
}

function writeResult(to: ByteWriter, result: PropertyResult): void {
  refAt(to, 2, result);
  if ("values" in result) {
    enclosed(to, 4, () => {
      for (const value of result.values) writeValue(to, value);
    });
    return;
  }
  const { errorClass, errorCode } = result.error;
  enclosed(to, 5, () => {
    writeValue(to, { type: "enumerated", value: errorClass });
    writeValue(to, { type: "enumerated", value: errorCode });
  });
}

/** The answer to ReadPropertyMultiple, read. */
export function readReadMultipleAck(body: Uint8Array): ObjectResults[] {
  const from = new ByteReader(body);
  const objects: ObjectResults[] = [];
  let count = 0;
  while (from.left > 0) {
    const object = objectFrom(from, 0);
    const results: PropertyResult[] = [];
    expectTag(from, "opening", 1);
    while (!nextIs(from, "closing", 1)) {
      if (++count > SPECS_MAX) throw new BacnetFault(`more than ${SPECS_MAX} properties`);
      results.push(resultFrom(from));
    }
    expectTag(from, "closing", 1);
    objects.push({ object, results });
  }
  return objects;
}

function resultFrom(from: ByteReader): PropertyResult {
  const ref = refFrom(from, 2);
  if (nextIs(from, "opening", 4)) {
    expectTag(from, "opening", 4);
    return { ...ref, values: readValues(from, 4) };
  }
  expectTag(from, "opening", 5);
  const [errorClass, errorCode] = readValues(from, 5);
  if (errorClass?.type !== "enumerated" || errorCode?.type !== "enumerated") {
    throw new BacnetFault("an error without class and code");
  }
  return { ...ref, error: { errorClass: errorClass.value, errorCode: errorCode.value } };
}

/** I-Am. */
export function writeIAm({ device, maxApdu, segmentation, vendor }: IAm): Uint8Array {
  const to = new ByteWriter();
  writeValue(to, { type: "object", value: { type: OBJECT.device, instance: device } });
  writeValue(to, { type: "unsigned", value: BigInt(maxApdu) });
  writeValue(to, { type: "enumerated", value: segmentation });
  writeValue(to, { type: "unsigned", value: BigInt(vendor) });
  return to.done();
}

/** I-Am, read. */
export function readIAm(body: Uint8Array): IAm {
  // Application values stand alone here; a closing tag makes them a list that can be read.
  const closed = new Uint8Array(body.length + 1);
  closed.set(body);
  closed[body.length] = 0x0f;
  const [device, maxApdu, segmentation, vendor, more] = readValues(new ByteReader(closed), 0);
  if (
    device?.type !== "object" ||
    device.value.type !== OBJECT.device ||
    maxApdu?.type !== "unsigned" ||
    segmentation?.type !== "enumerated" ||
    vendor?.type !== "unsigned" ||
    more !== undefined
  ) {
    throw new BacnetFault("no I-Am");
  }
  return {
    device: device.value.instance,
    maxApdu: Number(maxApdu.value),
    segmentation: segmentation.value,
    vendor: Number(vendor.value),
  };
}
