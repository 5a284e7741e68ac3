/**
 * Looks at a reply again before it is believed: as many words as were asked for, and an echo that repeats the request.
 */
import {
  type Failed,
  failed,
  type ReadRequest,
  type WordsResult,
  type WriteRequest,
} from "./calls.ts";

/** The words (or bits) of a reply to a read, if it holds exactly as many as were asked for. */
export function wordsOfReply(reply: unknown, request: ReadRequest): WordsResult {
  const { data, buffer } = reply as { data?: unknown; buffer?: unknown };
  const bits = request.functionCode <= 2;
  const bytes = bits ? Math.ceil(request.count / 8) : request.count * 2;
  if (!Array.isArray(data) || !Buffer.isBuffer(buffer) || buffer.length !== bytes) {
    return failed("malformed", `a reply of another length than the ${bytes} bytes asked for`);
  }
  const words = data.slice(0, request.count).map(Number);
  if (words.length !== request.count) {
    return failed("malformed", `a reply of ${words.length} values instead of ${request.count}`);
  }
  return { ok: true, words };
}

/** What is wrong with the echo of a write, or undefined. */
export function echoFault(reply: unknown, request: WriteRequest): Failed | undefined {
  const { address, state, value, length } = reply as Record<string, unknown>;
  const [first = 0] = request.values;
  const said = {
    5: state === (first !== 0),
    6: value === first,
    16: length === request.values.length,
  };
  if (address === request.address && said[request.functionCode]) return undefined;
  return failed("malformed", `the echo of the write to ${request.address} is not what was written`);
}
