/**
 * On a line without transaction numbers one unanswered request can put every later answer one behind: asked for the
 * second register, the first one's late answer would be taken for it. So a unit that left a request unanswered is asked
 * first for something whose answer has another length; only when exactly that comes, the unit is in step again.
 */
import type { ReadRequest, WriteRequest } from "./calls.ts";

/** What is known of the units of one line. Bounded by the number of units. */
export class Doubts {
  readonly #readable = new Map<number, ReadRequest>();
  readonly #unanswered = new Map<number, string>();

  /** A unit answered this read rightly: there is something there. */
  answered(unit: number, request: ReadRequest): void {
    this.#readable.set(unit, request);
  }

  /** A request was sent and got no answer, or a wrong one; its own may still come. */
  unanswered(unit: number, request: ReadRequest | WriteRequest): void {
    if ("count" in request && !this.#readable.has(unit)) this.#readable.set(unit, request);
    this.#unanswered.set(unit, shapeOf(request));
  }

  /** A read that tells whether the unit is in step; undefined where nothing is in doubt or nothing is known to ask. */
  probe(unit: number): ReadRequest | undefined {
    const shape = this.#unanswered.get(unit);
    const near = this.#readable.get(unit);
    if (shape === undefined || near === undefined) return undefined;
    return variants(near).find((one) => shapeOf(one) !== shape);
  }

  /** The unit is in step. */
  settled(unit: number): void {
    this.#unanswered.delete(unit);
  }
}

/** Reads at the same place, of other lengths: shorter ones first, since what lies behind may be refused. */
function variants(near: ReadRequest): ReadRequest[] {
  const step = near.functionCode <= 2 ? 8 : 1;
  const shorter = [];
  for (let count = near.count - step; count > 0; count -= step) shorter.push(count);
  return [near.count, ...shorter, near.count + step].map((count) => ({ ...near, count }));
}

/** What can be told apart about an answer: its function code and its length. */
function shapeOf(request: ReadRequest | WriteRequest): string {
  if (!("count" in request)) return `${request.functionCode}`;
  const bytes = request.functionCode <= 2 ? Math.ceil(request.count / 8) : request.count * 2;
  return `${request.functionCode} ${bytes}`;
}
