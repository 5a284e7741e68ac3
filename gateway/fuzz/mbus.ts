/**
 * Fuzzes the M-Bus decoder as the field reaches it: mutated telegrams go through the frame assembler in random pieces,
 * through the decoder with and without a key, and through what picks the billed register, relay and clock.
 */
import { telegramJson } from "../drivers/mbus/decode/json.ts";
import { decodeFrame } from "../drivers/mbus/decode/telegram.ts";
import { createAssembler } from "../drivers/mbus/link/assembler.ts";
import { billedAtoms } from "../drivers/mbus/register.ts";
import { relayStateOf, STANDARD_RELAY } from "../drivers/mbus/relay.ts";
import { FUZZ_KEY, sampleTelegrams } from "./mbus-samples.ts";
import { type Random, seededRandom } from "./random.ts";
import type { FuzzOptions, FuzzReport } from "./report.ts";
import { runInputs } from "./run.ts";

/** Most mutations of one telegram. */
const MUTATIONS_MAX = 6;
/** Longest input: a telegram and a half. */
const INPUT_BYTES_MAX = 400;

/** Runs mutated telegrams through decoder and register picking. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(options.seed);
  const samples = sampleTelegrams();
  return await runInputs(options, () => take(random, mutated(random, samples)));
}

/** One input as the line sees it; whether it came out as a telegram. */
function take(random: Random, input: Uint8Array): boolean {
  const assembler = createAssembler();
  let from = 0;
  while (from < input.length) {
    const to = from + 1 + random.below(input.length - from);
    const frame = assembler.push(input.subarray(from, to));
    from = to;
    if (frame === undefined) continue;
    if (!frame.ok) return false;
    const answer = decodeFrame(frame.value, random.below(2) === 0 ? undefined : FUZZ_KEY);
    if (!answer.ok || answer.value.telegram.kind === "error") return false;
    const { header, records } = answer.value.telegram;
    telegramJson(header, records);
    billedAtoms(records, random.pick(["energy", "volume"]));
    relayStateOf(records, STANDARD_RELAY);
    return true;
  }
  assembler.torn();
  return false;
}

function mutated(random: Random, samples: readonly [Uint8Array, ...Uint8Array[]]): Uint8Array {
  let bytes = Uint8Array.from(random.pick(samples));
  const mutations = random.below(MUTATIONS_MAX + 1);
  for (let round = 0; round < mutations; round++) bytes = mutate(random, bytes, samples);
  // Three in four carry a right length and checksum again: the link layer would stop the rest already.
  return random.below(4) === 0 ? bytes : mended(bytes);
}

function mutate(
  random: Random,
  bytes: Uint8Array<ArrayBuffer>,
  samples: readonly [Uint8Array, ...Uint8Array[]],
): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  switch (random.below(7)) {
    case 0:
      bytes[at] = random.below(256);
      return bytes;
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8)));
    case 5:
      return joined(bytes.subarray(0, at), random.pick(samples).subarray(at));
    default:
      // Codes that begin something: extensions without end, variable lengths, tails, fillers.
      bytes[at] = random.pick([0xff, 0x80, 0x0d, 0x0f, 0x1f, 0x2f, 0x7c, 0xfc, 0xfd, 0x8d, 0x7f]);
      return bytes;
  }
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(pieces).subarray(0, INPUT_BYTES_MAX));
}

/** The same bytes as a long frame whose lengths, checksum and stop byte are right. */
function mended(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(4, Math.min(Math.max(bytes.length - 2, 7), 4 + 255));
  if (body.length < 3) return bytes;
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Uint8Array.of(0x68, body.length, body.length, 0x68, ...body, sum, 0x16);
}
