/**
 * The request that the app sees. It reads the native request only when asked, and copies what is left of it before the
 * handler returns, since it is gone afterwards; what few apps ask for is answered by a real Request, made on demand.
 */
import type { IncomingBody } from "./body.ts";
import { type HeaderPairs, PairHeaders } from "./headers.ts";
import type { NativeRequest } from "./native.ts";

/** A Request over a native one. Give it to an app as a Request: it is one by prototype. */
export class LazyRequest {
  #native: NativeRequest | undefined;
  readonly method: string;
  readonly url: string;
  readonly #body: IncomingBody | undefined;
  #pairs: HeaderPairs | undefined;
  #headers: PairHeaders | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #taken = false;
  #abort: AbortController | undefined;
  #aborted = false;
  #real: Request | undefined;

  constructor(native: NativeRequest, method: string, url: string, body: IncomingBody | undefined) {
    this.#native = native;
    this.method = method;
    this.url = url;
    this.#body = body;
  }

  /** Copies what was not read yet; the native request must not be touched after this. */
  detach(): void {
    this.#copiedPairs();
    this.#native = undefined;
  }

  /** The client went away. */
  aborted(): void {
    this.#aborted = true;
    this.#abort?.abort();
  }

  get headers(): Headers {
    this.#headers ??= new PairHeaders(this.#copiedPairs());
    return this.#headers as unknown as Headers;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.#real !== undefined) return this.#real.body;
    if (this.#body === undefined) return null;
    this.#stream ??= this.#body.stream();
    return this.#stream;
  }

  get bodyUsed(): boolean {
    return this.#taken || (this.#real?.bodyUsed ?? false);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    const { buffer, byteOffset, byteLength } = bytes;
    if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) return buffer;
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  }
  async bytes(): Promise<Uint8Array> {
    if (this.#real !== undefined || this.#stream !== undefined) {
      return new Uint8Array(await this.#whole().arrayBuffer());
    }
    if (this.#taken) throw new TypeError("Body is unusable: Body has already been read");
    if (this.#body === undefined) return new Uint8Array(0);
    this.#taken = true;
    return this.#body.whole();
  }
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  blob(): Promise<Blob> {
    return this.#whole().blob();
  }
  formData(): Promise<FormData> {
    return this.#whole().formData();
  }
  clone(): Request {
    return this.#whole().clone();
  }

  get cache(): Request["cache"] {
    return this.#whole().cache;
  }
  get credentials(): Request["credentials"] {
    return this.#whole().credentials;
  }
  get destination(): Request["destination"] {
    return this.#whole().destination;
  }
  get integrity(): string {
    return "";
  }
  get keepalive(): boolean {
    return false;
  }
  get mode(): Request["mode"] {
    return this.#whole().mode;
  }
  get redirect(): Request["redirect"] {
    return this.#whole().redirect;
  }
  get referrer(): string {
    return this.#whole().referrer;
  }
  get referrerPolicy(): Request["referrerPolicy"] {
    return "";
  }
  get duplex(): "half" {
    return "half";
  }

  /** The real Request. From here on it owns the body. */
  #whole(): Request {
    if (this.#real !== undefined) return this.#real;
    const body = this.#taken ? null : this.body;
    this.#real = new Request(this.url, {
      method: this.method,
      headers: this.headers,
      signal: this.signal,
      ...(body === null ? {} : { body, duplex: "half" }),
    });
    return this.#real;
  }

  #copiedPairs(): HeaderPairs {
    if (this.#pairs !== undefined) return this.#pairs;
    const pairs: string[] = [];
    this.#native?.forEach((name, value) => {
      pairs.push(name, value);
    });
    this.#pairs = pairs;
    return pairs;
  }
}
Object.setPrototypeOf(LazyRequest.prototype, Request.prototype);
