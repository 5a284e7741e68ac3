/**
 * The accounts of a story in the kernel's memory: read again only where their bytes have changed.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_EXTRA,
  EXTRA_BASE,
  EXTRA_BYTES,
  HOT_BASE,
  HOT_BYTES,
} from "../../kernel-as/assembly/layout.ts";
import { accountIn, type KernelAccount } from "./kernel-reader.ts";
import { kernelText, type StateText } from "./state-text.ts";

const WHOLE_BYTES = HOT_BYTES + COLD_BYTES + EXTRA_BYTES;

type Kept = { bytes: Buffer; text: StateText; isPurchase: boolean };

/** Accounts that a story has opened. */
export class KernelAccounts {
  readonly #view: DataView;
  readonly #names: readonly string[];
  readonly #kept = new Map<number, Kept>();
  readonly #now = Buffer.alloc(WHOLE_BYTES);

  /** `names` are the periods', by index. */
  constructor(view: DataView, names: readonly string[]) {
    this.#view = view;
    this.#names = names;
  }

  /** Begins to look at a slot; `isPurchase`: of an account that holds quantity (R34). */
  open(slot: number, isPurchase: boolean): void {
    this.#kept.set(slot, { bytes: Buffer.alloc(WHOLE_BYTES), text: {}, isPurchase });
  }

  /** Whether a slot is looked at. */
  has(slot: number): boolean {
    return this.#kept.has(slot);
  }

  /** Whether an account holds quantity: as its price list was when it was opened, and stays. */
  holdsQuantity(slot: number): boolean {
    return this.#kept.get(slot)?.isPurchase ?? false;
  }

  /** Looks at all; gives those that are not as they were. */
  look(): { slot: number; account: KernelAccount }[] {
    const changed = [];
    for (const [slot, kept] of this.#kept) {
      this.#copy(slot);
      if (this.#now.equals(kept.bytes)) continue;
      this.#now.copy(kept.bytes);
      const account = accountIn(this.#view, slot, kept.isPurchase);
      kept.text = kernelText(account, this.#names);
      changed.push({ slot, account });
    }
    return changed;
  }

  /** All texts, by slot. */
  texts(): Record<string, StateText> {
    return Object.fromEntries([...this.#kept].map(([slot, { text }]) => [slot, text]));
  }

  #copy(slot: number): void {
    const cold = COLD_BASE + slot * COLD_BYTES;
    const extra = EXTRA_BASE + this.#view.getUint32(cold + COLD_EXTRA, true) * EXTRA_BYTES;
    const part = (at: number, bytes: number) => new Uint8Array(this.#view.buffer, at, bytes);
    this.#now.set(part(HOT_BASE + slot * HOT_BYTES, HOT_BYTES), 0);
    this.#now.set(part(cold, COLD_BYTES), HOT_BYTES);
    this.#now.set(part(extra, EXTRA_BYTES), HOT_BYTES + COLD_BYTES);
  }
}
