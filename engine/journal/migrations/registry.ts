/**
 * All migrations of the state, one for each layout that was ever released. A new layout adds its step here, with a kept
 * file of the layout before and a test over it.
 */
import { LAYOUT_VERSION } from "../../../kernel-as/assembly/layout.ts";
import { LAYOUT_1_TO_2 } from "./layout-1-to-2.ts";
import type { Migration, StateRange } from "./migration.ts";

const MIGRATIONS: readonly Migration[] = [LAYOUT_1_TO_2];

/** A state of some layout brought to this program's; undefined when no way leads there. */
export function migrated(layout: number, ranges: StateRange[]): StateRange[] | undefined {
  let state = ranges;
  for (let version = layout; version !== LAYOUT_VERSION; version++) {
    const step = MIGRATIONS.find(({ from }) => from === version);
    if (step === undefined) return undefined;
    state = step.migrate(state);
  }
  return state;
}
