/**
 * Why something could not be sent. Its message goes into lists, so it never holds an answer's text or a secret.
 */

/**
 * A failure to send. `final`: trying again cannot help. `rests`: whoever was called is away or busy. `soon`: the way is only
 * full, so that waits do not grow.
 */
export class SendFault extends Error {
  readonly final: boolean;
  readonly rests: boolean;
  readonly soon: boolean;

  constructor(
    message: string,
    { final = false, rests = false, soon = false, cause = undefined as unknown } = {},
  ) {
    super(message, { cause });
    this.name = "SendFault";
    this.final = final;
    this.rests = rests;
    this.soon = soon;
  }
}
