/**
 * The objects of a simulated device, as its device file has them and live from its meters.
 */
import { INSTANCE_MAX, OBJECT, PROPERTY } from "../../../engine/contract/bacnet/names.ts";
import { arrayOf, type Found, type ObjectModel } from "../../../engine/contract/bacnet/serve.ts";
import {
  type BacnetValue,
  floatBytes,
  type ObjectId,
  sameObject,
  signedBytes,
} from "../../../engine/contract/bacnet/values.ts";
import type { BacnetDevice } from "../../devices/bacnet-device.ts";
import type { FieldMeter } from "../../field/meter.ts";
import { presentValue } from "./encode.ts";
import { deviceObject, objectAt, readBackAt, serialAt } from "./objects.ts";
import type { SlaveFault } from "./slave-faults.ts";

/** A simulated device: the file that it is made by, and a meter for each point. */
export type SlaveDevice = { device: number; file: BacnetDevice; meters: readonly FieldMeter[] };

type Properties = Map<number, Found>;

const text = (value: string): Found => ({ values: [{ type: "text", value }] });
const one = (value: BacnetValue): Found => ({ values: [value] });

/** The model of a device as it is now, with what is wrong with it. */
export function slaveModel(slave: SlaveDevice, fault: SlaveFault | undefined): ObjectModel {
  const device = fault?.kind === "wrong_device" ? fault.device : slave.device;
  const objects = new Map<string, Properties>();
  const place = { device, point: 0 };
  objects.set(keyOf(deviceObject(place)), deviceProperties({ ...slave, device }));
  for (const [point, meter] of slave.meters.entries())
    addPoint(objects, slave, { device, point, meter, fault });
  return {
    device,
    properties: (object) => {
      const found = objects.get(keyOf(object));
      return found && [...found.keys()];
    },
    read: (object, property) => {
      const found = objects.get(keyOf(object))?.get(property);
      if (found === undefined) throw new Error("only what an object has is read");
      return found;
    },
  };
}

/** Which meter's relay an object moves. */
export function relayOf(slave: SlaveDevice, object: ObjectId): FieldMeter | undefined {
  const { relay } = slave.file;
  if (relay === undefined) return undefined;
  return slave.meters.find((_, point) => sameObject(object, objectAt(relay.object, point)));
}

function deviceProperties({ device, file, meters }: SlaveDevice): Properties {
  const object = { type: OBJECT.device, instance: device };
  const list = meters.map((_, point) => objectAt(file.billing.object, point));
  const values = [object, ...list].map((value) => ({ type: "object", value }) as const);
  return new Map<number, Found>([
    [PROPERTY.objectIdentifier, one({ type: "object", value: object })],
    [PROPERTY.objectName, text(`device ${device}`)],
    [PROPERTY.objectType, one({ type: "enumerated", value: OBJECT.device })],
    [PROPERTY.vendorName, text(file.manufacturer)],
    [PROPERTY.modelName, text(file.model_name ?? file.model)],
    [PROPERTY.objectList, arrayOf(values)],
  ]);
}

type Point = { device: number; point: number; meter: FieldMeter; fault: SlaveFault | undefined };

function addPoint(objects: Map<string, Properties>, { file }: SlaveDevice, at: Point): void {
  const { billing, identity, relay } = file;
  const { point, meter, fault } = at;
  const put = (object: ObjectId, property: number, found: Found) => {
    const properties = objects.get(keyOf(object)) ?? new Map<number, Found>();
    properties.set(property, found);
    objects.set(keyOf(object), properties);
  };
  const register = objectAt(billing.object, point);
  put(register, PROPERTY.presentValue, one(registerValue(meter, billing, fault)));
  const faulty = fault?.kind === "at_fault";
  put(register, PROPERTY.statusFlags, one({ type: "bits", value: [false, faulty, false, false] }));
  put(register, PROPERTY.units, one({ type: "enumerated", value: billing.units ?? NO_UNITS }));
  if (billing.object.type === "accumulator") {
    const scale = fault?.kind === "other_scale" ? "7" : billing.scale;
    put(register, PROPERTY.scale, one(scaleValue(scale)));
    const { multiplier, modulo_divide } = billing.prescale ?? { multiplier: 1, modulo_divide: 1 };
    const values = [multiplier, modulo_divide].map((value, tag) => contextNumber(tag, value));
    put(register, PROPERTY.prescale, { values });
  }
  const serial = serialAt(file, at);
  if (serial !== undefined && identity.rule === "serial") {
    const told = fault?.kind === "wrong_serial" ? fault.serial : meter.serial;
    put(serial.object, serial.property, text(`${identity.prefix ?? ""}${told}`));
  }
  if (relay === undefined) return;
  const closed = meter.relayClosed() ?? true;
  const { connected } = relay.read_back;
  const value = closed ? connected : 1 - connected;
  put(readBackAt(relay, at).object, PROPERTY.presentValue, one({ type: "enumerated", value }));
}

/** "no units" among BACnet's engineering units. */
const NO_UNITS = 95;

function registerValue(
  meter: FieldMeter,
  billing: BacnetDevice["billing"],
  fault: SlaveFault | undefined,
): BacnetValue {
  if (fault?.kind === "wide_value") return { type: "unsigned", value: 1n << 56n };
  return presentValue(meter.registerAtoms(), billing);
}

/** A scale is told as a power of ten where it is one, else as the nearest float. */
function scaleValue(scale: string): BacnetValue {
  const power = Math.log10(Number(scale));
  if (Number.isInteger(power)) {
    return { type: "context", tag: 1, value: signedBytes(BigInt(power)) };
  }
  return { type: "context", tag: 0, value: floatBytes(Number(scale), 4) };
}

function contextNumber(tag: number, value: number): BacnetValue {
  return { type: "context", tag, value: Buffer.from(value.toString(16).padStart(8, "0"), "hex") };
}

function keyOf({ type, instance }: ObjectId): string {
  return `${type},${Math.min(instance, INSTANCE_MAX)}`;
}
