/**
 * Tells a story to the kernel: the same records and frames that the engine writes, into one shard's memory.
 */
import {
  CALENDAR_BYTES,
  CALENDARS_BASE,
  COLD_BASE,
  COLD_BYTES,
  DUE_BASE,
  EXTRA_BASE,
  EXTRA_BYTES,
  HOT_BASE,
  HOT_BYTES,
  INPUT_BASE,
  RUN_COMPLETE,
} from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, type Kernel, loadKernel } from "../../kernel-as/kernel.ts";
import { encodeProfile, encodeSnapshot } from "../contract/frame.ts";
import { toRecord } from "../core/command-records.ts";
import { InputWriter } from "../core/input.ts";
import { OutputReader } from "../core/outputs.ts";
import { KernelAccounts } from "./kernel-accounts.ts";
import { type ChargeRow, chargesIn, eventsIn, type Row, rowsIn } from "./kernel-reader.ts";
import { Ledger } from "./ledger.ts";
import {
  type EventFacts,
  eventText,
  type Outcome,
  type Piece,
  readingText,
  returnedText,
} from "./outcome.ts";
import type { PlannedVersion, Step } from "./story.ts";

/** Slots and calendars that stories use; a memory is cleaned so far before the next story. */
export const STORY_SLOTS_MAX = 64;
const STORY_CALENDARS_MAX = 8;
/** R14: the skew that stories are told with. */
export const STORY_SKEW_S = 120;
/** Every gateway's key. */
export const STORY_KEY = new Uint8Array(32);

/** A kernel over one memory, told one story after another. */
export class KernelSide {
  readonly memory = createMemory();
  readonly view = new DataView(this.memory.buffer);
  readonly #kernel: Kernel;
  readonly #writer = new InputWriter(this.memory, STORY_SKEW_S);
  readonly #outputs = new OutputReader(this.memory);
  /** How often the last step called the kernel: more than once where it filled the outputs. */
  calls = 0;
  #versions: readonly PlannedVersion[] = [];
  #ledger = new Ledger();
  #accounts = new KernelAccounts(this.view, []);
  #sequences = new Map<number, number>();
  #gateways: number[] = [];
  /** R34: indices of price lists whose accounts hold quantity. */
  #purchaseLists = new Set<number>();

  /** Over the built kernel unless another is given. */
  constructor(module: WebAssembly.Module = loadKernel()) {
    this.#kernel = instantiate(module, this.memory);
  }

  /** Forgets everything and begins a story. */
  begin(versions: readonly PlannedVersion[]): void {
    const bytes = new Uint8Array(this.memory.buffer);
    const clean = (from: number, count: number, size: number): void => {
      bytes.fill(0, from, from + count * size);
    };
    clean(0, INPUT_BASE, 1);
    clean(DUE_BASE, STORY_SLOTS_MAX, 4);
    clean(HOT_BASE, STORY_SLOTS_MAX, HOT_BYTES);
    clean(COLD_BASE, STORY_SLOTS_MAX, COLD_BYTES);
    // The first extra is nobody's.
    clean(EXTRA_BASE, STORY_SLOTS_MAX + 1, EXTRA_BYTES);
    clean(CALENDARS_BASE, STORY_CALENDARS_MAX, CALENDAR_BYTES);
    this.#kernel.format(0);
    this.#versions = versions;
    this.#ledger = new Ledger();
    this.#accounts = new KernelAccounts(this.view, periodNames(versions));
    this.#sequences = new Map();
    this.#gateways = [];
    this.#purchaseLists = new Set();
  }

  /** Applies a step. Throws where the kernel traps. */
  apply(step: Step): Outcome {
    this.#writer.reset();
    this.#write(step);
    this.#kernel.begin();
    let rows: Row[] = [];
    let charges: ChargeRow[] = [];
    let events: EventFacts[] = [];
    this.calls = 0;
    for (let status = -1; status !== RUN_COMPLETE; this.calls++) {
      status = this.#kernel.run(this.#writer.end);
      rows = rows.concat(rowsIn(this.view));
      charges = charges.concat(chargesIn(this.view));
      events = events.concat(eventsIn(this.view));
    }
    const { code } = this.#outputs.outcome(0);
    if (step.kind === "command" && code === 0) this.#learn(step.command);
    const faults = this.#ledger.take(rows, charges, events, {
      holds: (slot) => this.holdsQuantity(slot),
      parts: partsOf(step, this.#outputs.outcome(0).parts),
    });
    const changed = this.#accounts.look();
    for (const { slot, account } of changed) faults.push(...this.#ledger.check(slot, account));
    faults.push(...this.#ledger.unchecked());
    return {
      answer: this.#answerTo(step),
      readings: this.#readings(rows),
      charges: charges.map(
        ({ slot, atS, tariff, charge, amount }) => `${slot} ${atS} ${tariff}/${charge} ${amount}`,
      ),
      events: events.map(eventText),
      accounts: this.#accounts.texts(),
      faults,
    };
  }

  /** R34: whether an account of the story holds quantity. */
  holdsQuantity(slot: number): boolean {
    return this.#accounts.holdsQuantity(slot);
  }

  /** The last step's record, as the engine would journal it. */
  record(): Buffer {
    return Buffer.from(this.#writer.batch);
  }

  #answerTo({ kind }: Step): string {
    const { code, expected, balance, parts } = this.#outputs.outcome(0);
    if (kind === "tick") return "";
    return kind === "command" ? `${code} ${expected} ${balance} ${parts.join("/")}` : `${code}`;
  }

  #write(step: Step): void {
    if (step.kind === "tick") {
      this.#writer.tick(step.atS);
    } else if (step.kind === "command") {
      const result = toRecord(step.command, (gateway) => this.#placeOf(gateway));
      if (!result.ok) throw new Error(`no command: ${JSON.stringify(result.faults)}`);
      const { kind, number, slot, body } = result.record;
      this.#writer.command(kind, number, slot, step.atS, body);
    } else {
      const sequence = (this.#sequences.get(step.gateway) ?? 0) + 1;
      this.#sequences.set(step.gateway, sequence);
      const head = { shard: 0, gateway: step.gateway, epoch: 1, sequence, rosterVersion: 1 };
      const frame =
        step.kind === "frame"
          ? encodeSnapshot({ ...head, ...step }, STORY_KEY)
          : encodeProfile({ ...head, ...step }, STORY_KEY);
      this.#writer.frame(frame, this.#gateways.indexOf(step.gateway), step.atS);
    }
  }

  #placeOf(gateway: number): number {
    const place = this.#gateways.indexOf(gateway);
    return place < 0 ? this.#gateways.length : place;
  }

  #learn(command: Extract<Step, { kind: "command" }>["command"]): void {
    if (command.op === "set_gateway" && !this.#gateways.includes(command.gateway))
      this.#gateways.push(command.gateway);
    if (command.op === "set_price_list" && isPurchaseText(command.text))
      this.#purchaseLists.add(command.index);
    if (command.op === "open_account" && !this.#accounts.has(command.slot))
      this.#accounts.open(command.slot, this.#purchaseLists.has(command.price_list));
  }

  #readings(rows: readonly Row[]): string[] {
    const texts: string[] = [];
    let pieces: Piece[] = [];
    for (const row of rows) {
      if (isReturned(row)) {
        const { slot, fromS: atS, register: registerAtoms } = row;
        const [quantityAtoms, costMicros] = [-row.quantity, -row.cost];
        texts.push(returnedText(slot, { atS, registerAtoms, quantityAtoms, costMicros }));
        continue;
      }
      pieces.push({ ...row, version: row.tariff, period: this.#periodOf(row.tariff, row.period) });
      if (!row.isLast) continue;
      texts.push(readingText(row.slot, row.verdict, row.register, pieces));
      pieces = [];
    }
    if (pieces.length > 0) texts.push("rows without an end");
    return texts;
  }

  #periodOf(version: number, period: number): string {
    const json = this.#versions[version - 1]?.json;
    return (json === undefined ? undefined : Object.keys(json.rates)[period]) ?? "none";
  }
}

/** Whether a row gives estimates back (R18): it takes no time and ends no reading. */
export function isReturned({ verdict, fromS, toS, isLast }: Row): boolean {
  return verdict === "estimated" && fromS === toS && !isLast;
}

/** What money came to, in the order of CREDIT_PARTS: as the kernel answers or, of a reversal, as it was asked. */
function partsOf(step: Step, answered: readonly bigint[]): readonly bigint[] {
  if (step.kind !== "command" || step.command.op !== "reverse_credit") return answered;
  const { parts } = step.command;
  return [parts.payment_debt, parts.accumulated_debt, parts.time_debt_1, parts.time_debt_2].map(
    BigInt,
  );
}

/** R34: whether a list's text says that quantity is bought by it. */
function isPurchaseText(text: string): boolean {
  const json = JSON.parse(text) as PlannedVersion["json"];
  return json.accumulation_basis === "purchase";
}

/** The periods of the version that has most; the others have the first of them. */
function periodNames(versions: readonly PlannedVersion[]): string[] {
  const names = versions.map(({ json }) => Object.keys(json.rates));
  return names.reduce((most, each) => (each.length > most.length ? each : most), []);
}
