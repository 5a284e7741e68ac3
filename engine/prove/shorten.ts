/**
 * Makes a story that goes wrong as short and plain as it can be while it still goes wrong in the same way: fewer steps,
 * fewer readings, policies with fewer parts, price lists with fewer charges.
 */
import type { EngineCommand } from "../contract/commands.ts";
import type { FrameReading } from "../contract/frame.ts";
import type { PlannedVersion, Step, Story } from "./story.ts";

/** A story and what differs at its end. */
export type Wrong = { story: Story; differences: readonly string[] };

/** Most stories that are told again to shorten one. */
const RETELLINGS_MAX = 3_000;
/** Blocks behind the first that are tried to be left out. */
const MOST_BLOCKS = 16;
/** Parts of a policy that can be left out. */
const POLICY_PARTS = [
  ...["low_credit_severity", "cool_off_s", "exceed_micros", "days_left_warning", "emergency"],
  ...["notice", "limit", "trickle", "essential_atoms_per_hour", "friendly", "cut_window"],
  ...["ready_for_reconnection", "restore_deadline_s", "charge_estimates", "load_limit"],
  ...["daily_allowance", "waterfall", "restore_threshold_first", "arrears_share_ppm", "topup"],
];
/** Parts of other commands that can be left out. */
const COMMAND_PARTS: Readonly<Partial<Record<EngineCommand["op"], readonly string[]>>> = {
  transfer_credit: ["convert"],
  reverse_credit: ["vended_s", "amount_micros"],
  set_policy: POLICY_PARTS,
};
/** Parts of a price list that can be left out. */
const LIST_PARTS = ["taxes", "charges", "cycle", "special_days"] as const;

/** Shortens it. `retell` tells what differs in a story, nothing where it makes no sense. */
export function shorten(wrong: Wrong, retell: (story: Story) => readonly string[]): Wrong {
  let best = wrong;
  let left = RETELLINGS_MAX;
  const kind = kindOf(wrong.differences);
  const offsets = offsetsOf(wrong.story.steps);
  const tryWith = (story: Story): boolean => {
    if (left-- <= 0) return false;
    const told = { ...story, steps: renumbered(story.steps, offsets) };
    const differences = retell(told);
    if (kindOf(differences) !== kind) return false;
    best = { story: told, differences };
    return true;
  };
  const steps = () => best.story.steps;
  const withSteps = (changed: readonly Step[]) => tryWith({ ...best.story, steps: changed });
  for (let size = steps().length >> 1; size >= 1; size >>= 1) {
    for (let from = steps().length - size; from >= 0; from -= size)
      withSteps([...steps().slice(0, from), ...steps().slice(from + size)]);
  }
  for (let i = steps().length - 1; i >= 0; i--) {
    for (const plainer of plainerSteps(steps()[i])) {
      const step = plainer(steps()[i]);
      if (step !== undefined) withSteps(steps().with(i, step));
    }
  }
  for (const part of LIST_PARTS) {
    for (let i = best.story.versions.length - 1; i >= 0; i--)
      tryWith(withoutPart(best.story, i, part));
  }
  for (let i = best.story.versions.length - 1; i >= 0; i--) {
    for (let block = MOST_BLOCKS; block >= 1; block--) {
      const fewer = withoutBlock(best.story, i, block);
      if (fewer !== undefined) tryWith(fewer);
    }
  }
  return best;
}

/** What differs first, without its values: a shorter story should show the same. */
function kindOf(differences: readonly string[]): string | undefined {
  const first = differences[0];
  // Of answers what is refused and what is not counts, too.
  const codes = first?.match(/^answer: kernel "(\d+) .*model "(\d+) /)?.slice(1) ?? [];
  return [first?.split(":")[0]?.replaceAll(/\d+/g, ""), ...codes].join(" ");
}

/** How far a command's number is from the next in its turn; 0 for most. */
export type Offsets = Map<Step, number>;

/** Whose numbers a command counts: an account's or the shard's. */
function ownerOf(step: Step): number | undefined {
  if (step.kind !== "command") return undefined;
  return "slot" in step.command ? step.command.slot : -1;
}

/** How far each command's number is from the next in its turn. */
export function offsetsOf(steps: readonly Step[]): Offsets {
  const last = new Map<number, number>();
  const offsets: Offsets = new Map();
  for (const step of steps) {
    const owner = ownerOf(step);
    if (step.kind !== "command" || owner === undefined) continue;
    const before = last.get(owner) ?? 0;
    offsets.set(step, step.command.number - before - 1);
    if (step.command.number === before + 1) last.set(owner, before + 1);
  }
  return offsets;
}

/** Where steps are left out, those behind them move up, so that commands stay in their turn. */
export function renumbered(steps: readonly Step[], offsets: Offsets): Step[] {
  const last = new Map<number, number>();
  return steps.map((step) => {
    const owner = ownerOf(step);
    const offset = offsets.get(step) ?? 0;
    if (step.kind !== "command" || owner === undefined) return step;
    const before = last.get(owner) ?? 0;
    const number = Math.max(1, before + 1 + offset);
    if (offset === 0) last.set(owner, number);
    if (number === step.command.number) return step;
    const moved: Step = { ...step, command: { ...step.command, number } };
    offsets.set(moved, offset);
    return moved;
  });
}

type Plainer = (step: Step | undefined) => Step | undefined;

function plainerSteps(step: Step | undefined): Plainer[] {
  if (step?.kind === "frame")
    return step.readings.map((_, k) => (now) => withoutReading(now, step.readings[k]));
  if (step?.kind !== "command") return [];
  const parts = COMMAND_PARTS[step.command.op] ?? [];
  return parts.map((part) => (now) => withoutCommandPart(now, part));
}

function withoutReading(step: Step | undefined, gone: FrameReading | undefined): Step | undefined {
  if (step?.kind !== "frame") return undefined;
  return { ...step, readings: step.readings.filter((reading) => reading !== gone) };
}

function withoutCommandPart(step: Step | undefined, part: string): Step | undefined {
  if (step?.kind !== "command" || !(part in step.command)) return undefined;
  const kept = Object.entries(step.command).filter(([name]) => name !== part);
  return { ...step, command: Object.fromEntries(kept) as EngineCommand };
}

/** The version without the part, also in the command that puts it. */
function withoutPart(story: Story, place: number, part: string): Story {
  const json = story.versions[place]?.json ?? {};
  const kept = Object.entries(json).filter(([name]) => name !== part);
  return withJson(story, place, Object.fromEntries(kept) as PlannedVersion["json"]);
}

/** The version without the block of this place in all its rates; undefined where none has it. */
function withoutBlock(story: Story, place: number, block: number): Story | undefined {
  const json = story.versions[place]?.json;
  if (json === undefined) return undefined;
  const rates = Object.entries(json.rates);
  if (!rates.some(([, blocks]) => blocks.length > block)) return undefined;
  const fewer = rates.map(([name, blocks]) => [name, blocks.filter((_, i) => i !== block)]);
  return withJson(story, place, { ...json, rates: Object.fromEntries(fewer) });
}

/** The story with another text of a version. */
function withJson({ versions, steps }: Story, place: number, json: PlannedVersion["json"]): Story {
  const changed = versions.map((version, i) => (i === place ? { ...version, json } : version));
  const text = JSON.stringify(changed[place]?.json);
  return {
    versions: changed,
    steps: steps.map((step) => {
      if (step.kind !== "command" || step.command.op !== "set_price_list") return step;
      if (step.command.version !== place + 1) return step;
      return { ...step, command: { ...step.command, text } };
    }),
  };
}
