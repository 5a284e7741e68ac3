/**
 * Tells a story to the reference model. What the page leaves to the engine and not to an account (numbers of commands,
 * which versions are known, whose slot it is) is kept here, in the plainest way.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { type FrameReading, type FrameReport, REPORT } from "../contract/frame.ts";
import type { Charged, Step as ModelStep, Terms } from "../model/account.ts";
import { type PriceList, readPriceList } from "../model/price-list.ts";
import type { Rated } from "../model/rate.ts";
import { applyPolicy, applyReading, applyTick } from "../model/steps.ts";
import { applySupplyReport, type SupplyReport } from "../model/supply-report.ts";
import {
  accountText,
  eventOf,
  judgementEvents,
  type Op,
  type ToldAccount,
  toldAccount,
} from "./model-account.ts";
import { applyCommand } from "./model-commands.ts";
import { type Outcome, readingText } from "./outcome.ts";
import { type PlannedVersion, readingsOf, type Step } from "./story.ts";

/** Codes of layout.ts, as people read them there. */
const CODE = { applied: 0, gap: 1, stale: 2, foreign: 4, accountUnknown: 16, listUnknown: 18 };
const CODE_LIST_ORDER = 19;
const CODE_POLICY_UNKNOWN = 21;
const REPORT_STATES = ["", "connected", "disconnected", "limited", "failed", "expired"];

/** A supply policy as it was put. */
export type Policy = Pick<Terms, "lowCredit" | "supply"> & { balanceMaxMicros: bigint };

/** The model's side of a story. */
export class ModelSide {
  readonly accounts = new Map<number, ToldAccount>();
  readonly policies = new Map<number, Policy>();
  /** Number of the shard's last command. */
  commandNumber = 0;
  /** How many versions of the story's list were put, and how far the last one's table reaches. */
  known = 0;
  reachS = 0;
  readonly #versions: readonly PlannedVersion[];
  readonly #whole: PriceList;
  readonly #gateways = new Set<number>();
  #commandCode = 0;

  constructor(versions: readonly PlannedVersion[]) {
    this.#versions = versions;
    const dated = versions.map(({ json, effectiveFromS }) => {
      return { ...json, effective_from: new Date(effectiveFromS * 1000).toISOString() };
    });
    this.#whole = readPriceList(dated);
  }

  /** Applies a step. */
  apply(step: Step): Outcome {
    const outcome: Outcome = {
      answer: "",
      readings: [],
      charges: [],
      events: [],
      accounts: {},
      faults: [],
    };
    if (step.kind === "tick") this.#tick(step.atS, outcome);
    else if (step.kind === "command") this.#command(step, outcome);
    else this.#frame(step, outcome);
    for (const [slot, told] of this.accounts) outcome.accounts[slot] = accountText(told);
    return outcome;
  }

  /** What an account is judged by just now. */
  termsOf(told: ToldAccount): Terms {
    const policy = this.policies.get(told.policy);
    if (policy === undefined) throw new Error(`no policy ${told.policy}`);
    return { list: this.#list(), meter: told.meter, ...policy };
  }

  /** Takes over a model step's account; adds its charges, and its judgement as of `at`. */
  settle(told: ToldAccount, step: ModelStep, at: number | bigint, outcome: Outcome): void {
    told.state = step.account;
    outcome.charges.push(...step.outputs.charged.flatMap((each) => this.#chargeText(told, each)));
    const thresholds = this.policies.get(told.policy)?.lowCredit.thresholdsMicros ?? [];
    outcome.events.push(...judgementEvents(told, step, thresholds, at));
  }

  /** Adds a reading's row. */
  addReading(
    told: ToldAccount,
    verdict: string,
    register: bigint,
    rated: readonly Rated[],
  ): string {
    const pieces = rated.map(({ version, period, block, quantityAtoms, costMicros }) => {
      return { version: version + 1, period, block, quantity: quantityAtoms, cost: costMicros };
    });
    return readingText(told.slot, verdict, register, pieces);
  }

  #list(): PriceList {
    return { ...this.#whole, versions: this.#whole.versions.slice(0, this.known) };
  }

  #chargeText({ slot }: ToldAccount, charged: Charged): string[] {
    const { atS, version, name, amountMicros, collection } = charged;
    if (collection !== "collect") return [];
    const charges = this.#versions[version]?.json.charges ?? [];
    const index = charges.findIndex((charge) => charge.name === name);
    return [`${slot} ${atS} ${version + 1}/${index} ${amountMicros}`];
  }

  #tick(atS: number, outcome: Outcome): void {
    for (const told of this.#inOrder()) {
      if (told.isRecorded) continue;
      this.settle(told, applyTick(this.termsOf(told), told.state, BigInt(atS)), atS, outcome);
    }
  }

  #frame(step: Extract<Step, { kind: "frame" | "profile" }>, outcome: Outcome): void {
    if (!this.#gateways.has(step.gateway)) throw new Error("the engine admits no such frame");
    const readings = readingsOf(step);
    const reports = step.kind === "frame" ? step.reports : [];
    const isForeign = [...readings, ...reports].some(
      ({ slot }) => this.accounts.get(slot)?.gateway !== step.gateway,
    );
    outcome.answer = `${isForeign ? CODE.foreign : CODE.applied}`;
    if (isForeign) return;
    for (const reading of readings) this.#reading(reading, step.atS, outcome);
    for (const report of reports) this.#report(report, step.atS, outcome);
  }

  #reading({ slot, register, atS, quality }: FrameReading, nowS: number, outcome: Outcome): void {
    const told = this.accounts.get(slot);
    if (told === undefined) throw new Error(`no account ${slot}`);
    const isOpening = told.state.t0 === undefined;
    const step = applyReading(this.termsOf(told), told.state, {
      atS: BigInt(atS),
      registerAtoms: BigInt(register),
      quality,
      ...(!told.isRecorded && { receivedAtS: BigInt(nowS) }),
    });
    const { verdict = "none", rollover, quarantine, rated } = step.outputs;
    const isAccepted = verdict === "accepted";
    // The model knows a list for all time, the kernel as far as its table reaches: stories keep within.
    if (isAccepted && atS >= this.reachS) throw new Error("a reading beyond the tables");
    const name = isAccepted && isOpening ? "opening" : rollover ? "rollover" : verdict;
    const moment = told.isRecorded ? atS : nowS;
    outcome.readings.push(this.addReading(told, name, BigInt(register), rated));
    told.state = step.account;
    const amount = BigInt(register);
    if (rollover) outcome.events.push(eventOf(told, moment, { type: "reading.rollover", amount }));
    if (quarantine !== undefined) {
      const level = VERDICT_NUMBERS[quarantine] ?? -1;
      outcome.events.push(eventOf(told, moment, { type: "reading.quarantined", level, amount }));
    }
    this.settle(told, step, moment, outcome);
  }

  #report({ slot, kind, state, number, value }: FrameReport, nowS: number, outcome: Outcome): void {
    const told = this.accounts.get(slot);
    if (told === undefined) throw new Error(`no account ${slot}`);
    if (kind === REPORT.supply) {
      const report = { state: REPORT_STATES[state], number: BigInt(number) } as SupplyReport;
      const { account, outputs } = applySupplyReport(told.state, report);
      told.state = account;
      if (outputs.answer === undefined) return;
      const type = `supply.${outputs.answer}`;
      outcome.events.push(eventOf(told, nowS, { type, level: state, number: BigInt(number) }));
      return;
    }
    const type = kind === REPORT.clockDrift ? "meter.clock_drift" : "meter.tampered";
    outcome.events.push(eventOf(told, nowS, { type, amount: BigInt(value) }));
  }

  #command({ command, atS }: Extract<Step, { kind: "command" }>, outcome: Outcome): void {
    switch (command.op) {
      case "set_price_list":
      case "set_policy":
      case "set_gateway":
        this.#shardCommand(command, atS, outcome);
        return;
      default: {
        const told = this.accounts.get(command.slot);
        if (told === undefined) this.#open(command, atS, outcome);
        else outcome.answer = applyCommand(this, told, { command, atS }, outcome);
      }
    }
  }

  #open(command: EngineCommand, atS: number, outcome: Outcome): void {
    if (command.op !== "open_account" || command.number !== 1) {
      outcome.answer = `${CODE.accountUnknown} 0 0`;
      return;
    }
    if (this.known === 0 || command.price_list !== 0) {
      outcome.answer = `${CODE.listUnknown} 0 0`;
      return;
    }
    if (!this.policies.has(command.policy)) {
      outcome.answer = `${CODE_POLICY_UNKNOWN} 0 0`;
      return;
    }
    outcome.answer = "0 0 0";
    const told = toldAccount(command, atS);
    this.accounts.set(command.slot, told);
    // Nothing is judged yet: a new account's 0 warns nobody.
    outcome.events.push(eventOf(told, atS, { type: "account.opened", number: 1n }));
  }

  #shardCommand(
    command: Op<"set_price_list"> | Op<"set_policy"> | Op<"set_gateway">,
    atS: number,
    outcome: Outcome,
  ): void {
    const last = this.commandNumber;
    if (command.number === last) {
      outcome.answer = `${this.#commandCode} 0 0`;
    } else if (command.number !== last + 1) {
      outcome.answer = `${command.number > last ? CODE.gap : CODE.stale} ${last + 1} 0`;
    } else {
      this.commandNumber = command.number;
      this.#commandCode = command.op === "set_price_list" ? this.#setPriceList(command) : 0;
      outcome.answer = `${this.#commandCode} 0 0`;
      if (command.op === "set_policy") this.#setPolicy(command, atS, outcome);
      if (command.op === "set_gateway") this.#gateways.add(command.gateway);
    }
  }

  /** A version begins behind all others and within what the last one's table reaches, or takes the last one's place. */
  #setPriceList(command: Op<"set_price_list">): number {
    const last = this.#versions[this.known - 1];
    const startS = command.effective_from_s;
    const isAgain = last?.effectiveFromS === startS;
    const isNext = last === undefined || (startS > last.effectiveFromS && startS <= this.reachS);
    if (!isAgain && !isNext) return CODE_LIST_ORDER;
    if (!isAgain) this.known += 1;
    this.reachS = command.covers_to_s;
    return CODE.applied;
  }

  #setPolicy(command: Op<"set_policy">, atS: number, outcome: Outcome): void {
    this.policies.set(command.index, {
      lowCredit: {
        thresholdsMicros: command.low_credit_micros.map(BigInt),
        hysteresisMicros: BigInt(command.hysteresis_micros),
      },
      supply: {
        disablementMicros: BigInt(command.disablement_threshold_micros),
        clearanceMicros: BigInt(command.clearance_micros),
        automaticCut: command.automatic_cut,
        ...(command.stale_after_s > 0 && { staleAfterS: BigInt(command.stale_after_s) }),
      },
      balanceMaxMicros: BigInt(command.max_balance_micros),
    });
    for (const told of this.#inOrder()) {
      if (told.policy !== command.index) continue;
      this.settle(told, applyPolicy(this.termsOf(told), told.state, BigInt(atS)), atS, outcome);
    }
  }

  #inOrder(): ToldAccount[] {
    return [...this.accounts.values()].sort((a, b) => a.slot - b.slot);
  }
}

/** The numbers that rated rows and quarantine events carry. */
const VERDICT_NUMBERS: Readonly<Record<string, number>> = {
  conflict: 4,
  backwards: 6,
  implausible: 7,
  clock: 8,
  untariffed: 9,
};
