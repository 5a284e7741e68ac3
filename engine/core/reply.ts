/**
 * A command's outcome as its answer.
 */
import {
  CODE_APPLIED,
  CODE_GAP,
  CODE_REFUSED,
  CODE_STALE,
} from "../../kernel-as/assembly/layout.ts";
import { COMMAND_REFUSALS, type EngineCommandReply } from "../contract/commands.ts";
import { CREDIT_PARTS } from "../contract/fields.ts";
import type { RecordOutcome } from "./outputs.ts";

/** The answer to the command of this number, applied at `atS` by the batch at this position of the journal. */
export function toReply(
  number: number,
  outcome: RecordOutcome,
  atS: number,
  position: number,
): EngineCommandReply {
  const { code, expected, balance } = outcome;
  if (code === CODE_APPLIED) {
    const parts = partsOf(outcome);
    const balance_micros = balance.toString();
    return { status: "applied", number, balance_micros, ...parts, at_s: atS, position };
  }
  if (code === CODE_GAP) return { status: "gap", expected };
  if (code === CODE_STALE) return { status: "stale", expected };
  const refusal = COMMAND_REFUSALS[code - CODE_REFUSED];
  if (refusal === undefined)
    throw new Error(`the kernel gave result ${code}, which is no refusal of a command`);
  return { status: "refused", number, code: refusal, balance_micros: balance.toString() };
}

type Parts = NonNullable<Extract<EngineCommandReply, { status: "applied" }>["parts"]>;

/** All parts where there is one that is not 0; a command that moves no money has none. */
function partsOf({ parts }: RecordOutcome): { parts?: Parts } {
  if (parts.every((part) => part === 0n)) return {};
  const entries = CREDIT_PARTS.map((name, i) => [name, (parts[i] ?? 0n).toString()] as const);
  return { parts: Object.fromEntries(entries) as Parts };
}
