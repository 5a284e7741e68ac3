/** The public interface over HTTP, with the key. */

/** How long a request may take, in milliseconds. */
const REQUEST_MS_MAX = 15_000;

/** A refusal as the interface gives it (RFC 9457), or a failure on the way (status 0, retryable). */
export class Refusal extends Error {
  /** @param {{ status: number, code: string, title?: string, detail?: string, retryable?: boolean, errors?: { message: string }[] }} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title ?? `the answer was ${problem.status}`);
    this.name = "Refusal";
    this.status = problem.status;
    this.code = problem.code;
    this.isRetryable = problem.retryable === true;
    this.faults = (problem.errors ?? []).map(({ message }) => message);
  }
}

/** Calls the interface with one key. */
export class Api {
  #key;
  /** Called when the key is refused. */
  onKeyRefused = () => {};

  /** @param {string} key */
  constructor(key) {
    this.#key = key;
  }

  get authorization() {
    return `Bearer ${this.#key}`;
  }

  /** @param {string} path */
  get(path) {
    return this.#call("GET", path);
  }
  /** @param {string} path @param {unknown} body */
  put(path, body) {
    return this.#call("PUT", path, body);
  }
  /** @param {string} path @param {unknown} body */
  post(path, body) {
    return this.#call("POST", path, body);
  }

  /** @returns {Promise<any>} the answer's JSON */
  async #call(
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {unknown} */ body,
  ) {
    const headers = { authorization: this.authorization, accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    const signal = AbortSignal.timeout(REQUEST_MS_MAX);
    let response;
    let text;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        signal,
        cache: "no-store",
      });
      text = await response.text();
    } catch {
      throw new Refusal({
        status: 0,
        code: "unreachable",
        detail: "The server does not answer.",
        retryable: true,
      });
    }
    const value = parsed(text);
    if (response.ok && value !== undefined) return value;
    if (response.status === 401) this.onKeyRefused();
    throw new Refusal({ code: "unknown", ...value, status: response.status });
  }
}

function parsed(/** @type {string} */ text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
