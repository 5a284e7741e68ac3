/**
 * What payments would come to, asked of the kernel itself between two batches. The host's own instance runs over the shard's
 * memory: the workers' instances rest then.
 */
import { CODE_APPLIED, CODE_REFUSED } from "../../kernel-as/assembly/layout.ts";
import { instantiate, type Kernel } from "../../kernel-as/kernel.ts";
import { COMMAND_REFUSALS } from "../contract/commands.ts";
import { CREDIT_PARTS } from "../contract/fields.ts";
import type { AccountState, TrialOutcome } from "../contract/queries.ts";
import { OutputReader } from "./outputs.ts";

/** One payment that is tried. */
export type Trial = { slot: number; amountMicros: bigint };
/** Tries a payment at an instant; changes no state. */
export type TryPayment = (trial: Trial, nowS: number) => TrialOutcome;

/** States that are on disk, and what the payments that were tried would come to. */
export type QueryAnswer = {
  accounts: (AccountState | null)[];
  position: number;
  trials: TrialOutcome[];
};

/** Makes the trying over one shard's memory; the instance is made at the first trial. */
export function paymentTrials(module: WebAssembly.Module, memory: WebAssembly.Memory): TryPayment {
  const outputs = new OutputReader(memory);
  let kernel: Kernel | undefined;
  return ({ slot, amountMicros }, nowS) => {
    kernel ??= instantiate(module, memory);
    kernel.quote(slot, nowS, amountMicros);
    const { code, balance, parts } = outputs.outcome(0);
    const balance_micros = balance.toString();
    if (code === CODE_APPLIED) {
      const entries = CREDIT_PARTS.map((name, i) => [name, (parts[i] ?? 0n).toString()] as const);
      const told = Object.fromEntries(entries) as Extract<
        TrialOutcome,
        { status: "accepted" }
      >["parts"];
      return { status: "accepted", balance_micros, parts: told };
    }
    const refusal = COMMAND_REFUSALS[code - CODE_REFUSED];
    if (refusal === undefined) throw new Error(`the kernel gave result ${code} to a trial`);
    return { status: "refused", balance_micros, code: refusal };
  };
}
