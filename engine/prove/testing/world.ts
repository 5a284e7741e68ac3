/**
 * A shard in few words, for tests of the kernel: one price list, one policy, one gateway, accounts of Wh.
 */
import type { EngineCommand } from "../../contract/commands.ts";
import type { FrameReport, Quality } from "../../contract/frame.ts";
import type { PriceListJson } from "../../model/price-list-json.ts";
import { accountIn, type KernelAccount } from "../kernel-reader.ts";
import { KernelSide } from "../kernel-side.ts";
import type { Op } from "../model-account.ts";
import type { Outcome } from "../outcome.ts";
import type { PlannedVersion } from "../story.ts";

/** "2024-01-01T00:00Z" as epoch seconds. */
export function utc(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`"${text}" is no instant`);
  return ms / 1_000;
}

/** A list in UTC of one rate, 0.25 a kWh: 250 micros a Wh. Changed by what is given. */
export function listOf(changes: Partial<PriceListJson> = {}): PriceListJson {
  return {
    name: "Test",
    service: "electricity",
    unit: "kWh",
    currency: "EUR",
    timezone: "UTC",
    rates: { all: [{ from: "0", price: "0.25" }] },
    ...changes,
  };
}

/** One rate in blocks that start at these Wh, with these prices a kWh. */
export function blocksOf(
  ...blocks: [startWh: number, price: string][]
): PriceListJson["rates"][string] {
  return blocks.map(([startWh, price]) => ({ from: (startWh / 1_000).toFixed(3), price }));
}

type AccountOp = Extract<EngineCommand, { slot: number }>["op"];
type FieldsOf<Name extends AccountOp> = Omit<Op<Name>, "op" | "number" | "slot">;

/** What a version begins with, beside its list. By default it is in force, and its table covers, 2000 to 2049. */
export type Coverage = { effectiveFromS: number; coversFromS: number; coversToS: number };

const ALWAYS: Coverage = {
  effectiveFromS: utc("2000-01-01T00:00Z"),
  coversFromS: utc("2000-01-01T00:00Z"),
  coversToS: utc("2049-01-01T00:00Z"),
};
const GATEWAY = 1;

/** The shard. Inputs come at `nowS`, which tests move. */
export class World {
  readonly kernel: KernelSide;
  nowS = utc("2024-01-01T00:00Z");
  readonly #versions: PlannedVersion[] = [];
  readonly #numbers = new Map<number, number>();
  #shardNumber = 0;

  constructor(kernel: KernelSide = new KernelSide()) {
    this.kernel = kernel;
    kernel.begin(this.#versions);
  }

  /** One list for all time, a policy that judges nothing, the gateway, and an account in slot 0. */
  static of(
    list: PriceListJson = listOf(),
    kernel?: KernelSide,
    coverage: Partial<Coverage> = {},
  ): World {
    const world = new World(kernel);
    world.version(list, coverage);
    world.policy();
    world.gateway();
    world.open(0);
    return world;
  }

  /** Puts the next version, or the last one again where it begins at the same instant. */
  version(json: PriceListJson, changes: Partial<Coverage> = {}): Outcome {
    const { effectiveFromS, coversFromS, coversToS } = {
      ...ALWAYS,
      ...(changes.effectiveFromS !== undefined && { coversFromS: changes.effectiveFromS }),
      ...changes,
    };
    if (this.#versions.at(-1)?.effectiveFromS !== effectiveFromS)
      this.#versions.push({ json, effectiveFromS });
    return this.#command({
      op: "set_price_list",
      number: ++this.#shardNumber,
      index: 0,
      version: this.#versions.length,
      effective_from_s: effectiveFromS,
      covers_from_s: coversFromS,
      covers_to_s: coversToS,
      text: JSON.stringify(json),
    });
  }

  /** Puts a version of another list, under the next number; begins and covers as `version` says. */
  list(index: number, json: PriceListJson, changes: Partial<Coverage> = {}): Outcome {
    const { effectiveFromS, coversFromS, coversToS } = { ...ALWAYS, ...changes };
    this.#versions.push({ json, effectiveFromS });
    return this.#command({
      op: "set_price_list",
      number: ++this.#shardNumber,
      index,
      version: this.#versions.length,
      effective_from_s: effectiveFromS,
      covers_from_s: coversFromS,
      covers_to_s: coversToS,
      text: JSON.stringify(json),
    });
  }

  /** Takes back the last version. */
  cancel(effectiveFromS: number): Outcome {
    const outcome = this.#command({
      op: "cancel_price_list_version",
      number: ++this.#shardNumber,
      index: 0,
      effective_from_s: effectiveFromS,
    });
    if (outcome.answer.startsWith("0 ")) this.#versions.pop();
    return outcome;
  }

  /** Puts policy 0: no thresholds and no cut unless said. */
  policy(changes: Partial<Op<"set_policy">> = {}): Outcome {
    return this.#command({
      op: "set_policy",
      index: 0,
      low_credit_micros: [],
      hysteresis_micros: "0",
      disablement_threshold_micros: "0",
      clearance_micros: "0",
      max_balance_micros: `${1n << 62n}`,
      automatic_cut: false,
      stale_after_s: 0,
      ...changes,
      number: ++this.#shardNumber,
    });
  }

  /** Makes the gateway known. */
  gateway(): Outcome {
    const key = "0".repeat(64);
    const number = ++this.#shardNumber;
    return this.#command({ op: "set_gateway", number, gateway: GATEWAY, key, roster_version: 1 });
  }

  /** Opens an account that lives by the clock. */
  open(slot: number, changes: Partial<Op<"open_account">> = {}): Outcome {
    this.#numbers.set(slot, 1);
    return this.#command({
      op: "open_account",
      number: 1,
      slot,
      account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
      gateway: GATEWAY,
      price_list: 0,
      policy: 0,
      recorded: false,
      modulus_atoms: "0",
      max_rate_atoms_per_hour: "0",
      step_atoms: "1",
      ...changes,
    });
  }

  /** A reading that arrives when it is taken, or now if that is later. */
  read(slot: number, at: string | number, register: number, quality: Quality = "actual"): Outcome {
    const atS = typeof at === "string" ? utc(at) : at;
    this.nowS = Math.max(this.nowS, atS);
    return this.readNow(slot, atS, register, quality);
  }

  /** A reading that arrives now. */
  readNow(slot: number, atS: number, register: number, quality: Quality = "actual"): Outcome {
    return this.frame([{ slot, register, atS, quality }]);
  }

  /** A frame of readings and reports. */
  frame(
    readings: readonly { slot: number; register: number; atS: number; quality: Quality }[],
    reports: readonly FrameReport[] = [],
  ): Outcome {
    return this.kernel.apply({
      kind: "frame",
      atS: this.nowS,
      gateway: GATEWAY,
      readings,
      reports,
    });
  }

  /** A supply report; states as in the contract. */
  report(slot: number, state: number, number = 0): Outcome {
    return this.frame([], [{ slot, kind: 1, state, atS: this.nowS, number, value: 0 }]);
  }

  /** Time passes to this instant, and a tick says so. */
  tick(at: string): Outcome {
    this.nowS = utc(at);
    return this.kernel.apply({ kind: "tick", atS: this.nowS });
  }

  /** Paid money. */
  credit(slot: number, micros: bigint): Outcome {
    return this.#account("credit", slot, { amount_micros: `${micros}` });
  }

  /** Money given or taken by hand. */
  adjust(slot: number, micros: bigint): Outcome {
    return this.#account("adjust", slot, { amount_micros: `${micros}` });
  }

  /** Supply by hand. */
  manual(op: "cut" | "restore", slot: number): Outcome {
    return this.#account(op, slot, {});
  }

  /** Another meter of the same kind, now. */
  exchange(slot: number, closing: number | undefined, opening: number): Outcome {
    return this.#account("exchange_meter", slot, {
      gateway: GATEWAY,
      modulus_atoms: "0",
      max_rate_atoms_per_hour: "0",
      step_atoms: "1",
      ...(closing !== undefined && { closing_atoms: `${closing}` }),
      opening_atoms: `${opening}`,
    });
  }

  /** Any command of an account, under its next number. */
  ask<Name extends AccountOp>(op: Name, slot: number, fields: FieldsOf<Name>): Outcome {
    return this.#account(op, slot, fields);
  }

  /** Puts a calendar, compiled for 2000 to 2049 unless said: for one of few intervals. */
  calendar(json: unknown, changes: Partial<Op<"set_calendar">> = {}): Outcome {
    return this.#command({
      op: "set_calendar",
      index: 0,
      covers_from_s: ALWAYS.coversFromS,
      covers_to_s: ALWAYS.coversToS,
      text: JSON.stringify(json),
      ...changes,
      number: ++this.#shardNumber,
    });
  }

  /** What the account remembers. */
  account(slot: number): KernelAccount {
    return accountIn(this.kernel.view, slot, this.kernel.holdsQuantity(slot));
  }

  /** The balance in micros. */
  balance(slot: number): bigint {
    return this.account(slot).balance;
  }

  #account(op: string, slot: number, fields: Record<string, unknown>): Outcome {
    const number = (this.#numbers.get(slot) ?? 0) + 1;
    this.#numbers.set(slot, number);
    return this.#command({ op, number, slot, ...fields } as EngineCommand);
  }

  #command(command: EngineCommand): Outcome {
    return this.kernel.apply({ kind: "command", atS: this.nowS, command });
  }
}
