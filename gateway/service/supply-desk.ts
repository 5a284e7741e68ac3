/**
 * Carries supply commands out, one at a time for each slot: numbers that are not higher than the highest done are
 * dropped, a newer command overtakes an older one that still waits, an expired one is reported and not carried out.
 * A command is settled only when its report is in the spool.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type FrameReport, REPORT, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { SupplyAction, SupplyMessage } from "../../engine/contract/supply.ts";
import type { ActOutcome, SupplyOrder, SupplyReadBack } from "../drivers/driver.ts";
import type { SupplyNumbers } from "./supply-numbers.ts";
import { afterTry } from "./supply-rules.ts";

/** Wait before a command for a slot that the roster does not have yet is looked at again. */
const UNKNOWN_SLOT_WAIT_MS = 2_000;

/** What a meter reads back when it has done what was asked. */
const STATE_AFTER: Record<SupplyAction, SupplyReadBack> = {
  cut: "disconnected",
  restore: "connected",
  limit: "limited",
  arm: "ready_for_reconnection",
};

/** What the desk works with. */
export type SupplyDeskOptions = {
  numbers: SupplyNumbers;
  nowS(): number;
  meterOf(slot: number): RosterMeter | undefined;
  /** The actions that this meter can do and prove. */
  actionsOf(meter: RosterMeter): readonly SupplyAction[];
  act(meter: RosterMeter, order: SupplyOrder): Promise<ActOutcome | undefined>;
  /** Resolves true when the report is on disk. */
  report(report: FrameReport): Promise<boolean>;
  /** Told when a relay was moved and read back. */
  onMoved(slot: number, state: number): void;
  /** Told how each command ended: in one line what went wrong, or undefined when it was carried out. */
  onEnded(command: SupplyMessage, fault: string | undefined): void;
  /** Told when a command came for a slot that the roster does not have. */
  onUnknownSlot(): void;
};

/** A command under way; `settle` tells the stream that it need not come again. A repeat brings a new `settle`. */
type Order = { command: SupplyMessage; settle(): void };
type Place = { running: Order; waiting: Order | undefined };

/** One gateway's desk. */
export class SupplyDesk {
  readonly #options: SupplyDeskOptions;
  readonly #places = new Map<number, Place>();
  readonly #closing = new AbortController();
  #done = 0;

  constructor(options: SupplyDeskOptions) {
    this.#options = options;
  }

  /** Commands that were carried out or reported as failed or expired. */
  get done(): number {
    return this.#done;
  }

  /** Takes a command from the stream, in any order and any number of times. */
  take(command: SupplyMessage, settle: () => void): void {
    const order = { command, settle };
    const place = this.#places.get(command.slot);
    if (command.number <= this.#options.numbers.of(command.slot)) settle();
    else if (place === undefined) this.#start(order);
    else if (command.number === place.running.command.number) place.running.settle = settle;
    else this.#queue(place, order);
  }

  /** Lets what is at a meter come to its end; the rest comes again from the stream. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#work);
  }
  readonly #work = new Set<Promise<void>>();

  #queue(place: Place, order: Order): void {
    const newest = place.waiting ?? place.running;
    if (order.command.number < newest.command.number) order.settle();
    else {
      if (order.command.number > newest.command.number) place.waiting?.settle();
      place.waiting = order;
    }
  }

  #start(order: Order): void {
    const place: Place = { running: order, waiting: undefined };
    this.#places.set(order.command.slot, place);
    const work: Promise<void> = this.#carryOut(place)
      .catch(() => undefined) // The disk refused: not settled, so that the stream brings it again.
      .finally(() => {
        this.#work.delete(work);
        this.#places.delete(order.command.slot);
        if (place.waiting !== undefined && !this.#closing.signal.aborted) {
          this.take(place.waiting.command, place.waiting.settle);
        }
      });
    this.#work.add(work);
  }

  async #carryOut(place: Place): Promise<void> {
    const { numbers, report, nowS, onMoved, onEnded } = this.#options;
    const { command } = place.running;
    const { slot, number } = command;
    const end = await this.#outcome(place);
    if (end === "overtaken") place.running.settle();
    if (typeof end === "string") return;
    const { state, fault } = end;
    const atS = nowS();
    if (!(await report({ slot, kind: REPORT.supply, state, atS, number, value: 0 }))) return;
    if (state !== SUPPLY_REPORT.failed && state !== SUPPLY_REPORT.expired) onMoved(slot, state);
    onEnded(command, fault);
    await numbers.note(slot, number);
    this.#done++;
    place.running.settle();
  }

  /** The state to report, or why there is nothing to report. */
  async #outcome(place: Place): Promise<End | "overtaken" | "closing"> {
    const { nowS, meterOf, actionsOf, act, onUnknownSlot } = this.#options;
    const { slot, action, expires_s } = place.running.command;
    const order = orderOf(place.running.command);
    for (let tries = 0; !this.#closing.signal.aborted; ) {
      if (place.waiting !== undefined) return "overtaken";
      if (nowS() > expires_s)
        return { state: SUPPLY_REPORT.expired, fault: "it was not carried out in time" };
      const meter = meterOf(slot);
      let waitMs = UNKNOWN_SLOT_WAIT_MS;
      if (meter === undefined) onUnknownSlot();
      else {
        const actions = actionsOf(meter);
        if (!actions.includes(action))
          return { state: SUPPLY_REPORT.failed, fault: cannot(meter, action, actions) };
        const outcome = await act(meter, order);
        const next = afterTry(outcome, ++tries);
        if (next.step === "report") return { state: next.state, fault: faultOf(outcome, action) };
        waitMs = next.waitMs;
      }
      await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
    return "closing";
  }
}

/** The state to report with the command's number, and what went wrong. */
type End = { state: number; fault: string | undefined };

function cannot(
  { device }: RosterMeter,
  action: SupplyAction,
  actions: readonly SupplyAction[],
): string {
  const able = actions.length === 0 ? "has no relay or valve" : `can only ${actions.join(", ")}`;
  return `a meter of device file ${device} ${able}: it cannot ${action}`;
}

function faultOf(outcome: ActOutcome | undefined, action: SupplyAction): string | undefined {
  if (outcome === undefined) return "its link is overrun";
  if (!outcome.ok) return outcome.message;
  const { relay } = outcome;
  return relay === STATE_AFTER[action] ? undefined : `read back, the meter says ${relay}`;
}

/** What is asked of the driver; a limit without its flow is one that lets nothing through, which no engine sends. */
function orderOf({ action, limit_atoms_per_hour }: SupplyMessage): SupplyOrder {
  if (action !== "limit") return { action };
  return { action, atomsPerHour: limit_atoms_per_hour ?? 1 };
}
