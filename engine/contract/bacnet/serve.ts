/**
 * How a device answers reads: from an object model that is asked for one property at a time, whoever keeps the objects.
 */
import { type ObjectResults, writeReadMultipleAck, writeReadPropertyAck } from "./answers.ts";
import type { Apdu } from "./apdu.ts";
import { BacnetFault } from "./bytes.ts";
import {
  ABORT,
  CONFIRMED,
  ERROR_CLASS,
  ERROR_CODE,
  INSTANCE_MAX,
  OBJECT,
  PROPERTY,
  REJECT,
} from "./names.ts";
import {
  type PropertyRef,
  type PropertyResult,
  readReadMultiple,
  readReadProperty,
  SPECS_MAX,
} from "./services.ts";
import { type BacnetValue, type ObjectId, VALUES_MAX } from "./values.ts";

/** Why a property cannot be read, written or subscribed to. */
export type PropertyError = { errorClass: number; errorCode: number };
/** A property: one value, a list of them, or an array whose places can be asked for one by one. */
export type Found =
  | { values: readonly BacnetValue[] }
  | { array: { length: number; at(place: number): BacnetValue } }
  | { error: PropertyError };

/** The objects of a device. */
export type ObjectModel = {
  /** The device's own instance. */
  device: number;
  /** The properties that an object has; undefined when there is no such object. */
  properties(object: ObjectId): readonly number[] | undefined;
  /** Reads a property that the object has. */
  read(object: ObjectId, property: number): Found;
};

/** A request that wants an answer. */
export type Confirmed = Extract<Apdu, { kind: "confirmed" }>;

/** The device has no such object. */
export const UNKNOWN_OBJECT: PropertyError = {
  errorClass: ERROR_CLASS.object,
  errorCode: ERROR_CODE.unknownObject,
};
const UNKNOWN_PROPERTY: PropertyError = {
  errorClass: ERROR_CLASS.property,
  errorCode: ERROR_CODE.unknownProperty,
};

/** Properties that an object of the standard need not have. */
const OPTIONAL: ReadonlySet<number> = new Set([
  PROPERTY.description,
  PROPERTY.location,
  PROPERTY.reliability,
  PROPERTY.serialNumber,
  PROPERTY.stateText,
  PROPERTY.prescale,
]);

/** The answer to a read; undefined when the request is none. Malformed requests are rejected, never thrown. */
export function answerRead(request: Confirmed, model: ObjectModel): Apdu | undefined {
  const { service, invokeId } = request;
  try {
    if (service === CONFIRMED.readProperty) return readOne(request, model);
    if (service === CONFIRMED.readPropertyMultiple) {
      const body = writeReadMultipleAck(readMany(request.body, model));
      return { kind: "complex_ack", invokeId, service, body };
    }
    return undefined;
  } catch (error) {
    if (error instanceof TooLong) return abortOf(invokeId, ABORT.bufferOverflow);
    if (error instanceof BacnetFault)
      return { kind: "reject", invokeId, reason: REJECT.invalidTag };
    throw error;
  }
}

/** An abort by the one who was asked. */
export function abortOf(invokeId: number, reason: number): Apdu {
  return { kind: "abort", invokeId, server: true, reason };
}

/** An answer that would hold more values than any asker wants at once. */
class TooLong extends Error {}

function readOne(request: Confirmed, model: ObjectModel): Apdu {
  const { service, invokeId } = request;
  const { object: asked, ref } = readReadProperty(request.body);
  const object = named(asked, model);
  const result = resultOf(object, ref, model);
  if ("error" in result) return { kind: "error", invokeId, service, ...result.error };
  const body = writeReadPropertyAck(object, ref, result.values);
  return { kind: "complex_ack", invokeId, service, body };
}

function readMany(body: Uint8Array, model: ObjectModel): ObjectResults[] {
  let count = 0;
  return readReadMultiple(body).map((spec) => {
    const object = named(spec.object, model);
    const results = spec.properties
      .flatMap((ref) => expanded(object, ref, model))
      .map((ref) => resultOf(object, ref, model));
    count += results.length;
    if (count > SPECS_MAX) throw new TooLong();
    return { object, results };
  });
}

/** The wildcard instance stands for the device itself. */
function named(object: ObjectId, model: ObjectModel): ObjectId {
  const wildcard = object.type === OBJECT.device && object.instance === INSTANCE_MAX + 1;
  return wildcard ? { type: OBJECT.device, instance: model.device } : object;
}

/** ALL, REQUIRED and OPTIONAL stand for many properties; none of them holds the list of properties itself. */
function expanded(object: ObjectId, ref: PropertyRef, model: ObjectModel): PropertyRef[] {
  const { property } = ref;
  if (
    property !== PROPERTY.all &&
    property !== PROPERTY.required &&
    property !== PROPERTY.optional
  ) {
    return [ref];
  }
  const all = model.properties(object);
  if (all === undefined) return [ref];
  return all
    .filter((each) => each !== PROPERTY.propertyList)
    .filter(
      (each) =>
        property === PROPERTY.all || OPTIONAL.has(each) === (property === PROPERTY.optional),
    )
    .map((each) => ({ property: each }));
}

function resultOf(object: ObjectId, ref: PropertyRef, model: ObjectModel): PropertyResult {
  const has = model.properties(object);
  if (has === undefined) return { ...ref, error: UNKNOWN_OBJECT };
  if (!has.includes(ref.property)) return { ...ref, error: UNKNOWN_PROPERTY };
  const found = model.read(object, ref.property);
  if ("error" in found) return { ...ref, error: found.error };
  if ("values" in found) {
    if (ref.index === undefined) return { ...ref, values: found.values };
    return { ...ref, error: propertyError(ERROR_CODE.propertyIsNotAnArray) };
  }
  return placeOf(found.array, ref);
}

type PlacedArray = Extract<Found, { array: unknown }>["array"];

function placeOf(array: PlacedArray, ref: PropertyRef): PropertyResult {
  const { index } = ref;
  if (index === undefined) {
    if (array.length > ARRAY_VALUES_MAX) throw new TooLong();
    return { ...ref, values: Array.from({ length: array.length }, (_, at) => array.at(at)) };
  }
  if (index === 0) return { ...ref, values: [{ type: "unsigned", value: BigInt(array.length) }] };
  if (index > array.length) return { ...ref, error: propertyError(ERROR_CODE.invalidArrayIndex) };
  return { ...ref, values: [array.at(index - 1)] };
}

/** Most places of an array that are given at once; a longer one is read place by place. */
const ARRAY_VALUES_MAX = 4 * VALUES_MAX;

function propertyError(errorCode: number): PropertyError {
  return { errorClass: ERROR_CLASS.property, errorCode };
}

/** An array of values that are there already. */
export function arrayOf(values: readonly BacnetValue[]): Found {
  return {
    array: {
      length: values.length,
      at(place) {
        const value = values[place];
        if (value === undefined)
          throw new Error(`no place ${place} in an array of ${values.length}`);
        return value;
      },
    },
  };
}
