/**
 * Device files: one JSON file a model says where a meter keeps its identity, its billing register and its relay, and
 * what is known to be wrong with it. A driver knows protocols; everything that belongs to one model is in its file.
 */
import { z } from "zod";
import { bacnetDevice } from "./bacnet-device.ts";
import { mbusDevice } from "./mbus-device.ts";
import { modbusDevice } from "./modbus-device.ts";

/** A device file of any protocol. */
export const deviceFile = z.discriminatedUnion("protocol", [
  modbusDevice,
  mbusDevice,
  bacnetDevice,
]);
/** A device file of any protocol. */
export type DeviceFile = z.infer<typeof deviceFile>;
