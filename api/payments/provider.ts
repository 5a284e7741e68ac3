/**
 * The port to whoever takes money from customers' cards and accounts.
 */

/** A payment as a provider is asked for it. `id` is ours: asking again under it never charges twice. */
export type PaymentRequest = {
  id: string;
  amountMicros: bigint;
  currency: string;
  /** The token by which the provider knows whom to charge. */
  method: string;
};

/** Where a payment stands. `reference` is the provider's, as its statement names it. */
export type PaymentResult =
  | { state: "pending" }
  | { state: "succeeded"; reference: string }
  | { state: "failed"; reason: string };

/** A provider. */
export type PaymentProvider = {
  /**
   * Asks for a payment, or where it stands when it was asked for before. Throws ProviderUnavailable where that is not known: the
   * same may be asked again.
   */
  createPayment(request: PaymentRequest): Promise<PaymentResult>;
  /** The id of the payment that a notice is about; undefined where the provider did not send it. */
  noticed(headers: (name: string) => string | undefined, body: string): string | undefined;
};

/** The provider did not answer, or not with sense: the outcome is not known. */
export class ProviderUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProviderUnavailable";
  }
}
