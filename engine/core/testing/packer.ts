/**
 * For tests and benches: any rows packed by the kernel itself, as its own rated rows are.
 */
import {
  CHARGE_ROW_ACCOUNT,
  CHARGE_ROW_AMOUNT,
  CHARGE_ROW_AT,
  CHARGE_ROW_CHARGE,
  CHARGE_ROW_TARIFF,
  ROW_ACCOUNT,
  ROW_BLOCK,
  ROW_COST,
  ROW_FROM,
  ROW_LAST,
  ROW_PERIOD,
  ROW_QUANTITY,
  ROW_REGISTER,
  ROW_TARIFF,
  ROW_TO,
  ROW_VERDICT,
  RUN_BASE,
  RUN_CHARGE_ROWS,
  RUN_ROWS,
} from "../../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, loadKernel } from "../../../kernel-as/kernel.ts";
import type { RatedTable } from "../../contract/rated.ts";
import { OutputReader, type RatedBlock } from "../outputs.ts";

const PLACES: Record<RatedTable, Record<string, number>> = {
  readings: {
    account: ROW_ACCOUNT,
    from: ROW_FROM,
    to: ROW_TO,
    register: ROW_REGISTER,
    quantity: ROW_QUANTITY,
    cost: ROW_COST,
    tariff: ROW_TARIFF,
    verdict: ROW_VERDICT,
    period: ROW_PERIOD,
    block: ROW_BLOCK,
    last: ROW_LAST,
  },
  charges: {
    account: CHARGE_ROW_ACCOUNT,
    at: CHARGE_ROW_AT,
    amount: CHARGE_ROW_AMOUNT,
    tariff: CHARGE_ROW_TARIFF,
    charge: CHARGE_ROW_CHARGE,
  },
};

/** A kernel whose columns are filled by hand. */
export class Packer {
  readonly #memory = createMemory();
  readonly #bytes = new Uint8Array(this.#memory.buffer);
  readonly #view = new DataView(this.#memory.buffer);
  readonly #kernel = instantiate(loadKernel(), this.#memory);
  readonly #outputs = new OutputReader(this.#memory);

  /** Packs rows of one table; `valuesOf` gives a column's values, little-endian and without gaps. */
  pack(table: RatedTable, rows: number, valuesOf: (column: string) => Uint8Array): RatedBlock[] {
    for (const [name, place] of Object.entries(PLACES[table]))
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
