/**
 * Fuzzes BACnet/IP as the network reaches it: random and mutated datagrams go to the listener of the gateway's socket, and
 * what gets through to the reading of acknowledgements, announcements and changes, and to a device that answers requests.
 */
import {
  readIAm,
  readReadMultipleAck,
  readReadPropertyAck,
} from "../../engine/contract/bacnet/answers.ts";
import type { Apdu } from "../../engine/contract/bacnet/apdu.ts";
import { writeApdu } from "../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../engine/contract/bacnet/bytes.ts";
import { CONFIRMED, UNCONFIRMED } from "../../engine/contract/bacnet/names.ts";
import { answerRead } from "../../engine/contract/bacnet/serve.ts";
import {
  readCovNotice,
  readSubscribe,
  readWhoIs,
  readWriteProperty,
} from "../../engine/contract/bacnet/services.ts";
import { loadDevices } from "../devices/load.ts";
import { arrivalOf } from "../drivers/bacnet/arrival.ts";
import { BacnetPort } from "../drivers/bacnet/port.ts";
import { checkFlags, checkScale } from "../drivers/bacnet/register.ts";
import { type SlaveDevice, slaveModel } from "../drivers/bacnet/slave-model.ts";
import { sampleDatagrams } from "./bacnet-samples.ts";
import { type Random, seededRandom } from "./random.ts";
import type { FuzzOptions, FuzzReport } from "./report.ts";
import { runInputs } from "./run.ts";

/** Most mutations of one datagram, and the longest input: more than a datagram may hold. */
const MUTATIONS_MAX = 6;
const INPUT_BYTES_MAX = 1_600;
const FROM = { address: "192.0.2.1", port: 47_808 };

/** Runs datagrams through listener, decoder and device. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(options.seed);
  const samples = sampleDatagrams();
  const port = new BacnetPort();
  const slave = fuzzedDevice();
  const report = await runInputs(options, () => {
    const datagram = inputOf(random, samples);
    port.receive(datagram, FROM);
    return take(datagram, slave);
  });
  await port.close();
  return report;
}

/** Whether a datagram is sound to its last byte, by all that reads any part of it. */
function take(datagram: Uint8Array, slave: SlaveDevice): boolean {
  const arrival = arrivalOf(datagram);
  if (typeof arrival === "string") return false;
  const { apdu } = arrival;
  if (apdu.kind === "confirmed") {
    const answer = answerRead(apdu, slaveModel(slave, undefined));
    if (answer !== undefined) return writeApdu(answer).length > 0 && answer.kind === "complex_ack";
  }
  try {
    readBody(apdu);
    return true;
  } catch (error) {
    if (error instanceof BacnetFault) return false;
    throw error;
  }
}

function readBody(apdu: Apdu): void {
  if (!("body" in apdu)) return;
  const { kind, service, body } = apdu;
  if (kind === "complex_ack") {
    const objects =
      service === CONFIRMED.readPropertyMultiple
        ? readReadMultipleAck(body)
        : [readReadPropertyAck(body)];
    for (const result of objects.flatMap(({ results }) => results)) {
      const value = "values" in result ? result.values[0] : undefined;
      checkFlags(value);
      checkScale(value, SCALED);
    }
  } else if (kind === "unconfirmed") {
    if (service === UNCONFIRMED.iAm) readIAm(body);
    else if (service === UNCONFIRMED.whoIs) readWhoIs(body);
    else readCovNotice(body);
  } else if (service === CONFIRMED.subscribeCov) readSubscribe(body);
  else readWriteProperty(body);
}

const PROFILE = "bacnet-panel-relay";
const profile = loadDevices().devices.get(PROFILE);
if (profile?.protocol !== "bacnet") throw new Error(`the device file ${PROFILE} is missing`);
const SCALED = profile.billing;

function fuzzedDevice(): SlaveDevice {
  if (profile?.protocol !== "bacnet") throw new Error(`the device file ${PROFILE} is missing`);
  const meter = {
    serial: "21000000",
    service: "electricity",
    registerAtoms: () => 1_000_000n,
    flow: () => 0,
    relayClosed: () => true,
    moveRelay: () => undefined,
  } as const;
  return { device: 1_234, file: profile, meters: [meter] };
}

/** One input: one in eight is noise, the others are sound datagrams, mutated. */
export function inputOf(
  random: Random,
  samples: readonly [Uint8Array, ...Uint8Array[]],
): Uint8Array {
  if (random.below(8) === 0) return random.bytes(random.below(64));
  let bytes: Uint8Array = Uint8Array.from(random.pick(samples));
  const mutations = random.below(MUTATIONS_MAX + 1);
  for (let round = 0; round < mutations; round++) bytes = mutate(random, bytes, samples);
  // Three in four say their right length again: the link would stop the rest already.
  return random.below(4) === 0 ? bytes : mended(bytes);
}

function mutate(
  random: Random,
  bytes: Uint8Array,
  samples: readonly [Uint8Array, ...Uint8Array[]],
): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(6)) {
    case 0:
      return bytes.map((byte, place) => (place === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return bytes.map((byte, place) => (place === at ? random.below(256) : byte));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), random.bytes(random.below(8)), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4)));
    default: {
      const other = random.pick(samples);
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length)));
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts).subarray(0, INPUT_BYTES_MAX));
}

function mended(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) return bytes;
  bytes[2] = bytes.length >>> 8;
  bytes[3] = bytes.length & 0xff;
  return bytes;
}
