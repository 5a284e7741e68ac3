/**
 * The main stories of a balance over time, told to the kernel, hour by hour (docs/semantics.md shows their charts).
 */
import { ShardState } from "../../core/state.ts";
import type { Outcome } from "../outcome.ts";
import { listOf, utc, World } from "../testing/world.ts";
import type { Chart, Happening, Line, Point, Stretch } from "./draw.ts";

const HOUR_S = 3_600;
const EURO = 1_000_000n;
const BLUE = "#1f6fb2";
const ORANGE = "#d9822b";
const GREEN = "#3a8f4d";
const GREY = "#b9b9b9";
const MINT = "#bfe3c8";

/** A kWh costs 0.25; standing 0.30 a day. */
const LIST = listOf({ charges: [{ name: "standing", every: "day", amount: "0.30" }] });
/** Nights and weekends, in UTC. */
const FRIENDLY = {
  name: "nights and weekends",
  timezone: "UTC",
  weekly: [
    { days: ["mon", "tue", "wed", "thu", "fri"], from: "16:00", to: "08:00" },
    { days: ["sat", "sun"], from: "00:00", to: "00:00" },
    { days: ["sun"], from: "16:00", to: "08:00" },
  ],
};

/** Watches one account and keeps what a chart needs of it. */
class Watch {
  readonly world: World;
  readonly balance: Point[] = [];
  readonly emergency: Point[] = [];
  readonly debt: Point[] = [];
  readonly happenings: Happening[] = [];
  readonly cut: Stretch[] = [];
  readonly #startS: number;
  #hour = 0;
  #registerWh = 0;
  #supply = 0;
  #cutFrom: number | undefined;

  /** An account that is opened, paid for and read at the start, under a policy. */
  constructor(start: string, credit: bigint, setUp: (world: World) => void) {
    this.world = new World();
    this.#startS = utc(start);
    this.world.nowS = this.#startS;
    this.world.version(LIST);
    setUp(this.world);
    this.world.gateway();
    this.world.open(0);
    this.tell(this.world.credit(0, credit));
    this.tell(this.world.read(0, this.#startS, 0));
  }

  /** Lets hours pass that use so many Wh each while supply is on. The relay does at once what it is told. */
  pass(hours: number, wattHours: number): void {
    for (let i = 0; i < hours; i++) {
      this.#hour += 1;
      const atS = this.#startS + this.#hour * HOUR_S;
      if (this.#cutFrom === undefined) this.#registerWh += wattHours;
      this.world.nowS = atS;
      this.tell(this.world.kernel.apply({ kind: "tick", atS }));
      this.tell(this.world.read(0, atS, this.#registerWh));
      this.#note();
    }
  }

  /** Takes what came of a step: what is worth a word, and what the relay is told. */
  tell({ events }: Outcome): void {
    for (const event of events) {
      const words = WORDS.find(([type]) => event.includes(type))?.[1];
      if (words !== undefined) this.say(words);
      if (event.includes("supply.cut_requested")) this.#switch(2);
      if (event.includes("supply.restore_requested")) this.#switch(1);
    }
    this.#note();
  }

  /** Words at the present hour. */
  say(text: string): void {
    const last = this.happenings.at(-1);
    if (last?.hour === this.#hour) last.text = `${last.text}; ${text}`;
    else this.happenings.push({ hour: this.#hour, text });
  }

  chart(title: string, lines: readonly Line[], stretches: readonly Stretch[] = []): Chart {
    if (this.#cutFrom !== undefined) this.#endCut();
    const start = new Date(this.#startS * 1_000);
    return {
      title,
      hours: this.#hour,
      firstDay: (start.getUTCDay() + 6) % 7,
      firstHour: start.getUTCHours(),
      lines,
      stretches: [...stretches, ...this.cut],
      happenings: this.happenings,
    };
  }

  #switch(state: number): void {
    this.#supply += 1;
    this.tell(this.world.report(0, state, this.#supply));
    if (state === 2) this.#cutFrom = this.#hour;
    else if (this.#cutFrom !== undefined) this.#endCut();
  }

  #endCut(): void {
    const fromHour = this.#cutFrom ?? this.#hour;
    this.cut.push({ name: "supply cut", colour: GREY, fromHour, toHour: this.#hour });
    this.#cutFrom = undefined;
  }

  #note(): void {
    const state = new ShardState(0, this.world.kernel.memory).account(0);
    put(this.balance, this.#hour, this.world.balance(0));
    put(this.emergency, this.#hour, BigInt(state?.emergency_credit.used_micros ?? 0));
    put(this.debt, this.#hour, BigInt(state?.debts.payment_debt ?? 0));
  }
}

/** Event types and what they mean to a reader. Later parts of a type come first. */
const WORDS: readonly (readonly [string, string])[] = [
  ["credit.low", "low credit: the customer is warned"],
  ["supply.notice_due", "notice of a cut"],
  ["friendly_period.ending", "the friendly period ends soon, and a cut would follow"],
  ["supply.cut_requested", "supply is cut"],
  ["supply.restore_requested", "supply returns"],
  ["emergency_credit.offered", "emergency credit is offered"],
  ["emergency_credit.invoked", "emergency credit is invoked"],
  ["emergency_credit.in_use", "it is in use"],
  ["emergency_credit.exhausted", "it is used up"],
  ["emergency_credit.repaid", "it is repaid"],
  ["debt.cleared", "the debt is cleared"],
];

/** Credit runs out on a Saturday. Nobody is cut before Monday morning. */
export function weekend(): Chart {
  const watch = new Watch("2026-03-06T08:00Z", 5n * EURO, (world) => {
    const span = { covers_from_s: utc("2026-01-01T00:00Z"), covers_to_s: utc("2027-01-01T00:00Z") };
    world.calendar(FRIENDLY, span);
    world.policy({
      automatic_cut: true,
      low_credit_micros: [`${3n * EURO}`],
      friendly: { calendar: 0, jitter_s: 0, warning_s: 2 * HOUR_S },
      notice: { lead_s: 12 * HOUR_S, threshold_micros: `${EURO}` },
    });
  });
  watch.pass(76, 400);
  watch.say("pays 15.00");
  watch.tell(watch.world.credit(0, 15n * EURO));
  watch.pass(44, 400);
  return watch.chart(
    "Credit runs out on a weekend",
    [{ name: "balance", colour: BLUE, points: watch.balance }],
    friendlyStretches(watch.balance.at(-1)?.hour ?? 0),
  );
}

/** Emergency credit carries over an evening, is used up, and is repaid first. */
export function emergencyCredit(): Chart {
  const watch = new Watch("2026-03-03T00:00Z", 3n * EURO, (world) =>
    world.policy({
      automatic_cut: true,
      emergency: { limit_micros: `${5n * EURO}`, threshold_micros: `${EURO}`, auto_invoke: false },
    }),
  );
  watch.pass(22, 400);
  watch.tell(watch.world.ask("activate_emergency_credit", 0, {}));
  watch.pass(62, 400);
  watch.say("pays 12.00");
  watch.tell(watch.world.credit(0, 12n * EURO));
  watch.pass(36, 400);
  return watch.chart("Emergency credit, used and repaid", [
    { name: "balance", colour: BLUE, points: watch.balance },
    { name: "emergency credit owed", colour: ORANGE, points: watch.emergency },
  ]);
}

/** A quarter of each payment goes to a debt of 8.00, at most 3.00 a week. */
export function debtRecovery(): Chart {
  const watch = new Watch("2026-03-02T00:00Z", 4n * EURO, (world) => world.policy());
  watch.tell(
    watch.world.ask("set_debt", 0, {
      debt: "payment_debt",
      owed_micros: `${8n * EURO}`,
      share_ppm: 250_000,
      weekly_cap_micros: `${3n * EURO}`,
    }),
  );
  for (let payment = 0; payment < 5; payment++) {
    watch.pass(72, 250);
    watch.say("pays 10.00");
    watch.tell(watch.world.credit(0, 10n * EURO));
  }
  watch.pass(24, 250);
  return watch.chart("Debt recovered from payments", [
    { name: "balance", colour: BLUE, points: watch.balance },
    { name: "payment debt", colour: GREEN, points: watch.debt },
  ]);
}

/** All charts, by the file's name. */
export const STORIES: Readonly<Record<string, () => Chart>> = {
  weekend,
  "emergency-credit": emergencyCredit,
  "debt-recovery": debtRecovery,
};

/** A story that begins on a Friday at 08:00: from 16:00 to Monday 08:00, then nights. */
function friendlyStretches(hours: number): Stretch[] {
  const spans: [number, number][] = [
    [8, 72],
    [80, 96],
    [104, 120],
  ];
  return spans
    .filter(([fromHour]) => fromHour < hours)
    .map(([fromHour, toHour]) => {
      return { name: "friendly period", colour: MINT, fromHour, toHour: Math.min(toHour, hours) };
    });
}

function put(points: Point[], hour: number, micros: bigint): void {
  if (points.at(-1)?.hour === hour) points.pop();
  points.push({ hour, micros });
}
