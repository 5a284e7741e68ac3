/**
 * Tells a story to the reference model. What the page leaves to the engine and not to an account (numbers of commands,
 * which versions, policies and calendars are known, whose slot it is) is kept here, in the plainest way.
 */
import { type FrameReading, type FrameReport, REPORT } from "../contract/frame.ts";
import type { Charged, ModelAccount, Step as ModelStep, Terms } from "../model/account.ts";
import type { CalendarTerms } from "../model/calendar.ts";
import type { ModelEvent } from "../model/events.ts";
import { QUARANTINED } from "../model/judge.ts";
import { type PriceList, readPriceList } from "../model/price-list.ts";
import { applyPolicy, applyReading, applyTick } from "../model/steps.ts";
import { applySupplyReport, type SupplyReport } from "../model/supply-report.ts";
import { modelEventText, remember, type ToldAccount, toldAccount } from "./model-account.ts";
import { type AccountCommand, applyCommand, NO_PARTS_TEXT } from "./model-commands.ts";
import { calendarTerms, type PutPolicy } from "./model-policy.ts";
import { ModelShard, type ShardCommand } from "./model-shard.ts";
import { eventText, type Outcome, type Piece, readingText, returnedText } from "./outcome.ts";
import { modelText, type StateText } from "./state-text.ts";
import { OTHER_LIST, type PlannedVersion, readingsOf, rowVersion, type Step } from "./story.ts";

/** Codes of layout.ts, as people read them there. */
const CODE = { applied: 0, foreign: 4, accountUnknown: 16, listUnknown: 18, policyUnknown: 21 };
const REPORT_STATES = ["", "connected", "disconnected", "limited", "failed", "expired", "ready"];

/** The model's side of a story. */
export class ModelSide {
  readonly accounts = new Map<number, ToldAccount>();
  readonly #versions: readonly PlannedVersion[];
  readonly #whole: PriceList;
  readonly #other: PriceList | undefined;
  readonly #shard: ModelShard;
  /** Texts of accounts that have not changed since. */
  readonly #texts = new Map<number, { of: string; state: ToldAccount["state"]; text: StateText }>();

  constructor(versions: readonly PlannedVersion[]) {
    this.#versions = versions;
    this.#whole = listOf(versions.filter(({ list }) => list !== OTHER_LIST));
    const other = versions.filter(({ list }) => list === OTHER_LIST);
    this.#other = other.length === 0 ? undefined : listOf(other);
    this.#shard = new ModelShard(versions);
  }

  /** Number of the shard's last command. */
  get commandNumber(): number {
    return this.#shard.commandNumber;
  }

  /** How many versions of the story's list are there. */
  get known(): number {
    return this.#shard.known;
  }

  /** How far the last version's table reaches. */
  get reachS(): number {
    return this.#shard.reachS;
  }

  /** Whether the other list is there. */
  get hasOther(): boolean {
    return this.#shard.hasOther;
  }

  /** Policies by their index. */
  get policies(): ReadonlyMap<number, PutPolicy> {
    return this.#shard.policies;
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
    for (const [slot, told] of this.accounts) outcome.accounts[slot] = this.#textOf(told);
    return outcome;
  }

  /** What an account is judged by just now. */
  termsOf(told: ToldAccount): Terms {
    const put = this.policies.get(told.policy);
    if (put === undefined) throw new Error(`no policy ${told.policy}`);
    return {
      lists: this.#lists(),
      meter: told.meter,
      policy: put.policy,
      slot: BigInt(told.slot),
      ...this.calendarsOf(put),
    };
  }

  /** The calendars that a policy names, as they are put just now. */
  calendarsOf(put: PutPolicy): CalendarTerms {
    return calendarTerms(put, this.#shard.calendars);
  }

  /** Takes over what a model's step gave: the account, its charges and its events. */
  settle(told: ToldAccount, { account, outputs }: ModelStep, outcome: Outcome): void {
    told.state = account;
    const { charged, events } = outputs;
    outcome.charges.push(...charged.map((each) => chargeText(told, each, this.#versions)));
    outcome.events.push(
      ...events.map((event) => modelEventText(told.slot, this.#withRowVersion(event, account))),
    );
  }

  /** Adds a reading's rows: what was given back of estimates, and the reading itself. */
  addReading(
    told: ToldAccount,
    verdict: string,
    register: bigint,
    { returned, rated }: Pick<ModelStep["outputs"], "returned" | "rated">,
    outcome: Outcome,
  ): void {
    const pieces = rated.map((each): Piece => {
      const { list, version, period, block, quantityAtoms, costMicros } = each;
      const sums = { quantity: quantityAtoms, cost: costMicros };
      // R18: an estimate is one row, whatever it was rated by.
      if (verdict === "estimated") return { version: 0, period: "none", block: 0, ...sums };
      return { version: rowVersion(this.#versions, list, version), period, block, ...sums };
    });
    if (returned !== undefined) outcome.readings.push(returnedText(told.slot, returned));
    outcome.readings.push(readingText(told.slot, verdict, register, pieces));
  }

  /** Adds the rows of a meter's closing, or of the first meter's opening. */
  addClosing(
    told: ToldAccount,
    { isOpening, register }: { isOpening: boolean; register: bigint },
    { outputs }: ModelStep,
    outcome: Outcome,
  ): void {
    const { verdict, rollover, returned } = outputs;
    if (verdict === "accepted") {
      const name = isOpening ? "opening" : rollover ? "rollover" : "accepted";
      this.addReading(told, name, register, outputs, outcome);
    } else if (returned !== undefined) {
      outcome.readings.push(returnedText(told.slot, returned));
    }
  }

  /** The lists that are there, as far as their versions are. */
  #lists(): Map<number, PriceList> {
    const whole: PriceList = {
      ...this.#whole,
      versions: this.#whole.versions.slice(0, this.known),
    };
    const lists = new Map([[0, whole]]);
    if (this.#shard.hasOther && this.#other !== undefined) lists.set(OTHER_LIST, this.#other);
    return lists;
  }

  /** The model counts versions within their list, rows and events carry the story's numbers. */
  #withRowVersion(event: ModelEvent, { listIndex }: ModelAccount): ModelEvent {
    if (event.type !== "tariff.activated") return event;
    const number = rowVersion(this.#versions, listIndex, Number(event.number) - 1);
    return { ...event, number: BigInt(number) };
  }

  #textOf(told: ToldAccount): StateText {
    const { slot, state, commandNumber, gateway, policy } = told;
    const of = `${commandNumber} ${gateway} ${policy}`;
    const known = this.#texts.get(slot);
    if (known?.state === state && known.of === of) return known.text;
    const text = modelText(told);
    this.#texts.set(slot, { of, state, text });
    return text;
  }

  #tick(atS: number, outcome: Outcome): void {
    for (const told of this.#inOrder()) {
      if (told.isRecorded) continue;
      this.settle(told, applyTick(this.termsOf(told), told.state, BigInt(atS)), outcome);
    }
  }

  #frame(step: Extract<Step, { kind: "frame" | "profile" }>, outcome: Outcome): void {
    if (!this.#shard.gateways.has(step.gateway)) throw new Error("the engine admits no such frame");
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
    const { verdict, rollover } = step.outputs;
    if (verdict === undefined) throw new Error("a reading has no verdict");
    const isAccepted = verdict === "accepted";
    // The model knows a list for all time, the kernel as far as its table reaches: stories keep within.
    if (isAccepted && atS >= this.reachS) throw new Error("a reading beyond the tables");
    const name = isAccepted && isOpening ? "opening" : rollover ? "rollover" : verdict;
    this.addReading(told, name, BigInt(register), step.outputs, outcome);
    if (QUARANTINED.includes(verdict))
      remember(told.quarantined, { atS, register: BigInt(register) });
    this.settle(told, step, outcome);
  }

  #report({ slot, kind, state, number, value }: FrameReport, nowS: number, outcome: Outcome): void {
    const told = this.accounts.get(slot);
    if (told === undefined) throw new Error(`no account ${slot}`);
    const at = BigInt(nowS);
    if (kind === REPORT.supply) {
      const report = { state: REPORT_STATES[state], number: BigInt(number) } as SupplyReport;
      this.settle(told, applySupplyReport(told.state, report, at), outcome);
      return;
    }
    const type = kind === REPORT.clockDrift ? "meter.clock_drift" : "meter.tampered";
    const balance = told.state.balanceMicros;
    const amount = BigInt(value);
    outcome.events.push(eventText({ type, slot, at, level: 0, number: 0n, balance, amount }));
  }

  #command({ command, atS }: Extract<Step, { kind: "command" }>, outcome: Outcome): void {
    if (!("slot" in command)) {
      this.#shardCommand(command, atS, outcome);
      return;
    }
    const told = this.accounts.get(command.slot);
    if (told === undefined) this.#open(command, atS, outcome);
    else outcome.answer = applyCommand(this, told, { command, atS }, outcome);
  }

  #open(command: AccountCommand, atS: number, outcome: Outcome): void {
    const code = this.#opening(command);
    outcome.answer = `${code} 0 0 ${NO_PARTS_TEXT}`;
    if (code !== CODE.applied || command.op !== "open_account") return;
    this.accounts.set(command.slot, toldAccount(command, atS));
    // Nothing is judged yet: a new account's 0 warns nobody.
    const facts = { slot: command.slot, at: BigInt(atS), level: 0, number: 1n };
    outcome.events.push(eventText({ type: "account.opened", ...facts, balance: 0n, amount: 0n }));
  }

  #opening(command: AccountCommand): number {
    if (command.op !== "open_account" || command.number !== 1) return CODE.accountUnknown;
    if (!this.#lists().get(command.price_list)?.versions.length) return CODE.listUnknown;
    return this.policies.has(command.policy) ? CODE.applied : CODE.policyUnknown;
  }

  #shardCommand(command: ShardCommand, atS: number, outcome: Outcome): void {
    const { answer, judged } = this.#shard.apply(command, atS);
    outcome.answer = `${answer} ${NO_PARTS_TEXT}`;
    for (const told of this.#inOrder()) {
      const put = this.policies.get(told.policy);
      if (put === undefined || !judged({ index: told.policy, put })) continue;
      this.settle(told, applyPolicy(this.termsOf(told), told.state, BigInt(atS)), outcome);
    }
  }

  #inOrder(): ToldAccount[] {
    return [...this.accounts.values()].sort((a, b) => a.slot - b.slot);
  }
}

function listOf(versions: readonly PlannedVersion[]): PriceList {
  return readPriceList(
    versions.map(({ json, effectiveFromS }) => {
      return { ...json, effective_from: new Date(effectiveFromS * 1000).toISOString() };
    }),
  );
}

function chargeText(
  { slot }: ToldAccount,
  { atS, list, version, row, amountMicros }: Charged,
  versions: readonly PlannedVersion[],
): string {
  return `${slot} ${atS} ${rowVersion(versions, list, version)}/${row} ${amountMicros}`;
}
