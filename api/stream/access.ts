/**
 * Who may hear what: asked of the registry, which alone knows keys and owners.
 */

/** Who speaks on a stream. */
export type StreamCaller = {
  /** The operator whose accounts the caller may hear of; all others do not exist for it. */
  operatorId: string;
  /** The only accounts that the caller may hear of, where it is a customer. */
  accountIds?: ReadonlySet<string>;
  /** Whether `ops.metrics` may be subscribed. */
  metrics: boolean;
};

/** The registry's answers. A rejected promise means that it cannot tell now. */
export type StreamAccess = {
  /** The caller that a key stands for; undefined when it is unknown, revoked or expired. Asked again from time to time. */
  authorize(token: string): Promise<StreamCaller | undefined>;
  /** The operator that an account belongs to; undefined when there is no such account. Answers are kept for long. */
  ownerOf(accountId: string): Promise<string | undefined>;
  /** The account at the usage point where a meter is now; undefined when there is none. */
  accountOfMeter(meterId: string): Promise<string | undefined>;
  /** How an account stands now, as JSON text; undefined where the engine has yet to open it. None are told without it. */
  snapshotOf?(accountId: string, owner: string): Promise<string | undefined>;
};

/** The key in an `Authorization` header, or undefined. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? "")?.[1];
}
