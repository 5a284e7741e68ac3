/**
 * What a building management system finds: one device with six objects for each account.
 */
import {
  APDU_BYTES_MAX,
  CONFIRMED,
  OBJECT,
  PROPERTY,
  UNCONFIRMED,
} from "../../engine/contract/bacnet/names.ts";
import { arrayOf, type Found, type ObjectModel } from "../../engine/contract/bacnet/serve.ts";
import type { BacnetValue, ObjectId } from "../../engine/contract/bacnet/values.ts";
import { type Book, type Entry, STATE_MS_MAX } from "./book.ts";
import { FACTS, type Fact, factOf, objectOf } from "./objects.ts";
import { describe, isKnown, presentOf, STATES, unitsOf } from "./values.ts";

/** The device: its instance, the name that it bears, and what it tells of. */
export type Bems = { device: number; name: string; book: Book };

/** Least change of an analog value that is told to subscribers. */
export const COV_INCREMENT = 0.01;

const COMMON = [
  PROPERTY.objectIdentifier,
  PROPERTY.objectName,
  PROPERTY.objectType,
  PROPERTY.presentValue,
  PROPERTY.description,
  PROPERTY.statusFlags,
  PROPERTY.eventState,
  PROPERTY.reliability,
  PROPERTY.outOfService,
];
const OF_TYPE: Record<number, readonly number[]> = {
  [OBJECT.analogValue]: [...COMMON, PROPERTY.units, PROPERTY.covIncrement],
  [OBJECT.multiStateValue]: [...COMMON, PROPERTY.numberOfStates, PROPERTY.stateText],
  [OBJECT.accumulator]: [...COMMON, PROPERTY.units, PROPERTY.scale, PROPERTY.maxPresValue],
};
const OF_DEVICE = [
  PROPERTY.objectIdentifier,
  PROPERTY.objectName,
  PROPERTY.objectType,
  PROPERTY.systemStatus,
  PROPERTY.vendorName,
  PROPERTY.vendorIdentifier,
  PROPERTY.modelName,
  PROPERTY.firmwareRevision,
  PROPERTY.applicationSoftwareVersion,
  PROPERTY.protocolVersion,
  PROPERTY.protocolRevision,
  PROPERTY.protocolServicesSupported,
  PROPERTY.protocolObjectTypesSupported,
  PROPERTY.objectList,
  PROPERTY.maxApduLengthAccepted,
  PROPERTY.segmentationSupported,
  PROPERTY.apduTimeout,
  PROPERTY.numberOfApduRetries,
  PROPERTY.deviceAddressBinding,
  PROPERTY.databaseRevision,
];

/** "Segmented transmit": answers may be long, requests may not. */
export const SEGMENTED_TRANSMIT = 1;
/** No vendor number of ASHRAE's own has been assigned. */
export const VENDOR = 0;
const VERSION = "1";
const COMMUNICATION_FAILURE = 12;
const NOT_KNOWN = 1;

/** The object model of the device as it stands. */
export function modelOf(bems: Bems): ObjectModel {
  const { device, book } = bems;
  const isDevice = ({ type, instance }: ObjectId) => type === OBJECT.device && instance === device;
  return {
    device,
    properties(object) {
      if (isDevice(object)) return OF_DEVICE;
      return entryOf(book, object) === undefined ? undefined : OF_TYPE[object.type];
    },
    read(object, property) {
      if (isDevice(object)) return deviceProperty(bems, property);
      const found = entryOf(book, object);
      if (found === undefined) throw new Error("only objects that are there are read");
      return factProperty(found.entry, found.fact, { object, property });
    },
  };
}

/** The account and fact of an object that is offered. */
export function entryOf(book: Book, object: ObjectId): { entry: Entry; fact: Fact } | undefined {
  const place = factOf(object);
  const entry = place && book.at(place.ordinal);
  return place && entry && { entry, fact: place.fact };
}

/** The flags of a fact: at fault while it is not known. */
export function flagsOf(entry: Entry, fact: Fact): BacnetValue {
  return { type: "bits", value: [false, reliabilityOf(entry, fact) !== 0, false, false] };
}

function reliabilityOf({ state, seenMs }: Entry, fact: Fact): number {
  if (state === null || seenMs + STATE_MS_MAX < Date.now()) return COMMUNICATION_FAILURE;
  return isKnown(state, fact) ? 0 : NOT_KNOWN;
}

const one = (value: BacnetValue): Found => ({ values: [value] });
const text = (value: string): Found => one({ type: "text", value });
const unsigned = (value: number): Found => one({ type: "unsigned", value: BigInt(value) });
const enumerated = (value: number): Found => one({ type: "enumerated", value });

type Asked = { object: ObjectId; property: number };

function factProperty(entry: Entry, fact: Fact, { object, property }: Asked): Found {
  const { offered } = entry;
  switch (property) {
    case PROPERTY.objectIdentifier:
      return one({ type: "object", value: object });
    case PROPERTY.objectName:
      return text(
        `${offered.site}, ${offered.unit}, ${offered.service} ${offered.ordinal}: ${fact}`,
      );
    case PROPERTY.objectType:
      return enumerated(object.type);
    case PROPERTY.presentValue:
      return one(presentOf(entry, fact));
    case PROPERTY.description:
      return text(describe(entry, fact));
    case PROPERTY.statusFlags:
      return one(flagsOf(entry, fact));
    case PROPERTY.eventState:
      return enumerated(0);
    case PROPERTY.reliability:
      return enumerated(reliabilityOf(entry, fact));
    case PROPERTY.outOfService:
      return one({ type: "boolean", value: false });
    case PROPERTY.units:
      return enumerated(unitsOf(entry, fact));
    case PROPERTY.covIncrement:
      return one({ type: "real", value: Math.fround(COV_INCREMENT) });
    case PROPERTY.scale:
      return one({ type: "context", tag: 1, value: Uint8Array.of(0) });
    case PROPERTY.maxPresValue:
      return one({ type: "unsigned", value: 2n ** 63n - 1n });
    default:
      return stateProperty(fact, property);
  }
}

function stateProperty(fact: Fact, property: number): Found {
  const texts: readonly string[] =
    fact === "credit_status" ? STATES.credit_status : STATES.supply_state;
  if (property === PROPERTY.numberOfStates) return unsigned(texts.length);
  return arrayOf(texts.map((value) => ({ type: "text", value })));
}

function deviceProperty({ device, name, book }: Bems, property: number): Found {
  switch (property) {
    case PROPERTY.objectIdentifier:
      return one({ type: "object", value: { type: OBJECT.device, instance: device } });
    case PROPERTY.objectName:
      return text(name);
    case PROPERTY.objectType:
      return enumerated(OBJECT.device);
    case PROPERTY.systemStatus:
      return enumerated(OPERATIONAL_READ_ONLY);
    case PROPERTY.vendorName:
    case PROPERTY.modelName:
      return text("Drawdown");
    case PROPERTY.firmwareRevision:
    case PROPERTY.applicationSoftwareVersion:
      return text(VERSION);
    case PROPERTY.objectList:
      return objectList(device, book);
    case PROPERTY.protocolServicesSupported:
      return bits(SERVICES, SERVICE_BITS);
    case PROPERTY.protocolObjectTypesSupported:
      return bits(TYPES, TYPE_BITS);
    case PROPERTY.segmentationSupported:
      return enumerated(SEGMENTED_TRANSMIT);
    case PROPERTY.deviceAddressBinding:
      return { values: [] };
    default:
      return unsigned(NUMBERS[property] ?? book.revision);
  }
}

const OPERATIONAL_READ_ONLY = 1;
const NUMBERS: Record<number, number> = {
  [PROPERTY.vendorIdentifier]: VENDOR,
  [PROPERTY.protocolVersion]: 1,
  [PROPERTY.protocolRevision]: 12,
  [PROPERTY.maxApduLengthAccepted]: APDU_BYTES_MAX,
  [PROPERTY.apduTimeout]: 3_000,
  [PROPERTY.numberOfApduRetries]: 3,
};
const UNCONFIRMED_BITS = 26;
const WHO_IS_BIT = 34;
const SERVICES = [
  CONFIRMED.subscribeCov,
  CONFIRMED.readProperty,
  CONFIRMED.readPropertyMultiple,
  UNCONFIRMED_BITS + UNCONFIRMED.iAm,
  WHO_IS_BIT,
];
const SERVICE_BITS = 40;
const TYPES = [OBJECT.device, OBJECT.analogValue, OBJECT.multiStateValue, OBJECT.accumulator];
const TYPE_BITS = 55;

function bits(set: readonly number[], length: number): Found {
  return one({ type: "bits", value: Array.from({ length }, (_, at) => set.includes(at)) });
}

/** Thousands of objects, none of them made before it is asked for. */
function objectList(device: number, { entries }: Book): Found {
  return {
    array: {
      length: 1 + entries.length * FACTS.length,
      at(place) {
        if (place === 0)
          return { type: "object", value: { type: OBJECT.device, instance: device } };
        const entry = entries[Math.floor((place - 1) / FACTS.length)];
        const fact = FACTS[(place - 1) % FACTS.length];
        if (entry === undefined || fact === undefined) throw new Error(`no object at ${place}`);
        return { type: "object", value: objectOf(entry.offered.ordinal, fact) };
      },
    },
  };
}
