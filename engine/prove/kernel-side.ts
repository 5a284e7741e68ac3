/**
 * Tells a story to the kernel: the same records and frames that the engine writes, into one shard's memory.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  DUE_BASE,
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
import {
  accountIn,
  type ChargeRow,
  chargesIn,
  eventsIn,
  type Row,
  rowsIn,
} from "./kernel-reader.ts";
import { Ledger } from "./ledger.ts";
import { type EventFacts, eventText, type Outcome, type Piece, readingText } from "./outcome.ts";
import type { PlannedVersion, Step } from "./story.ts";

/** Slots that stories use; a memory is cleaned so far before the next story. */
export const STORY_SLOTS_MAX = 64;
/** R14: the skew that stories are told with. */
export const STORY_SKEW_S = 120;
/** Every gateway's key. */
export const STORY_KEY = new Uint8Array(32);

/** A kernel over one memory, told one story after another. */
export class KernelSide {
  readonly memory = createMemory();
  readonly view = new DataView(this.memory.buffer);
  readonly #kernel: Kernel = instantiate(loadKernel(), this.memory);
  readonly #writer = new InputWriter(this.memory, STORY_SKEW_S);
  readonly #outputs = new OutputReader(this.memory);
  /** How often the last step called the kernel: more than once where it filled the outputs. */
  calls = 0;
  #versions: readonly PlannedVersion[] = [];
  #ledger = new Ledger();
  #sequences = new Map<number, number>();
  #gateways: number[] = [];
  #open = new Set<number>();

  /** Forgets everything and begins a story. */
  begin(versions: readonly PlannedVersion[]): void {
    const bytes = new Uint8Array(this.memory.buffer);
    bytes.fill(0, 0, INPUT_BASE);
    bytes.fill(0, DUE_BASE, DUE_BASE + STORY_SLOTS_MAX * 4);
    bytes.fill(0, HOT_BASE, HOT_BASE + STORY_SLOTS_MAX * HOT_BYTES);
    bytes.fill(0, COLD_BASE, COLD_BASE + STORY_SLOTS_MAX * COLD_BYTES);
    this.#kernel.format(0);
    this.#versions = versions;
    this.#ledger = new Ledger();
    this.#sequences = new Map();
    this.#gateways = [];
    this.#open = new Set();
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
    const { code, expected, balance } = this.#outputs.outcome(0);
    if (step.kind === "command" && code === 0) this.#learn(step.command);
    const faults = this.#ledger.take(rows, charges, events);
    const accounts = this.#accounts(faults);
    return {
      answer:
        step.kind === "command"
          ? `${code} ${expected} ${balance}`
          : step.kind === "tick"
            ? ""
            : `${code}`,
      readings: this.#readings(rows),
      charges: charges.map(
        ({ slot, atS, tariff, charge, amount }) => `${slot} ${atS} ${tariff}/${charge} ${amount}`,
      ),
      events: events.map(eventText),
      accounts,
      faults,
    };
  }

  /** The last step's record, as the engine would journal it. */
  record(): Buffer {
    return this.#writer.copy();
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
    if (command.op === "open_account") this.#open.add(command.slot);
  }

  #readings(rows: readonly Row[]): string[] {
    const texts: string[] = [];
    let pieces: Piece[] = [];
    for (const row of rows) {
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

  #accounts(faults: string[]): Outcome["accounts"] {
    const accounts: Outcome["accounts"] = {};
    const names = periodNames(this.#versions);
    for (const slot of this.#open) {
      const account = accountIn(this.view, slot);
      faults.push(...this.#ledger.check(slot, account));
      accounts[slot] = {
        last: account.isRead ? `${account.readS} ${account.register}` : "none",
        balance: `${account.balance}`,
        carry: `${account.carry}`,
        counters: countersText(account.counters.map((atoms, i) => [names[i] ?? `${i}`, atoms])),
        alertLevel: `${account.lowLevel}`,
        supply: `${account.supplyState} ${account.supplyWanted} ${account.supplyCause} ${account.supplyNumber}`,
        quarantine: [...account.quarantine].sort().join(" "),
        commandNumber: `${account.commandNumber}`,
        gateway: `${account.gateway}`,
      };
    }
    return accounts;
  }
}

/** The periods of the version that has most; the others have the first of them. */
function periodNames(versions: readonly PlannedVersion[]): string[] {
  const names = versions.map(({ json }) => Object.keys(json.rates));
  return names.reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Counters that are not 0, by period. */
export function countersText(counters: readonly (readonly [string, bigint])[]): string {
  return counters
    .filter(([, atoms]) => atoms !== 0n)
    .map(([period, atoms]) => `${period} ${atoms}`)
    .sort()
    .join(", ");
}
