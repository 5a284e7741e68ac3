/**
 * What can go wrong around the servers beside us, as one line that says what and how to mend it.
 */

/** `missing`: not installed and not to be had; `in_use`: another process holds it; `failed`: it would not start or answer; `unwritable`: a folder refuses us. */
export type HostErrorCode = "missing" | "in_use" | "failed" | "unwritable";

/** An error of the machine around us; `message` is one line fit to be shown to a person. */
export class HostError extends Error {
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HostError";
    this.code = code;
  }
}
