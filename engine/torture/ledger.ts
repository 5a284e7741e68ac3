/**
 * The clients' own ledger: every reading that a gateway got a durable acknowledgement for, every vend that was answered.
 * It learns nothing from the engine, the registry or the store.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { decodeFrame, frameShape } from "../contract/frame.ts";
import { type Note, NoteReader } from "./load/notes.ts";
import { plainCost } from "./price.ts";
import type { LoadAccount } from "./register.ts";

/** What the acknowledged readings of one account come to; sums over readings tell which they were. */
export type ReadingSums = {
  readings: number;
  /** Register of the opening, and of the last reading with its time. */
  opening: number;
  register: number;
  atS: number;
  timeSum: bigint;
  registerSum: bigint;
};

/** A vend that was answered with 201 or 200: what for, and the receipt's bytes. */
export type AckedVend = { vendId: string; accountId: string; micros: bigint; receipt: string };

/** Which accounts there are, what they were credited with, and what was read. */
export class Ledger {
  readonly accounts: readonly LoadAccount[];
  readonly vends = new Map<string, AckedVend>();
  readonly #folder: string;
  readonly #sums = new Map<string, ReadingSums>();
  readonly #credits = new Map<string, bigint>();
  readonly #readers = new Map<string, NoteReader>();
  readonly #shardOf: ReadonlyMap<number, number>;
  /** Frames that are not acknowledged yet, by gateway, epoch and sequence. */
  readonly #pending = new Map<number, Map<number, Map<number, Uint8Array>>>();
  #readings = 0;

  /** `folder` is the load's, with the notes of its processes. */
  constructor(folder: string, accounts: readonly LoadAccount[]) {
    this.#folder = folder;
    this.accounts = accounts;
    this.#shardOf = new Map(accounts.map(({ gateway, shard }) => [gateway, shard]));
    for (const { accountId, openingMicros } of accounts)
      this.#credits.set(accountId, openingMicros);
  }

  /** Readings that were acknowledged, each counted once. */
  get readings(): number {
    return this.#readings;
  }

  /** Takes a vend that was answered. */
  vendAnswered(vend: AckedVend): void {
    if (this.vends.has(vend.vendId)) return;
    this.vends.set(vend.vendId, vend);
    this.#credits.set(vend.accountId, (this.#credits.get(vend.accountId) ?? 0n) + vend.micros);
  }

  /** Takes what the gateways have noted since. */
  readNotes(): void {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(".notes"));
    for (const name of names.sort()) {
      const reader = this.#readers.get(name) ?? new NoteReader(join(this.#folder, name));
      this.#readers.set(name, reader);
      for (const note of reader.read()) this.#take(Number(name.split("-")[0]), note);
    }
  }

  /** The readings of an account; undefined when none was acknowledged. */
  sumsOf({ shard, slot }: LoadAccount): ReadingSums | undefined {
    return this.#sums.get(`${shard}/${slot}`);
  }

  /** What the readings of an account have cost, in micros. */
  costOf(account: LoadAccount): bigint {
    const sums = this.sumsOf(account);
    return sums === undefined ? 0n : plainCost(account.list, quantityOf(sums));
  }

  /** What an account's balance must be, in micros. */
  balanceOf(account: LoadAccount): bigint {
    return (this.#credits.get(account.accountId) ?? 0n) - this.costOf(account);
  }

  #take(gateway: number, note: Note): void {
    const epochs = this.#pending.get(gateway) ?? new Map<number, Map<number, Uint8Array>>();
    this.#pending.set(gateway, epochs);
    if (note.kind === "frame") {
      const shape = frameShape(note.frame);
      if (shape === undefined) throw new Error(`gateway ${gateway} noted what is no frame`);
      const frames = epochs.get(shape.epoch) ?? new Map<number, Uint8Array>();
      epochs.set(shape.epoch, frames.set(shape.sequence, Buffer.from(note.frame)));
      return;
    }
    const frames = epochs.get(note.epoch) ?? new Map<number, Uint8Array>();
    const covered = [...frames.keys()].filter((sequence) => sequence <= note.sequence);
    for (const sequence of covered.sort((a, b) => a - b)) {
      this.#acknowledged(gateway, frames.get(sequence) ?? new Uint8Array());
      frames.delete(sequence);
    }
  }

  #acknowledged(gateway: number, frame: Uint8Array): void {
    const shard = this.#shardOf.get(gateway);
    for (const { slot, register, atS } of decodeFrame(frame).readings) {
      const key = `${shard}/${slot}`;
      const sums = this.#sums.get(key);
      if (sums === undefined) {
        this.#sums.set(key, first(register, atS));
        this.#readings++;
      } else if (atS > sums.atS) {
        sums.readings++;
        sums.register = register;
        sums.atS = atS;
        sums.timeSum += BigInt(atS);
        sums.registerSum += BigInt(register);
        this.#readings++;
      }
    }
  }
}

/** Quantity since the opening, in atoms. */
export function quantityOf({ register, opening }: ReadingSums): bigint {
  return BigInt(register - opening);
}

function first(register: number, atS: number): ReadingSums {
  return {
    readings: 1,
    opening: register,
    register,
    atS,
    timeSum: BigInt(atS),
    registerSum: BigInt(register),
  };
}
