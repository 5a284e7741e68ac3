/**
 * Request headers over the pairs that came in: `get` and `has`, which nearly all code asks, scan the pairs; anything
 * else builds a real Headers once. Building a real one for each request would cost more than parsing it.
 */

/** Header names in lower case and values, one after the other. */
export type HeaderPairs = readonly string[];

/** The value of a header, repeated ones joined as Headers joins them; null when absent. */
export function headerOf(pairs: HeaderPairs, name: string): string | null {
  let value: string | null = null;
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] !== name) continue;
    const more = pairs[at + 1] ?? "";
    value = value === null ? more : `${value}${name === "cookie" ? "; " : ", "}${more}`;
  }
  return value;
}

/** Headers that are read from pairs, and become real ones when more than `get` and `has` is asked. */
export class PairHeaders {
  readonly #pairs: HeaderPairs;
  #real: Headers | undefined;

  constructor(pairs: HeaderPairs) {
    this.#pairs = pairs;
  }

  get(name: string): string | null {
    if (this.#real !== undefined) return this.#real.get(name);
    return headerOf(this.#pairs, name.toLowerCase());
  }
  has(name: string): boolean {
    return this.get(name) !== null;
  }

  append(name: string, value: string): void {
    this.#all().append(name, value);
  }
  set(name: string, value: string): void {
    this.#all().set(name, value);
  }
  delete(name: string): void {
    this.#all().delete(name);
  }
  getSetCookie(): string[] {
    return this.#all().getSetCookie();
  }
  forEach(visit: (value: string, key: string, parent: Headers) => void, self?: unknown): void {
    this.#all().forEach(visit, self);
  }
  entries(): IterableIterator<[string, string]> {
    return this.#all().entries();
  }
  keys(): IterableIterator<string> {
    return this.#all().keys();
  }
  values(): IterableIterator<string> {
    return this.#all().values();
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#all().entries();
  }

  #all(): Headers {
    if (this.#real !== undefined) return this.#real;
    const real = new Headers();
    for (let at = 0; at < this.#pairs.length; at += 2) {
      real.append(this.#pairs[at] ?? "", this.#pairs[at + 1] ?? "");
    }
    this.#real = real;
    return real;
  }
}
Object.setPrototypeOf(PairHeaders.prototype, Headers.prototype);
