/**
 * The numbers of BACnet (ASHRAE 135) that the product uses, under their own names.
 */

/** Object types. */
export const OBJECT = {
  analogInput: 0,
  analogValue: 2,
  binaryInput: 3,
  binaryOutput: 4,
  binaryValue: 5,
  device: 8,
  multiStateValue: 19,
  accumulator: 23,
  integerValue: 45,
  largeAnalogValue: 46,
  positiveIntegerValue: 48,
} as const;

/** Property identifiers. */
export const PROPERTY = {
  all: 8,
  apduTimeout: 11,
  applicationSoftwareVersion: 12,
  covIncrement: 22,
  databaseRevision: 155,
  description: 28,
  deviceAddressBinding: 30,
  eventState: 36,
  firmwareRevision: 44,
  location: 58,
  maxApduLengthAccepted: 62,
  maxPresValue: 65,
  maxSegmentsAccepted: 167,
  modelName: 70,
  numberOfApduRetries: 73,
  numberOfStates: 74,
  objectIdentifier: 75,
  objectList: 76,
  objectName: 77,
  objectType: 79,
  optional: 80,
  outOfService: 81,
  presentValue: 85,
  prescale: 185,
  priorityArray: 87,
  propertyList: 371,
  protocolObjectTypesSupported: 96,
  protocolRevision: 139,
  protocolServicesSupported: 97,
  protocolVersion: 98,
  relinquishDefault: 104,
  reliability: 103,
  required: 105,
  scale: 187,
  segmentationSupported: 107,
  serialNumber: 372,
  stateText: 110,
  statusFlags: 111,
  systemStatus: 112,
  units: 117,
  vendorIdentifier: 120,
  vendorName: 121,
} as const;

/** Confirmed services. */
export const CONFIRMED = {
  covNotification: 1,
  subscribeCov: 5,
  readProperty: 12,
  readPropertyMultiple: 14,
  writeProperty: 15,
} as const;

/** Unconfirmed services. */
export const UNCONFIRMED = { iAm: 0, covNotification: 2, whoIs: 8 } as const;

/** Error classes. */
export const ERROR_CLASS = {
  device: 0,
  object: 1,
  property: 2,
  resources: 3,
  security: 4,
  services: 5,
} as const;
/** Error codes. */
export const ERROR_CODE = {
  other: 0,
  deviceBusy: 3,
  valueOutOfRange: 37,
  invalidDataType: 9,
  noSpaceToAddListElement: 19,
  serviceRequestDenied: 29,
  unknownObject: 31,
  unknownProperty: 32,
  writeAccessDenied: 40,
  invalidArrayIndex: 42,
  covSubscriptionFailed: 43,
  optionalFunctionalityNotSupported: 45,
  propertyIsNotAnArray: 50,
} as const;

/** Reasons of a reject. */
export const REJECT = {
  other: 0,
  invalidTag: 4,
  missingParameter: 5,
  tooManyArguments: 7,
  unrecognizedService: 9,
} as const;
/** Reasons of an abort. */
export const ABORT = {
  other: 0,
  bufferOverflow: 1,
  invalidApduInThisState: 2,
  segmentationNotSupported: 4,
  outOfResources: 9,
} as const;

/** Largest instance number; the one over all is the wildcard of a device. */
export const INSTANCE_MAX = 4_194_302;
/** The UDP port of BACnet/IP. */
export const BACNET_PORT = 47_808;
/** Longest APDU over IP. */
export const APDU_BYTES_MAX = 1_476;
