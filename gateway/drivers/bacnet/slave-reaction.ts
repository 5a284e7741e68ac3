/**
 * What a simulated device answers to a request, before its bytes are spoilt.
 */
import type { Apdu } from "../../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import {
  ABORT,
  CONFIRMED,
  ERROR_CLASS,
  ERROR_CODE,
  PROPERTY,
  REJECT,
} from "../../../engine/contract/bacnet/names.ts";
import { answerRead, type Confirmed } from "../../../engine/contract/bacnet/serve.ts";
import {
  readReadMultiple,
  readSubscribe,
  readWriteProperty,
  writeReadMultiple,
} from "../../../engine/contract/bacnet/services.ts";
import type { ObjectId } from "../../../engine/contract/bacnet/values.ts";
import { objectAt } from "./objects.ts";
import type { SlaveFault } from "./slave-faults.ts";
import { relayOf, type SlaveDevice, slaveModel } from "./slave-model.ts";

/** Somebody who wants to be told of changes. */
export type Subscriber = { process: number; object: ObjectId; address: string; port: number };
/** An answer, and who subscribed by it. */
export type Reaction = {
  apdu: Apdu;
  subscriber?: { process: number; object: ObjectId };
};

/** The answer of a device. */
export function reactionTo(
  request: Confirmed,
  slave: SlaveDevice,
  fault: SlaveFault | undefined,
): Reaction {
  const { invokeId, service } = request;
  if (fault?.kind === "abort") {
    return { apdu: { kind: "abort", server: true, invokeId, reason: ABORT.outOfResources } };
  }
  if (fault?.kind === "reject") return { apdu: { kind: "reject", invokeId, reason: REJECT.other } };
  if (fault?.kind === "error") return { apdu: errorOf(request, ERROR_CODE.deviceBusy) };
  try {
    if (service === CONFIRMED.writeProperty) return { apdu: written(request, slave, fault) };
    if (service === CONFIRMED.subscribeCov) {
      return {
        apdu: { kind: "simple_ack", invokeId, service },
        subscriber: readSubscribe(request.body),
      };
    }
    const asked = fault?.kind === "wrong_object" ? nextPoint(request, slave) : request;
    const apdu = answerRead(asked, slaveModel(slave, fault));
    return { apdu: apdu ?? { kind: "reject", invokeId, reason: REJECT.unrecognizedService } };
  } catch (error) {
    if (error instanceof BacnetFault)
      return { apdu: { kind: "reject", invokeId, reason: REJECT.invalidTag } };
    throw error;
  }
}

function written(request: Confirmed, slave: SlaveDevice, fault: SlaveFault | undefined): Apdu {
  const { object, property, values, priority } = readWriteProperty(request.body);
  const { relay } = slave.file;
  const meter = relayOf(slave, object);
  if (relay === undefined || meter === undefined || property !== PROPERTY.presentValue) {
    return errorOf(request, ERROR_CODE.writeAccessDenied);
  }
  const [value] = values;
  if (priority !== relay.priority) return errorOf(request, ERROR_CODE.writeAccessDenied);
  const ack = { kind: "simple_ack", invokeId: request.invokeId, service: request.service } as const;
  if (fault?.kind === "lying_relay") return ack;
  // Nobody else commands it: given up, the relay falls back to letting supply through.
  if (value?.type === "null") meter.moveRelay(true);
  else if (value?.type === "enumerated") meter.moveRelay(value.value !== relay.cut);
  else return errorOf(request, ERROR_CODE.invalidDataType);
  return ack;
}

function errorOf({ invokeId, service }: Confirmed, errorCode: number): Apdu {
  return { kind: "error", invokeId, service, errorClass: ERROR_CLASS.property, errorCode };
}

/** The same question about the register of the point after the one that was asked for. */
function nextPoint(request: Confirmed, { file, meters }: SlaveDevice): Confirmed {
  if (request.service !== CONFIRMED.readPropertyMultiple) return request;
  const registers = meters.map((_, point) => objectAt(file.billing.object, point));
  const specs = readReadMultiple(request.body).map((spec) => {
    const at = registers.findIndex(
      ({ type, instance }) => type === spec.object.type && instance === spec.object.instance,
    );
    const next = registers[(at + 1) % registers.length];
    return at < 0 || next === undefined ? spec : { ...spec, object: next };
  });
  return { ...request, body: writeReadMultiple(specs) };
}
