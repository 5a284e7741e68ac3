/**
 * The highest supply command done for each slot, kept on disk: a repeat after a restart is known as one.
 */
import { z } from "zod";
import { replaceText } from "../../engine/contract/files.ts";
import { readJson } from "./json-file.ts";

const file = z.object({ done: z.array(z.tuple([z.int().nonnegative(), z.int().positive()])) });

/** Opens the numbers in a file; without the file none was done. Rejects when the file is there and cannot be read. */
export async function openSupplyNumbers(path: string): Promise<SupplyNumbers> {
  const value = await readJson(path);
  return new SupplyNumbers(path, new Map(value === undefined ? [] : file.parse(value).done));
}

/** One gateway's numbers. Opened by `openSupplyNumbers`. */
export class SupplyNumbers {
  readonly #path: string;
  readonly #done: Map<number, number>;
  #writing: Promise<void> | undefined;
  #changed = false;

  constructor(path: string, done: Map<number, number>) {
    this.#path = path;
    this.#done = done;
  }

  /** The highest number done for a slot; 0 when none was. */
  of(slot: number): number {
    return this.#done.get(slot) ?? 0;
  }

  /** Notes that a number is done; resolves when that is on disk. Many notes share a write. */
  async note(slot: number, number: number): Promise<void> {
    if (number <= this.of(slot)) return;
    this.#done.set(slot, number);
    this.#changed = true;
    while (this.#changed || this.#writing !== undefined) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    this.#changed = false;
    try {
      await replaceText(this.#path, `${JSON.stringify({ done: [...this.#done] })}\n`);
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }
}
