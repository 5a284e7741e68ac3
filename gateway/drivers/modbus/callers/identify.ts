/**
 * Learns who a caller is that says nothing of itself: asks the units that could be behind it for their serial numbers.
 */
import type { Socket } from "node:net";
import { decodeSerial, type SerialRule, sameSerial } from "../decode.ts";
import type { Line } from "../line.ts";
import { ModbusLink } from "../link.ts";

/** Most units that one caller is asked for in one round. */
const ASKED_MAX = 32;
/** Longest wait for one answer, in milliseconds. */
const ANSWER_MS_MAX = 1_000;
const QUIET_MS = 50;

/** A meter that is reached through a caller: how its serial number would be read, and what it would be. */
export type Candidate = {
  name: string;
  serial: string;
  unit: number;
  timeoutMs: number;
  rule: SerialRule;
  framing: Line["framing"];
};

/** The name of the caller whose meter answers with its serial number; undefined where none does. The socket stays open. */
export async function identify(
  socket: Socket,
  candidates: readonly Candidate[],
): Promise<string | undefined> {
  const links = new Map<Line["framing"], ModbusLink>();
  try {
    for (const [first, ...alike] of alikeOf(candidates)) {
      if (socket.destroyed || first === undefined) return undefined;
      const link =
        links.get(first.framing) ??
        new ModbusLink(lineOf(socket, first.framing), {
          connectMs: ANSWER_MS_MAX,
          quietMs: QUIET_MS,
        });
      links.set(first.framing, link);
      const serial = await serialOf(link, first);
      const match = [first, ...alike].find(
        (one) => serial !== undefined && sameSerial(one.serial, serial),
      );
      if (match !== undefined) return match.name;
    }
    return undefined;
  } finally {
    await Promise.all([...links.values()].map((link) => link.close()));
  }
}

async function serialOf(link: ModbusLink, asked: Candidate): Promise<string | undefined> {
  const { function_code, address, words } = asked.rule;
  const party = { unit: asked.unit, timeoutMs: Math.min(ANSWER_MS_MAX, asked.timeoutMs) };
  const answer = await link.exchange(party, (session) =>
    session.read({ functionCode: function_code, address, count: words }),
  );
  if (!answer.ok) return undefined;
  const serial = decodeSerial(answer.words, asked.rule);
  return serial.ok ? serial.serial : undefined;
}

/** Candidates that one question serves, together. */
function alikeOf(candidates: readonly Candidate[]): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const { function_code, address, words, type, order } = one.rule;
    const key = `${one.framing} ${one.unit} ${function_code} ${address} ${words} ${type} ${order}`;
    const group = groups.get(key);
    if (group !== undefined) group.push(one);
    else if (groups.size < ASKED_MAX) groups.set(key, [one]);
  }
  return [...groups.values()];
}

function lineOf(socket: Socket, framing: Line["framing"]): Line {
  return {
    name: "the caller",
    framing,
    byteMs: 0,
    open: async () =>
      socket.destroyed ? "it hung up" : { stream: socket, close: async () => undefined },
  };
}
