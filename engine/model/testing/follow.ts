/** An account that goes from step to step, for the model's own tests. */
import { type ModelAccount, type Outputs, openAccount, type Step, type Terms } from "../account.ts";
import { applyExchange } from "../closing.ts";
import { applyCut, applyRestore } from "../manual.ts";
import { type Acceptance, applyAcceptReading, applyRejectReading } from "../quarantine.ts";
import { applyCriticalNeed, applyPolicy, applyReading, applyTick } from "../steps.ts";
import { applySupplyReport, type SupplyReport } from "../supply-report.ts";
import { utc } from "./lists.ts";

/**
 * Follows an account under terms, which can be changed on the way. Times are texts as `utc` takes them. Each step gives what
 * came out, or the code of its refusal.
 */
export function following(terms: Terms, account: ModelAccount = openAccount()) {
  const follow = {
    terms,
    account,
    go<Refusal extends string>(step: Step | Refusal): Outputs | Refusal {
      if (typeof step === "string") return step;
      follow.account = step.account;
      return step.outputs;
    },
    done(step: Step): Outputs {
      follow.account = step.account;
      return step.outputs;
    },
    /** A reading that comes when it was read, or `received` later. */
    read(at: string, registerAtoms: bigint, received: string = at): Outputs {
      const reading = { atS: utc(at), registerAtoms, receivedAtS: utc(received) };
      return follow.done(applyReading(follow.terms, follow.account, reading));
    },
    estimate(at: string, registerAtoms: bigint): Outputs {
      const reading = { atS: utc(at), registerAtoms, quality: "estimated" as const };
      return follow.done(applyReading(follow.terms, follow.account, reading));
    },
    tick: (at: string) => follow.done(applyTick(follow.terms, follow.account, utc(at))),
    /** Puts the balance in place and judges it. */
    balance(at: string, balanceMicros: bigint): Outputs {
      follow.account = { ...follow.account, balanceMicros };
      return follow.done(applyPolicy(follow.terms, follow.account, utc(at)));
    },
    judge: (at: string) => follow.done(applyPolicy(follow.terms, follow.account, utc(at))),
    critical: (at: string, isCritical: boolean) =>
      follow.done(applyCriticalNeed(follow.terms, follow.account, isCritical, utc(at))),
    cut: (at: string, override = false) =>
      follow.go(applyCut(follow.terms, follow.account, { override }, utc(at))),
    restore: (at: string) => follow.done(applyRestore(follow.terms, follow.account, utc(at))),
    report: (at: string, state: SupplyReport["state"], number = 0n) =>
      follow.done(applySupplyReport(follow.account, { state, number }, utc(at))),
    exchange: (at: string, closingAtoms: bigint | undefined, openingAtoms: bigint) =>
      follow.go(
        applyExchange(follow.terms, follow.account, {
          atS: utc(at),
          closingAtoms,
          openingAtoms,
          number: 9n,
        }),
      ),
    accept: (at: string, acceptance: Acceptance) =>
      follow.go(applyAcceptReading(follow.terms, follow.account, acceptance, utc(at))),
    reject: (at: string, registerAtoms: bigint) =>
      follow.done(applyRejectReading(follow.terms, follow.account, registerAtoms, utc(at))),
  };
  return follow;
}

/** Events by type alone, or the code of a refusal. */
export function types(outputs: Outputs | string): string[] {
  return typeof outputs === "string" ? [outputs] : outputs.events.map(({ type }) => type);
}
