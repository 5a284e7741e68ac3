/**
 * For tests and benches: any rows packed by the kernel itself, as its own rated rows are.
 */
import { RUN_BASE, RUN_CHARGE_ROWS, RUN_ROWS } from "../../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, loadKernel } from "../../../kernel-as/kernel.ts";
import type { RatedTable } from "../../contract/rated.ts";
import { COLUMN_PLACES, OutputReader, type RatedBlock } from "../outputs.ts";

/** A kernel whose columns are filled by hand. */
export class Packer {
  readonly #memory = createMemory();
  readonly #bytes = new Uint8Array(this.#memory.buffer);
  readonly #view = new DataView(this.#memory.buffer);
  readonly #kernel = instantiate(loadKernel(), this.#memory);
  readonly #outputs = new OutputReader(this.#memory);

  /** Packs rows of one table; `valuesOf` gives a column's values, little-endian and without gaps. */
  pack(table: RatedTable, rows: number, valuesOf: (column: string) => Uint8Array): RatedBlock[] {
    for (const [name, place] of Object.entries(COLUMN_PLACES[table]))
      this.#bytes.set(valuesOf(name), place);
    this.#view.setUint32(RUN_BASE + RUN_ROWS, table === "readings" ? rows : 0, true);
    this.#view.setUint32(RUN_BASE + RUN_CHARGE_ROWS, table === "charges" ? rows : 0, true);
    this.#kernel.pack();
    return this.#outputs.packed();
  }

  /** The same rows as `Native` blocks. */
  native(): RatedBlock[] {
    return this.#outputs.blocks();
  }
}
