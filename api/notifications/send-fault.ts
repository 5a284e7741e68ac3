/**
 * Why something could not be sent. Its message goes into lists, so it never holds an answer's text or a secret.
 */

/** A failure to send. `final`: trying again cannot help. `rests`: whoever was called is away or busy. */
export class SendFault extends Error {
  readonly final: boolean;
  readonly rests: boolean;

  constructor(
    message: string,
    { final = false, rests = false, cause = undefined as unknown } = {},
  ) {
    super(message, { cause });
    this.name = "SendFault";
    this.final = final;
    this.rests = rests;
  }
}
