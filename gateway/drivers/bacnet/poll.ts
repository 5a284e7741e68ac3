/**
 * One look at a meter: who it is first, then its register and relay, in one poll. What cannot prove whose it is counts
 * for nothing.
 */
import { ERROR_CODE, PROPERTY } from "../../../engine/contract/bacnet/names.ts";
import { type BacnetValue, sameObject } from "../../../engine/contract/bacnet/values.ts";
import type { BacnetDevice } from "../../devices/bacnet-device.ts";
import type { RelayState } from "../driver.ts";
import { type Failed, failed } from "./calls.ts";
import { deviceObject, objectAt, readBackAt, serialAt } from "./objects.ts";
import type { Peer, Place } from "./peer.ts";
import type { BacnetPort } from "./port.ts";
import { type Got, readProperties, type Wanted } from "./read.ts";
import { errorMeaning } from "./refusal.ts";
import { atomsOf, checkFlags, checkPrescale, checkScale, checkUnits } from "./register.ts";

/** A meter with all that is needed to ask it. `serial` is undefined where any will do (a tool's first look). */
export type Target = {
  device: BacnetDevice;
  place: Place;
  peer: Peer;
  timeoutMs: number;
  serial: string | undefined;
};
/** What a look is for: the register, the relay, or both. */
export type LookFor = { billing: boolean; relay: boolean };
/** What a look saw. */
export type Seen = { ok: true; serial: string | undefined; atoms: bigint; relay: RelayState };

/** Looks at a meter. */
export async function lookAt(
  port: BacnetPort,
  target: Target,
  want: LookFor,
): Promise<Seen | Failed> {
  const wanted = wantedOf(target, want);
  const asked = {
    peer: target.peer,
    timeoutMs: target.timeoutMs,
    multiple: target.device.limits.read_multiple,
  };
  const read = await readProperties(port, asked, wanted);
  if (!read.ok) return read;
  const answers = new Answers(wanted, read.got);
  const serial = identityOf(target, answers);
  if (typeof serial === "object") return serial;
  const atoms = want.billing ? registerOf(target, answers) : 0n;
  if (typeof atoms === "object") return atoms;
  const relay = want.relay ? relayOf(target, answers) : "none";
  if (typeof relay === "object") return relay;
  return { ok: true, serial, atoms, relay };
}

function wantedOf({ device, place }: Target, want: LookFor): Wanted[] {
  const wanted: Wanted[] = [{ object: deviceObject(place), property: PROPERTY.objectIdentifier }];
  if (device.model_name !== undefined) {
    wanted.push({ object: deviceObject(place), property: PROPERTY.modelName });
  }
  const serial = serialAt(device, place);
  if (serial !== undefined) wanted.push(serial);
  if (want.billing) {
    const object = objectAt(device.billing.object, place.point);
    for (const property of registerProperties(device)) wanted.push({ object, property });
  }
  if (want.relay && device.relay !== undefined) wanted.push(readBackAt(device.relay, place));
  return wanted;
}

function registerProperties({ billing }: BacnetDevice): number[] {
  return [
    PROPERTY.presentValue,
    PROPERTY.statusFlags,
    ...(billing.check_scale ? [PROPERTY.scale] : []),
    ...(billing.prescale === undefined ? [] : [PROPERTY.prescale]),
    ...(billing.units === undefined ? [] : [PROPERTY.units]),
  ];
}

/** The answers of one poll, by what they are of. */
class Answers {
  readonly #wanted: readonly Wanted[];
  readonly #got: readonly Got[];

  constructor(wanted: readonly Wanted[], got: readonly Got[]) {
    this.#wanted = wanted;
    this.#got = got;
  }

  /** What was answered for a property. */
  of({ object, property }: Wanted): Got {
    const at = this.#wanted.findIndex(
      (one) => one.property === property && sameObject(one.object, object),
    );
    return this.#got[at] ?? { errorCode: ERROR_CODE.unknownProperty };
  }

  /** The single value of a property; undefined when it has none or several. */
  one(wanted: Wanted): BacnetValue | undefined {
    const got = this.of(wanted);
    return "values" in got && got.values.length === 1 ? got.values[0] : undefined;
  }
}

/** The serial number, or why this is not the meter that was asked. */
function identityOf(target: Target, answers: Answers): string | undefined | Failed {
  const { device, place } = target;
  const object = deviceObject(place);
  const self = answers.one({ object, property: PROPERTY.objectIdentifier });
  if (self?.type !== "object" || !sameObject(self.value, object)) {
    return failed("wrong_identity", `device ${place.device} is not at this address`);
  }
  if (device.model_name !== undefined) {
    const model = answers.one({ object, property: PROPERTY.modelName });
    if (model?.type !== "text" || model.value !== device.model_name) {
      const is = model?.type === "text" ? ` but ${JSON.stringify(model.value.slice(0, 64))}` : "";
      return failed("wrong_identity", `device ${place.device} is no ${device.model_name}${is}`);
    }
  }
  return serialOf(target, answers);
}

function serialOf(
  { device, place, serial }: Target,
  answers: Answers,
): string | undefined | Failed {
  const at = serialAt(device, place);
  if (at === undefined || device.identity.rule !== "serial") return undefined;
  const told = answers.one(at);
  const { prefix = "" } = device.identity;
  if (told?.type !== "text" || !told.value.startsWith(prefix)) {
    return failed(
      "wrong_identity",
      `device ${place.device} tells no serial number where the file says`,
    );
  }
  const number = told.value.slice(prefix.length).trim();
  if (serial === undefined || sameSerial(number, serial)) return number;
  const message = `serial number ${number.slice(0, 64)} answers instead of ${serial}: look at roster and wiring`;
  return failed("wrong_identity", message);
}

/** Serial numbers are compared without leading zeros and in capitals; an empty one is nobody's. */
function sameSerial(one: string, other: string): boolean {
  const plain = (text: string) => text.toUpperCase().replace(/^0+(?=.)/, "");
  return one !== "" && plain(one) === plain(other);
}

function registerOf({ device, place }: Target, answers: Answers): bigint | Failed {
  const { billing } = device;
  const object = objectAt(billing.object, place.point);
  const value = answers.of({ object, property: PROPERTY.presentValue });
  if ("errorCode" in value) return errorFault(value.errorCode, "the register");
  const of = (property: number) => answers.one({ object, property });
  const prescale = answers.of({ object, property: PROPERTY.prescale });
  const flags = answers.of({ object, property: PROPERTY.statusFlags });
  const unflagged = "errorCode" in flags && flags.errorCode === ERROR_CODE.unknownProperty;
  const wrong =
    (unflagged ? undefined : checkFlags(of(PROPERTY.statusFlags) ?? { type: "null" })) ??
    (billing.check_scale ? checkScale(of(PROPERTY.scale), billing) : undefined) ??
    checkPrescale("values" in prescale ? prescale.values : [], billing) ??
    checkUnits(of(PROPERTY.units), billing);
  return wrong ?? atomsOf(of(PROPERTY.presentValue), billing);
}

function relayOf({ device, place }: Target, answers: Answers): RelayState | Failed {
  const { relay } = device;
  if (relay === undefined) return "none";
  const got = answers.of(readBackAt(relay, place));
  if ("errorCode" in got) return errorFault(got.errorCode, "the relay");
  const [value] = got.values;
  if (value?.type !== "enumerated" || value.value > 1) {
    return failed("malformed", "the relay's read-back is neither open nor closed");
  }
  return value.value === relay.read_back.connected ? "connected" : "disconnected";
}

function errorFault(errorCode: number, what: string): Failed {
  const { fault, text } = errorMeaning(errorCode);
  return failed(fault, `${what} is refused with error ${errorCode}: ${text}`);
}
