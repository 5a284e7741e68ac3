/**
 * What a whole shard knows, on the model's side: versions of the story's price list, policies, calendars, gateways; and
 * the numbers of the shard's own commands.
 */
import type { EngineCommand } from "../contract/commands.ts";
import type { Calendar } from "../model/calendar.ts";
import type { CalendarJson } from "../model/calendar-json.ts";
import { compileCalendar } from "../model/compile-calendar.ts";
import { type PutPolicy, putPolicyOf } from "./model-policy.ts";
import { OTHER_LIST, type PlannedVersion } from "./story.ts";

/** A command to the shard. */
export type ShardCommand = Exclude<EngineCommand, { slot: number }>;
/** What a command came to, and which accounts it has judged. */
export type ShardAnswer = {
  answer: string;
  judged: (policy: { index: number; put: PutPolicy }) => boolean;
};

/** Codes of layout.ts, as people read them there. */
const CODE = {
  ...{ applied: 0, gap: 1, stale: 2, listOrder: 19, calendarUnknown: 43 },
  listBasis: 44,
};
/** The index of the story's price list. */
const LIST = 0;

/** The shard. */
export class ModelShard {
  readonly policies = new Map<number, PutPolicy>();
  readonly calendars = new Map<number, Calendar>();
  readonly gateways = new Set<number>();
  /** Number of the last command, and its kept answer. */
  commandNumber = 0;
  #code = 0;
  readonly #versions: readonly PlannedVersion[];
  /** How far the table of each version reaches that is there. */
  readonly #reach: number[] = [];

  /** Whether the other list is there (R37). */
  hasOther = false;

  constructor(versions: readonly PlannedVersion[]) {
    this.#versions = versions.filter(({ list }) => list !== OTHER_LIST);
  }

  /** How many versions are there. */
  get known(): number {
    return this.#reach.length;
  }

  /** How far the last version's table reaches. */
  get reachS(): number {
    return this.#reach.at(-1) ?? 0;
  }

  /** Applies a command once and in its turn. `atS` is the step's time. */
  apply(command: ShardCommand, atS: number): ShardAnswer {
    const last = this.commandNumber;
    const { number } = command;
    const nobody = () => false;
    if (number === last) return { answer: `${this.#code} 0 0`, judged: nobody };
    if (number !== last + 1) {
      const code = number > last ? CODE.gap : CODE.stale;
      return { answer: `${code} ${last + 1} 0`, judged: nobody };
    }
    this.commandNumber = number;
    this.#code = this.#applyNext(command, atS);
    const isApplied = this.#code === CODE.applied;
    return { answer: `${this.#code} 0 0`, judged: isApplied ? judgedBy(command) : nobody };
  }

  #applyNext(command: ShardCommand, atS: number): number {
    switch (command.op) {
      case "set_price_list":
        return this.#setPriceList(command);
      case "cancel_price_list_version":
        return this.#cancelVersion(command, atS);
      case "set_policy":
        return this.#setPolicy(command);
      case "set_calendar": {
        const json = JSON.parse(command.text) as CalendarJson;
        const [fromS, toS] = [BigInt(command.covers_from_s), BigInt(command.covers_to_s)];
        this.calendars.set(command.index, compileCalendar(json, fromS, toS));
        return CODE.applied;
      }
      case "set_gateway":
        this.gateways.add(command.gateway);
        return CODE.applied;
    }
  }

  /** A version begins behind all others and within what the last one's table reaches, or takes the last one's place. */
  #setPriceList(command: Extract<ShardCommand, { op: "set_price_list" }>): number {
    if (command.index === OTHER_LIST) {
      this.hasOther = true;
      return CODE.applied;
    }
    const last = this.#versions[this.known - 1];
    // R34: all versions of a list have one basis.
    const { accumulation_basis } = JSON.parse(command.text) as PlannedVersion["json"];
    if (accumulation_basis !== this.#versions[0]?.json.accumulation_basis) {
      if (last === undefined) throw new Error("not the story's list");
      return CODE.listBasis;
    }
    const startS = command.effective_from_s;
    const isAgain = last?.effectiveFromS === startS;
    const isNext = last === undefined || (startS > last.effectiveFromS && startS <= this.reachS);
    if (!isAgain && !isNext) return CODE.listOrder;
    if (isAgain) this.#reach.pop();
    this.#reach.push(command.covers_to_s);
    return CODE.applied;
  }

  /** R30: the last version, before it has begun, and never the only one. */
  #cancelVersion(
    command: Extract<ShardCommand, { op: "cancel_price_list_version" }>,
    atS: number,
  ): number {
    const last = this.#versions[this.known - 1];
    const isLast = command.index === LIST && last?.effectiveFromS === command.effective_from_s;
    if (!isLast || last.effectiveFromS <= atS || this.known < 2) return CODE.listOrder;
    this.#reach.pop();
    return CODE.applied;
  }

  #setPolicy(command: Extract<ShardCommand, { op: "set_policy" }>): number {
    const put = putPolicyOf(command);
    const named = [put.friendly, put.cutWindow].filter((index) => index !== undefined);
    if (named.some((index) => !this.calendars.has(index))) return CODE.calendarUnknown;
    this.policies.set(command.index, put);
    return CODE.applied;
  }
}

function judgedBy(command: ShardCommand): ShardAnswer["judged"] {
  if (command.op === "set_policy") return ({ index }) => index === command.index;
  if (command.op === "set_calendar")
    return ({ put }) => put.friendly === command.index || put.cutWindow === command.index;
  return () => false;
}
