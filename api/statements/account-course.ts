/**
 * The course of an account's balance since it was opened, put together from what the store has: takings of stretches of time
 * and events between them. Pure.
 */
import { CHARGE_CODES } from "../reports/tariffs.ts";
import type { Line, LineKind } from "./line.ts";

/** What became of one charge in a stretch. */
export type Charged = { tariff: number; code: number; entries: number; amount: bigint };
/** What was taken in a stretch: of an account that holds quantity `consumed` is in millionths of an atom. */
export type Taken = { consumed: bigint; quantityAtoms: bigint; charges: readonly Charged[] };
/** What of a payment, or of what its reversal took back, did not reach the balance. */
export type Parts = { debts: bigint; emergency: bigint };

/** An event that matters to credit. `balance` is the one behind it, of `tenancy.changed` the one that was settled. */
export type CreditEvent = {
  type: string;
  atS: number;
  balance: bigint;
  amount: bigint;
  number: number;
  mode?: string;
  debt?: string;
  parts: Parts;
};

/** What the course is of. `edges` are all instants at which a stretch begins, in order; events lie on edges. */
export type CourseInput = {
  events: readonly CreditEvent[];
  taken: ReadonlyMap<number, Taken>;
  edges: readonly number[];
  /** Edges at which sums are told: days' begins, begin and end of the statement. */
  days: ReadonlySet<number>;
  disablement: bigint;
  holdsQuantity: boolean;
  /** What the account held before the first edge's events, where older rows are kept no more. */
  broughtForward: { atS: number; amount: bigint };
};

/** Walks through an account's life; `lines` are in order. */
export class AccountCourse {
  balance = 0n;
  /** Emergency credit that is owed, restricted credit that is left, credit set aside. */
  emergency = 0n;
  restricted = 0n;
  reserved = 0n;
  /** Where among the lines the present tenancy begins. */
  tenancyAt = 0;
  readonly lines: Line[] = [];
  readonly #input: CourseInput;
  #limit = 0n;
  #isInvoked = false;
  #since = 0;
  #sums = new Map<string, Line>();

  constructor(input: CourseInput) {
    this.#input = input;
  }

  /** Goes through all of it. */
  run(): this {
    const { edges, events, taken, days, broughtForward } = this.#input;
    this.move("brought_forward", broughtForward.atS, broughtForward.amount);
    let next = 0;
    for (const edge of edges) {
      if (days.has(edge)) this.#tell(edge);
      for (let event = events[next]; event?.atS === edge; event = events[++next])
        this.#apply(event);
      const some = taken.get(edge);
      if (some !== undefined) this.#take(some);
    }
    this.#tell(edges.at(-1) ?? 0);
    return this;
  }

  /** Adds a line that moves the balance. */
  move(kind: LineKind, atS: number, amount: bigint, more: Partial<Line> = {}): void {
    if (amount === 0n && more.beside === undefined) return;
    this.balance += amount;
    this.lines.push({ kind, fromS: atS, toS: atS, amount, ...more });
  }

  #take({ consumed, quantityAtoms, charges }: Taken): void {
    const before = this.balance;
    this.#gather("consumption", { amount: -consumed, quantityAtoms });
    for (const { tariff, code, entries, amount } of charges) {
      const kind = kindOf(code);
      // Quantity pays for no charge (R34).
      const isBeside = kind === "charge_to_debt" || this.#input.holdsQuantity;
      const charge = { tariff, code };
      if (isBeside) this.#gather(kind, { amount: 0n, beside: amount, entries, charge });
      else this.#gather(kind, { amount: -amount, entries, charge });
    }
    const gone = before - this.balance;
    const paid = gone < this.restricted ? gone : this.restricted;
    if (paid > 0n) {
      this.restricted -= paid;
      this.#gather("restricted_credit", { amount: paid });
    }
    this.#absorb();
  }

  /** R40: what would take the balance under the cut-off is taken from invoked emergency credit. */
  #absorb(): void {
    const short = this.#input.disablement - this.balance;
    const left = this.#limit - this.emergency;
    if (!this.#isInvoked || short <= 0n || left <= 0n) return;
    this.#lend(short < left ? short : left);
  }

  #lend(amount: bigint): void {
    this.emergency += amount;
    this.#gather("emergency_credit", { amount });
  }

  #gather(kind: LineKind, more: Pick<Line, "amount"> & Partial<Line>): void {
    this.balance += more.amount;
    const { charge } = more;
    const key = charge === undefined ? kind : `${kind}/${charge.tariff}/${charge.code}`;
    const sum = this.#sums.get(key);
    if (sum === undefined) {
      this.#sums.set(key, { kind, fromS: this.#since, toS: this.#since, ...more });
      return;
    }
    sum.amount += more.amount;
    if (more.quantityAtoms !== undefined)
      sum.quantityAtoms = (sum.quantityAtoms ?? 0n) + more.quantityAtoms;
    if (more.beside !== undefined) sum.beside = (sum.beside ?? 0n) + more.beside;
    if (more.entries !== undefined) sum.entries = (sum.entries ?? 0) + more.entries;
  }

  /** Tells what was gathered up to here. */
  #tell(atS: number): void {
    for (const line of this.#sums.values()) {
      const isNothing = line.amount === 0n && !line.quantityAtoms && line.beside === undefined;
      if (!isNothing) this.lines.push({ ...line, toS: atS });
    }
    this.#sums = new Map();
    this.#since = atS;
  }

  #apply(event: CreditEvent): void {
    const { type, atS, amount, number, parts } = event;
    const isMoney = !this.#input.holdsQuantity;
    const at = (kind: LineKind, moved: bigint, more: Partial<Line> = {}): void => {
      this.#tell(atS);
      this.move(kind, atS, moved, more);
    };
    switch (type) {
      case "vend.applied":
      case "vend.reversed": {
        if (!isMoney) break;
        const sign = type === "vend.applied" ? 1n : -1n;
        at(sign > 0n ? "vend" : "reversal", sign * amount, { number });
        this.#settleParts(atS, sign, parts, number);
        break;
      }
      case "credit.bought": {
        // Of what was bought, what repaid emergency credit went through the balance's hands.
        at(amount < 0n ? "reversal" : "vend", amount, { number });
        const sign = amount < 0n ? -1n : 1n;
        this.#settleParts(atS, sign, { debts: 0n, emergency: parts.emergency }, number);
        break;
      }
      case "account.adjusted":
        at("adjustment", amount, { number });
        break;
      case "credit.transferred":
        this.#transfer(event, at);
        break;
      case "credit.reserved":
        this.reserved += amount;
        at("reserved", -amount);
        break;
      case "credit.released":
        this.reserved -= amount;
        at("released", amount);
        break;
      case "emergency_credit.invoked":
        this.#limit = amount;
        this.#isInvoked = true;
        at("emergency_invoked", 0n, { beside: amount });
        break;
      case "emergency_credit.in_use":
        this.#isInvoked = true;
        if (this.emergency === 0n) this.#lend(amount);
        break;
      case "credit.granted":
        this.restricted += amount;
        at("credit_granted", 0n, { beside: amount });
        break;
      case "credit.expired":
        at("credit_expired", 0n, { beside: amount });
        this.#expire(amount);
        break;
      case "debt.changed":
        at("debt_changed", 0n, { beside: amount, ...(event.debt && { debt: event.debt }) });
        break;
      case "mode.changed":
        at("mode_change", event.balance - this.balance);
        if (event.mode === "credit") this.#forgetEmergency();
        break;
      case "tenancy.changed":
        at("other", event.balance - this.balance);
        at("tenancy", -event.balance, { number });
        this.#forgetEmergency();
        this.restricted = 0n;
        this.reserved = 0n;
        this.tenancyAt = this.lines.length;
        break;
      default:
        break;
    }
    this.#absorb();
  }

  /** What of a payment went to debts and emergency credit, or comes back by its reversal. */
  #settleParts(atS: number, sign: bigint, { debts, emergency }: Parts, number: number): void {
    this.move("debt_repaid", atS, -sign * debts, { number });
    this.move("emergency_repaid", atS, -sign * emergency, { number });
    this.emergency -= sign * emergency;
    if (sign < 0n && emergency > 0n) this.#isInvoked = true;
    if (sign > 0n && emergency > 0n && this.emergency === 0n) this.#isInvoked = false;
  }

  /** What was set aside goes out of what was set aside. */
  #transfer(
    { atS, amount }: CreditEvent,
    at: (kind: LineKind, moved: bigint, more?: Partial<Line>) => void,
  ): void {
    if (amount < 0n && this.reserved >= -amount) {
      this.reserved += amount;
      at("released", -amount);
      this.move("transfer", atS, amount);
    } else at("transfer", amount);
  }

  #expire(amount: bigint): void {
    this.restricted -= amount;
    if (this.restricted >= 0n) return;
    // Less of it was used than time alone tells.
    this.#gather("restricted_credit", { amount: this.restricted });
    this.restricted = 0n;
  }

  #forgetEmergency(): void {
    this.emergency = 0n;
    this.#isInvoked = false;
  }
}

function kindOf(code: number): LineKind {
  if (code >= CHARGE_CODES.toDebt) return "charge_to_debt";
  if (code === CHARGE_CODES.demand) return "demand";
  return code >= CHARGE_CODES.timeDebt ? "time_debt" : "charge";
}
