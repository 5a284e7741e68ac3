/**
 * Tells a story step by step. It looks at the model's accounts, so that what it makes up next means something.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { makeAmbush } from "./make-ambush.ts";
import { makeBeginning, makeCommand, openAccount } from "./make-command.ts";
import { STORY_CALENDARS, STORY_POLICIES, setPolicy } from "./make-policy.ts";
import { makeReading, makeReport, makeSeries } from "./make-reading.ts";
import {
  cancelVersion,
  STORY_GATEWAYS,
  setCalendar,
  setGateway,
  setOther,
  setVersion,
  setWrongBasis,
} from "./make-shard-command.ts";
import type { ToldAccount } from "./model-account.ts";
import type { ModelSide } from "./model-side.ts";
import { momentsOf } from "./moments.ts";
import type { Random } from "./random.ts";
import { boundaryAfter, makeScene, type Scene, type Telling } from "./scene.ts";
import type { Step } from "./story.ts";

const DAY_S = 86_400;
/** How long before the end of a table it is made anew; no step goes further ahead of the clock. */
const AHEAD_S = 2 * DAY_S;
/** A slot that no story opens. */
const STRANGE_SLOT = 60;
/** How many of the next moments may be meant. */
const MOMENTS_AHEAD = 3;
const SLOTS = [0, 1, 2, 3, 17, 42];

/** One story: `next()` until it gives nothing more. Each step has to be applied to the model before the next is asked for. */
export class Teller {
  readonly scene: Scene;
  readonly #random: Random;
  readonly #setUp: (() => EngineCommand)[] = [];
  /** Steps that belong together, told one after the other. */
  #next: Step[] = [];
  #nowS: number;
  #told = 0;
  /** Whether time was passed just to where something waits to be judged: a tick is likely. */
  #isAtMoment = false;

  constructor(random: Random) {
    this.#random = random;
    this.scene = makeScene(random);
    this.#nowS = this.scene.startS;
  }

  /** The next step, or undefined when the story is over. */
  next(side: ModelSide): Step | undefined {
    const telling = (): Telling => {
      return { random: this.#random, scene: this.scene, side, nowS: this.#nowS };
    };
    if (this.#told === 0) this.#plan(telling);
    this.#told += 1;
    const command = this.#setUp.shift();
    if (command !== undefined) return { kind: "command", atS: this.#nowS, command: command() };
    const next = this.#next.shift();
    if (next !== undefined) return next;
    if (this.#told > this.scene.steps) return undefined;
    return this.#renewal(telling()) ?? this.#step(telling);
  }

  #plan(telling: () => Telling): void {
    const random = this.#random;
    const { versions } = this.scene;
    const isWhole = random.chance(0.5);
    const initial = isWhole ? versions.length : random.int(1, versions.length);
    if (random.chance(0.9)) this.#setUp.push(() => setOther(telling()));
    for (let i = 0; i < initial; i++)
      this.#setUp.push(() => setVersion(telling(), i, this.#coversTo(i)));
    for (const index of random.some(STORY_CALENDARS, 0.9))
      this.#setUp.push(() => setCalendar(telling(), index));
    for (const index of STORY_POLICIES) this.#setUp.push(() => setPolicy(telling(), index));
    for (const gateway of STORY_GATEWAYS) this.#setUp.push(() => setGateway(telling(), gateway));
    const isRecorded = random.chance(0.35);
    for (const slot of random.some(SLOTS, 0.45)) {
      this.#setUp.push(() => openAccount(telling(), slot, isRecorded !== random.chance(0.15)));
      for (let more = random.pick([0, 0, 1, 2, 3]); more > 0; more--) this.#begin(telling, slot);
    }
    // Now and then the order is wrong: an account before its list or its policy.
    if (random.chance(0.1)) this.#setUp.unshift(() => openAccount(telling(), 5, false));
  }

  /** Something more for an account, if it was opened. */
  #begin(telling: () => Telling, slot: number): void {
    this.#setUp.push(() => {
      const now = telling();
      const told = now.side.accounts.get(slot);
      return told === undefined ? openAccount(now, slot, false) : makeBeginning(now, told);
    });
  }

  /** Tables mostly reach to the story's end, some only a while. */
  #coversTo(place: number): number {
    const wholeS = this.scene.endS + 10 * DAY_S;
    const version = this.scene.versions[place];
    const startS = Math.max(version?.effectiveFromS ?? 0, this.#nowS);
    if (this.#random.chance(0.7)) return wholeS;
    const next = this.scene.versions[place + 1]?.effectiveFromS ?? 0;
    const leastS = Math.max(startS + 2 * AHEAD_S, next);
    return Math.min(wholeS, leastS + this.#random.int(0, 20 * DAY_S));
  }

  /** The last version again, further reaching, before its table ends. */
  #renewal(telling: Telling): Step | undefined {
    const { side } = telling;
    const isShort =
      side.reachS < this.scene.endS + AHEAD_S && side.reachS - this.#nowS < 2 * AHEAD_S;
    if (!isShort && !this.#random.chance(0.005)) return undefined;
    const command = setVersion(telling, side.known - 1, this.scene.endS + 10 * DAY_S);
    return { kind: "command", atS: this.#nowS, command };
  }

  #step(telling: () => Telling): Step {
    this.#pass(telling().side);
    const now = telling();
    const accounts = [...now.side.accounts.values()];
    const hasMore = now.side.known < this.scene.versions.length;
    const isOfVersions = this.scene.theme === "versions";
    const kind = this.#random.weigh({
      frame: 55,
      profile: 5,
      tick: this.#isAtMoment ? 60 : 18,
      command: this.scene.isMixed ? 40 : 24,
      ambush: 9,
      policy: 2,
      calendar: 1.5,
      version: hasMore ? (isOfVersions ? 15 : 3) : 0,
      cancel: isOfVersions ? 8 : 0.7,
      basis: this.scene.isMixed ? 0.7 : 0,
    });
    const told = accounts.length === 0 ? undefined : this.#random.pick(accounts);
    const command = (made: EngineCommand): Step => {
      return { kind: "command", atS: this.#nowS, command: made };
    };
    if (kind === "policy") return command(setPolicy(now, this.#random.pick(STORY_POLICIES)));
    if (kind === "calendar") return command(setCalendar(now));
    if (kind === "cancel") return command(cancelVersion(now));
    if (kind === "basis") return command(setWrongBasis(now));
    if (kind === "version") return this.#version(now);
    if (kind === "tick" || told === undefined) return { kind: "tick", atS: this.#nowS };
    if (kind === "command") return command(makeCommand(now, told));
    if (kind === "ambush") {
      const [first, ...rest] = makeAmbush(now, told);
      this.#next = rest;
      return first ?? { kind: "tick", atS: this.#nowS };
    }
    return kind === "frame" ? this.#frame(now, told) : this.#profile(now, told);
  }

  /** The next version if it may begin now, else once more the last one. */
  #version(telling: Telling): Step {
    const { side } = telling;
    const next = this.scene.versions[side.known];
    const isWithin = next !== undefined && next.effectiveFromS <= side.reachS;
    const place = isWithin ? side.known : side.known - 1;
    const command = setVersion(telling, place, this.scene.endS + 10 * DAY_S);
    return { kind: "command", atS: this.#nowS, command };
  }

  /** Lets time pass: often not at all, sometimes just to a boundary. */
  #pass(side: ModelSide): void {
    const random = this.#random;
    const spanS = this.scene.endS - this.scene.startS;
    const kind = random.weigh({
      ...{ stay: 30, soon: 8, hour: 20, day: 10, long: 4, boundary: 10, moment: 18 },
    });
    const passed = {
      stay: 0,
      soon: random.int(1, 120),
      hour: random.pick([900, 1_800, 3_600, random.int(1, 7_200)]),
      day: random.int(3_600, DAY_S),
      long: random.spread(spanS / 8),
      boundary: 0,
      moment: 0,
    }[kind];
    let nowS = this.#nowS + passed;
    if (kind === "boundary")
      nowS = (boundaryAfter(this.scene, nowS) ?? nowS) + random.pick([0, 0, -1, 1]);
    if (kind === "moment") nowS = this.#nextMoment(side);
    const most = Math.min(this.scene.endS, side.reachS - AHEAD_S);
    this.#isAtMoment = kind === "moment";
    this.#nowS = Math.max(this.#nowS, Math.min(nowS, most));
  }

  /** One of the next instants at which something waits to be judged, or just before or after it. */
  #nextMoment(side: ModelSide): number {
    const accounts = [...side.accounts.values()].filter(({ isRecorded }) => !isRecorded);
    if (accounts.length === 0) return this.#nowS;
    const told = this.#random.pick(accounts);
    const moments = momentsOf({ side, scene: this.scene }, told, this.#nowS);
    const next = moments.sort((a, b) => a - b).slice(0, MOMENTS_AHEAD);
    if (next.length === 0) return this.#nowS;
    return this.#random.pick(next) + this.#random.pick([0, 0, 0, -1, 1]);
  }

  #frame(telling: Telling, told: ToldAccount): Step {
    const random = this.#random;
    const mates = [...telling.side.accounts.values()].filter(
      ({ gateway }) => gateway === told.gateway,
    );
    const readings = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 3, 6]) }, () =>
      makeReading(telling, random.pick(mates)),
    );
    const reports = random.chance(this.scene.theme === "supply" ? 0.5 : 0.2)
      ? Array.from({ length: random.int(1, 3) }, () => makeReport(telling, random.pick(mates)))
      : [];
    const slot = this.#strangeSlot(telling, told);
    if (random.chance(0.015)) readings.push({ ...makeReading(telling, told), slot });
    if (random.chance(0.01)) reports.push({ ...makeReport(telling, told), slot });
    return { kind: "frame", atS: this.#nowS, gateway: told.gateway, readings, reports };
  }

  #strangeSlot({ side }: Telling, { gateway }: ToldAccount): number {
    const others = [...side.accounts.values()].filter((other) => other.gateway !== gateway);
    return others.length > 0 ? this.#random.pick(others).slot : STRANGE_SLOT;
  }

  #profile(telling: Telling, told: ToldAccount): Step {
    const random = this.#random;
    const intervalS = random.pick([60, 900, 1_800, 3_600, 7]);
    const most = 20;
    const { t0, r0 } = told.state;
    const lastS = Number(t0 ?? BigInt(this.#nowS - intervalS));
    // Live meters tell what has been, and now and then what is still to come; recorded ones what comes next.
    const aheadS = random.pick([60, 60, 60, 60, 4 * intervalS]);
    const endS = told.isRecorded
      ? Math.min(this.scene.endS, telling.side.reachS - 1)
      : this.#nowS + aheadS;
    const count = Math.max(1, Math.min(most, Math.floor((endS - lastS) / intervalS)));
    // Some begin with the reading that the account has already.
    const isAgain = r0 !== undefined && random.chance(0.1);
    const { slot, registers } = makeSeries(telling, told, count);
    const baseS = isAgain ? lastS : Math.min(lastS + intervalS, endS);
    const isFitting = isAgain || baseS + intervalS * (count - 1) <= endS;
    const one = isFitting
      ? [{ slot, registers: isAgain ? [Number(r0), ...registers.slice(1)] : registers }]
      : [makeSeries(telling, told, 1)];
    return {
      kind: "profile",
      atS: this.#nowS,
      gateway: told.gateway,
      baseS,
      intervalS,
      series: one,
    };
  }
}
