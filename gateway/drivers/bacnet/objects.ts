/**
 * Which objects and properties a device file means for one point of a device.
 */
import { OBJECT, PROPERTY } from "../../../engine/contract/bacnet/names.ts";
import type { ObjectId } from "../../../engine/contract/bacnet/values.ts";
import {
  BACNET_INSTANCE_MAX,
  BACNET_READ_BACK_TYPES,
  BACNET_REGISTER_TYPES,
  BACNET_SERIAL_PROPERTIES,
  type BacnetDevice,
  type BacnetRelay,
} from "../../devices/bacnet-device.ts";
import type { Place } from "./peer.ts";
import type { Wanted } from "./read.ts";

type Named = { type: keyof typeof BACNET_REGISTER_TYPES | keyof typeof BACNET_READ_BACK_TYPES };
type Placed = Named & { instance: number; stride: number };
const TYPES = { ...BACNET_REGISTER_TYPES, ...BACNET_READ_BACK_TYPES };

/** The object of a point. */
export function objectAt({ type, instance, stride }: Placed, point: number): ObjectId {
  return { type: TYPES[type], instance: instance + stride * point };
}

/** Whether a point of a device can be: no instance passes the largest one, and files without a stride have one point. */
export function hasPoint(device: BacnetDevice, point: number): boolean {
  if (point === 0) return true;
  const { object } = device.billing;
  return object.stride > 0 && object.instance + object.stride * point <= BACNET_INSTANCE_MAX;
}

/** The device object. */
export function deviceObject(place: Place): ObjectId {
  return { type: OBJECT.device, instance: place.device };
}

/** Where the serial number is; undefined where the model tells none. */
export function serialAt(device: BacnetDevice, place: Place): Wanted | undefined {
  const { identity } = device;
  if (identity.rule !== "serial") return undefined;
  const object =
    identity.object === "device" ? deviceObject(place) : objectAt(identity.object, place.point);
  return { object, property: BACNET_SERIAL_PROPERTIES[identity.property] };
}

/** The relay's read-back. */
export function readBackAt(relay: BacnetRelay, place: Place): Wanted {
  return {
    object: objectAt(relay.read_back.object, place.point),
    property: PROPERTY.presentValue,
  };
}
