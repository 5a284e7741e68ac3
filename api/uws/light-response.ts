/**
 * A Response that keeps its text or bytes as they are until somebody asks for more than status and headers. Building the
 * real one (a stream for each body) costs more than all the rest of a short answer, so the server puts this in place of
 * the global while it serves, as Hono's own adapter for Node does.
 */

const RealResponse = globalThis.Response;

/** What a Response may be made of. */
type Body = ConstructorParameters<typeof Response>[0] | null;
type Init = ConstructorParameters<typeof Response>[1];

/** Bodies that are kept as they are. */
export type LightBody = string | Uint8Array | null;
/** What a light response holds: headers as they were given, or as Headers once somebody looked at them. */
export type LightParts = { status: number; headers: Headers | [string, string][]; body: LightBody };

/** A Response by prototype. */
class LightResponse {
  #body: Body;
  #init: Init;
  #headers: Headers | undefined;
  #real: Response | undefined;
  #added: [string, string][] | undefined;

  constructor(body?: Body, init?: Init) {
    this.#body = body ?? null;
    this.#init = init;
    const status = init?.status;
    // Anything odd goes the long way at once, so that it throws what a real Response throws, where it throws.
    const isLight = status === undefined || hasLightStatus(status, this.#body);
    if (!isLight || !(isPlainBody(this.#body) || this.#body instanceof ReadableStream)) {
      this.#real = this.#whole();
    }
  }

  /** Status, headers and body, if nothing made a real response of it and the body is plain. */
  get light(): LightParts | undefined {
    const body = this.#body;
    if (this.#real !== undefined || (this.#init?.statusText ?? "") !== "") return undefined;
    if (!isPlainBody(body)) return undefined;
    return { status: this.status, headers: this.#headers ?? this.#givenHeaders(), body };
  }

  /** Sets headers, whatever is known of the others so far. */
  add(pairs: readonly [string, string][]): void {
    if (this.#real === undefined && this.#headers === undefined) {
      this.#added = [...(this.#added ?? []), ...pairs];
    } else for (const [name, value] of pairs) this.headers.set(name, value);
  }

  get status(): number {
    return this.#init?.status ?? 200;
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  get statusText(): string {
    return this.#init?.statusText ?? "";
  }
  get headers(): Headers {
    if (this.#real !== undefined) return this.#real.headers;
    this.#headers ??= this.#ownHeaders();
    return this.#headers;
  }

  get body(): ReadableStream<Uint8Array> | null {
    return this.#whole().body;
  }
  get bodyUsed(): boolean {
    return this.#real?.bodyUsed ?? false;
  }
  get type(): Response["type"] {
    return "default";
  }
  get url(): string {
    return "";
  }
  get redirected(): boolean {
    return false;
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#whole().arrayBuffer();
  }
  blob(): Promise<Blob> {
    return this.#whole().blob();
  }
  formData(): Promise<FormData> {
    return this.#whole().formData();
  }
  json(): Promise<unknown> {
    return this.#whole().json();
  }
  text(): Promise<string> {
    return this.#whole().text();
  }
  clone(): Response {
    return this.#whole().clone();
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return (
      typeof value === "object" &&
      value !== null &&
      RealResponse.prototype.isPrototypeOf.call(RealResponse.prototype, value)
    );
  }

  #whole(): Response {
    if (this.#real !== undefined) return this.#real;
    const { status, statusText } = this;
    const headers =
      this.#headers ?? (this.#added === undefined ? this.#init?.headers : this.headers);
    this.#real = new RealResponse(this.#body, {
      status,
      statusText,
      ...(headers === undefined ? {} : { headers }),
    });
    return this.#real;
  }

  #givenHeaders(): Headers | [string, string][] {
    const given = this.#init?.headers;
    if (this.#hasGiven(this.#added)) return this.headers;
    if (given === undefined) return typed([...(this.#added ?? [])], this.#body);
    if (Array.isArray(given) || Symbol.iterator in given) return this.headers;
    const pairs: [string, string][] = [];
    for (const [name, value] of Object.entries(given)) {
      // A header that Headers would refuse must be refused here too: let it.
      if (!isPlainHeader(name, value)) return this.headers;
      pairs.push([name, value as string]);
    }
    return typed(this.#added === undefined ? pairs : pairs.concat(this.#added), this.#body);
  }

  /** Whether an added header stands in place of a given one, or is one that Headers must judge. */
  #hasGiven(added: readonly [string, string][] | undefined): boolean {
    if (added === undefined) return false;
    const names = Object.keys(this.#init?.headers ?? {});
    return added.some(
      ([name, value]) =>
        !isPlainHeader(name, value) ||
        names.some(
          (given) => given.length === name.length && given.toLowerCase() === name.toLowerCase(),
        ),
    );
  }

  #ownHeaders(): Headers {
    const headers = new Headers(this.#init?.headers);
    if (typeof this.#body === "string" && !headers.has("content-type")) {
      headers.set("content-type", TEXT_TYPE);
    }
    for (const [name, value] of this.#added ?? []) headers.set(name, value);
    return headers;
  }
}
Object.setPrototypeOf(LightResponse, RealResponse);
Object.setPrototypeOf(LightResponse.prototype, RealResponse.prototype);

/** Makes the light response the global one; does nothing when it is already. */
export function useLightResponse(): void {
  globalThis.Response = LightResponse as unknown as typeof Response;
}

/** The parts of a response if it is a light one, still whole. */
export function lightPartsOf(response: Response): LightParts | undefined {
  return "light" in response ? (response as unknown as LightResponse).light : undefined;
}

/** Sets headers of a light response; false where it is none. */
export function addLightHeaders(response: Response, pairs: readonly [string, string][]): boolean {
  if (!("add" in response)) return false;
  (response as unknown as LightResponse).add(pairs);
  return true;
}

const TEXT_TYPE = "text/plain;charset=UTF-8";

function isPlainBody(body: Body): body is LightBody {
  return body === null || typeof body === "string" || body instanceof Uint8Array;
}

function hasLightStatus(status: number, body: Body): boolean {
  const bodiless = status === 204 || status === 205 || status === 304;
  return Number.isInteger(status) && status >= 200 && status <= 599 && !(bodiless && body !== null);
}

function isPlainHeader(name: string, value: unknown): boolean {
  return (
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === "string" && /^[\t -~]*$/.test(value)
  );
}

function typed(pairs: [string, string][], body: Body): [string, string][] {
  const isTyped = pairs.some(
    ([name]) => name.length === 12 && name.toLowerCase() === "content-type",
  );
  if (typeof body === "string" && !isTyped) pairs.push(["content-type", TEXT_TYPE]);
  return pairs;
}
