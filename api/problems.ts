/**
 * Refusals of the HTTP interface as RFC 9457 problems: one table of codes, one error to throw, one body.
 */

/** What a code stands for: its status, title, whether the same request may succeed later, and words for customers. */
export type ProblemKind = {
  status: number;
  title: string;
  retryable: boolean;
  customer: string;
};

const NOT_NOW = "The service cannot take this at the moment. Please try again.";
const WRONG = "Something in this request is not right. Please contact your supplier.";

const kind = (status: number, title: string, customer: string = WRONG): ProblemKind => ({
  status,
  title,
  retryable: status === 503 || status === 429 || status === 408,
  customer,
});

/** Every code that the interface answers with. */
export const PROBLEMS = {
  malformed_json: kind(400, "The body is not JSON"),
  invalid_request: kind(422, "The request does not fit its schema"),
  unauthorized: kind(401, "A valid key is needed"),
  forbidden: kind(403, "The key may not do this"),
  not_found: kind(404, "There is no such thing"),
  rate_limited: kind(429, "Too many requests", NOT_NOW),
  body_too_deep: kind(422, "The body is nested too deep"),
  key_unknown: kind(404, "There is no such key"),
  key_ended: kind(409, "The key has ended"),
  key_beyond_caller: kind(403, "The key would be able to do more than the caller"),
  method_not_allowed: kind(405, "This address does not take this method"),
  body_too_large: kind(413, "The body is too large"),
  unsupported_media_type: kind(415, "The body must be application/json"),
  already_exists: kind(409, "There is one already"),
  site_unknown: kind(404, "There is no such site"),
  unit_unknown: kind(404, "There is no such unit"),
  gateway_unknown: kind(404, "There is no such gateway"),
  credentials_not_ours: kind(409, "Somebody else gives credentials for NATS"),
  account_unknown: kind(404, "There is no such account", "This account is not known."),
  meter_unknown: kind(404, "There is no such meter", "This meter number is not known."),
  price_list_unknown: kind(404, "There is no such price list"),
  policy_unknown: kind(404, "There is no such supply policy"),
  calendar_unknown: kind(404, "There is no such calendar"),
  order_unknown: kind(404, "There is no such order"),
  transfer_unknown: kind(404, "There is no such transfer"),
  assignment_unknown: kind(404, "There is no such assignment"),
  target_unknown: kind(404, "There is nothing of this id to assign to"),
  customer_unknown: kind(404, "There is no such customer"),
  customer_group_unknown: kind(404, "There is no such customer group"),
  tariff_class_unknown: kind(404, "There is no such tariff class"),
  unit_set_unknown: kind(404, "There is no such unit set"),
  usage_point_unknown: kind(404, "There is no such usage point"),
  agreement_unknown: kind(404, "There is no such agreement"),
  reading_unknown: kind(404, "There is no such reading in quarantine"),
  version_unknown: kind(404, "There is no such version"),
  carbon_table_unknown: kind(404, "There is no such carbon table"),
  vend_unknown: kind(404, "No vend with this id was received", "This payment was not received."),
  vendor_unknown: kind(404, "There is no such vendor"),
  terminal_unknown: kind(404, "There is no such terminal that sells"),
  shift_unknown: kind(404, "There is no such shift"),
  settlement_unknown: kind(404, "There is no such settlement"),
  statement_unknown: kind(404, "There is no such statement"),
  plan_unknown: kind(404, "There is no such instalment plan"),
  auto_top_up_unknown: kind(404, "There is no such automatic top-up"),
  webhook_endpoint_unknown: kind(404, "There is no such webhook endpoint"),
  webhook_endpoints_full: kind(409, "There are as many webhook endpoints as there can be"),
  notification_unknown: kind(404, "There is no such notification"),
  notification_pending: kind(409, "The notification is on its way"),
  preferences_unknown: kind(404, "There are no such notification preferences"),
  notice_unknown: kind(404, "There is no such notice"),
  notice_begun: kind(409, "The notice has begun to go out, or was cancelled"),
  import_unknown: kind(404, "There is no such import"),
  import_interrupted: kind(408, "The file did not come whole", NOT_NOW),
  import_in_flight: { ...kind(409, "An import is under way", NOT_NOW), retryable: true },
  supply_command_unknown: kind(404, "There is no such supply command"),
  report_too_large: kind(422, "The report passes a bound"),
  preview_busy: kind(503, "A preview is being made already", NOT_NOW),
  price_list_invalid: kind(422, "The price list has faults"),
  price_list_begun: kind(409, "Another version begins at this time"),
  price_list_order: kind(409, "A later version has been published"),
  price_list_mismatch: kind(409, "The name is that of a list for another service or currency"),
  price_list_full: kind(409, "The list has as many versions as it can have"),
  price_list_active: kind(409, "The version has begun, or is not the last one"),
  agreement_open: kind(409, "Somebody has this usage point already"),
  agreement_ended: kind(409, "The agreement has ended"),
  calendar_invalid: kind(422, "The calendar has faults"),
  policy_mismatch: kind(422, "The supply policy does not fit the account"),
  directory_full: kind(409, "A shard knows as many price lists, policies or calendars as it can"),
  emergency_credit_not_selectable: kind(
    422,
    "Emergency credit cannot be used now",
    "Emergency credit is not available while you have credit.",
  ),
  emergency_credit_not_repaid: kind(
    422,
    "Emergency credit is owed already",
    "Emergency credit has been used. Please top up first.",
  ),
  cut_forbidden_friendly_period: kind(422, "Nobody is cut in a friendly period"),
  cut_forbidden_critical_need: kind(422, "Somebody at the account depends on supply"),
  cut_forbidden_no_notice: kind(422, "The notice that the policy asks for was not given"),
  cut_forbidden_stale_data: kind(422, "The meter has been silent for too long"),
  not_reversible: kind(422, "The credit cannot be taken back"),
  mode_change_in_progress: kind(422, "A change of payment mode is pending"),
  no_mode_change: kind(422, "No change of payment mode is pending"),
  transfer_insufficient: kind(
    422,
    "The account cannot spare this amount",
    "There is not enough credit for this transfer.",
  ),
  price_list_basis: kind(422, "One account holds money, the other quantity"),
  reading_outdated: kind(422, "A later reading or charge stands against it"),
  register_invalid: kind(422, "The register cannot be"),
  pots_full: kind(422, "The account holds as many restricted credits as it can"),
  pot_expired: kind(422, "The credit would have expired already"),
  approval_needs_another_key: kind(403, "Who asked cannot approve"),
  not_awaiting_approval: kind(409, "It does not wait for approval"),
  idempotency_key_missing: kind(422, "This needs an Idempotency-Key"),
  currency_mismatch: kind(422, "The currency is not the account's", "This currency is not taken."),
  not_prepayment: kind(422, "The account is not paid in advance", "This account is not prepaid."),
  topup_cap_exceeded: kind(
    422,
    "The payment passes the cap of its period",
    "You have paid in as much as is taken in this period.",
  ),
  vend_below_minimum: kind(422, "The amount is too small", "The amount is too small."),
  vend_above_maximum: kind(422, "The amount is too large", "The amount is too large."),
  balance_limit_exceeded: kind(
    422,
    "The balance would exceed its limit",
    "Your balance would become too high. Please top up a smaller amount.",
  ),
  money_limit_exceeded: kind(422, "The balance would exceed what can be counted"),
  command_refused: kind(422, "The engine refused the command"),
  vendor_limit_reached: kind(
    422,
    "The vendor's float does not allow this sale",
    "This point of sale cannot sell at the moment.",
  ),
  vendor_suspended: kind(
    422,
    "The vendor is suspended",
    "This point of sale cannot sell at the moment.",
  ),
  voucher_used: kind(422, "The voucher has paid already", "This voucher has been used."),
  free_issue_over_limit: kind(422, "As much is not issued free without a second pair of eyes"),
  no_receipt: kind(409, "The vend has no receipt"),
  shift_open: kind(409, "A shift is open at this terminal"),
  shift_closed: kind(409, "The shift is closed"),
  vends_pending: { ...kind(409, "Vends of this shift are under way"), retryable: true },
  nothing_to_settle: kind(409, "Nothing has moved since the last settlement"),
  plan_ended: kind(409, "The plan is no longer in force"),
  auto_top_up_ended: kind(409, "The rule does not stand so"),
  no_payment_provider: kind(409, "No payment provider is set up"),
  idempotency_key_reused: kind(422, "The id was used with another body"),
  vend_in_progress: {
    ...kind(409, "This vend is being carried out", "This payment is being processed."),
    retryable: true,
  },
  stream_busy: kind(503, "Too many stream tickets are out", NOT_NOW),
  engine_unavailable: kind(503, "The engine does not answer", NOT_NOW),
  registry_unavailable: kind(503, "The registry does not answer", NOT_NOW),
  store_unavailable: kind(503, "The store does not answer", NOT_NOW),
  internal: kind(500, "This is our fault", NOT_NOW),
} as const satisfies Record<string, ProblemKind>;

/** A code. */
export type ProblemCode = keyof typeof PROBLEMS;

/** One fault of a request: where in the body (JSON pointer) or which parameter, and what to mend. */
export type Fault = { pointer?: string; parameter?: string; message: string };

/** Most faults that are told at once. */
const FAULTS_MAX = 100;

/** What a problem says beside its code. `detail` is for operators and names what to mend. */
export type ProblemOptions = {
  detail: string;
  errors?: readonly Fault[] | undefined;
  headers?: Record<string, string> | undefined;
  cause?: unknown;
};

/** A refusal on its way to the answer. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly Fault[];
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.errors = (options.errors ?? []).slice(0, FAULTS_MAX);
    this.headers = options.headers ?? {};
  }

  /** The HTTP status. */
  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The body of a problem. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  customer_message: string;
  errors: Fault[];
  retryable: boolean;
  trace_id: string;
};

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** A problem's body; `type` names the code's place in the interface's own document. */
export function problemBody(problem: Problem, traceId: string): ProblemBody {
  const { status, title, retryable, customer } = PROBLEMS[problem.code];
  return {
    type: `/docs#${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    customer_message: customer,
    errors: [...problem.errors],
    retryable,
    trace_id: traceId,
  };
}
