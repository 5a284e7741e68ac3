/**
 * One shard told to the reference model: the same inputs in the engine's order. Commands are told as they came over the
 * wire, frames as the gateway packed them.
 */
import type { EngineCommand } from "../../contract/commands.ts";
import type { ShardState } from "../../core/state.ts";
import { ModelSide } from "../../prove/model-side.ts";
import { VERSIONS } from "../world/plan.ts";
import type { BatchInput } from "./inputs.ts";

/** The model of a shard. */
export class ModelWatch {
  readonly #side = new ModelSide(VERSIONS);
  readonly #commandOf: (
    input: Extract<BatchInput, { kind: "command" }>,
  ) => EngineCommand | undefined;

  constructor(
    commandOf: (input: Extract<BatchInput, { kind: "command" }>) => EngineCommand | undefined,
  ) {
    this.#commandOf = commandOf;
  }

  /** Tells one input. Throws where the model can't be told of it. */
  tell(input: BatchInput): void {
    if (input.kind === "tick") {
      this.#side.apply({ kind: "tick", atS: input.atS });
    } else if (input.kind === "frame") {
      const { gateway, readings, reports } = input.frame;
      this.#side.apply({ kind: "frame", atS: input.atS, gateway, readings, reports });
    } else {
      const command = this.#commandOf(input);
      if (command === undefined)
        throw new Error(`command ${input.number} of slot ${input.slot} never came over the wire`);
      this.#side.apply({ kind: "command", atS: input.atS, command });
    }
  }

  /** How the shard's accounts differ from the model's, a line each. */
  differences(state: ShardState): string[] {
    const lines: string[] = [];
    for (const [slot, told] of this.#side.accounts) {
      const account = state.account(slot);
      const { balanceMicros, t0, r0, supplyNumber } = told.state;
      const model = {
        balance: `${balanceMicros}`,
        reading: t0 === undefined ? "none" : `${t0} ${r0}`,
        supply: `${supplyNumber}`,
        command: `${told.commandNumber}`,
      };
      const last = account?.last_reading;
      const engine: typeof model = {
        balance: `${account?.balance_micros}`,
        reading: last ? `${last.at_s} ${last.register_atoms}` : "none",
        supply: `${account?.supply_number}`,
        command: `${account?.command_number}`,
      };
      for (const field of ["balance", "reading", "supply", "command"] as const)
        if (engine[field] !== model[field])
          lines.push(`account ${slot} ${field}: engine ${engine[field]}, model ${model[field]}`);
    }
    if (this.#side.accounts.size !== state.slots)
      lines.push(`the engine has ${state.slots} accounts`);
    return lines;
  }
}
