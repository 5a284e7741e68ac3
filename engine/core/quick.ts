/**
 * Which batches are over so soon that the engine's own thread applies them itself: to hand one to a worker and to hear of it
 * costs more than a thousand readings, and each way may wait for a core. Under load batches are large, and go to workers.
 */
import {
  KIND_CANCEL_VERSION,
  KIND_SET_CALENDAR,
  KIND_SET_GATEWAY,
  KIND_SET_POLICY,
  KIND_SET_PRICE_LIST,
} from "../../kernel-as/assembly/layout.ts";
import type { Duties } from "./duties.ts";

/** Most readings of a quick batch: some 60 µs of the kernel's time. */
export const QUICK_READINGS_MAX = 2_048;
/** Most commands of a quick batch. */
export const QUICK_COMMANDS_MAX = 64;

/** Commands that are told to a shard as a whole, and may look at each of its accounts. */
const WHOLE_SHARD: ReadonlySet<number> = new Set([
  KIND_SET_PRICE_LIST,
  KIND_SET_POLICY,
  KIND_SET_GATEWAY,
  KIND_SET_CALENDAR,
  KIND_CANCEL_VERSION,
]);

/** What tells how long a batch takes. */
export type BatchSize = Pick<Duties, "replies" | "readings" | "hasTick">;

/** Whether the batch is quick. A tick never is: it looks at each account of the shard. */
export function isQuick({ replies, readings, hasTick }: BatchSize): boolean {
  return (
    !hasTick &&
    readings <= QUICK_READINGS_MAX &&
    replies.length <= QUICK_COMMANDS_MAX &&
    !replies.some(({ command }) => WHOLE_SHARD.has(command.record.kind))
  );
}
