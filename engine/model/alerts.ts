/**
 * R80: credit that is remarkably high; R73: the notice of a cut.
 */
import type { ModelAccount } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import type { Policy } from "./policy.ts";
import { availableMicros, ownMicros } from "./pots.ts";

/** The level of the recovery from credit that was remarkably high. */
const EXCEEDED_LEVEL = 9;

/** R80: on its edges, both ways: at or over the limit, and under it by more than the hysteresis. */
export function judgeExceeded(policy: Policy, account: ModelAccount, nowS: bigint): Change {
  const limitMicros = policy.exceedMicros;
  if (limitMicros === undefined) return quiet({ ...account, isExceeded: false });
  const own = ownMicros(account, nowS);
  if (!account.isExceeded && own >= limitMicros) {
    const exceeded = { ...account, isExceeded: true };
    const event = eventOf(exceeded, nowS, "credit.exceeded", { amount: limitMicros });
    return { account: exceeded, events: [event] };
  }
  if (account.isExceeded && own < limitMicros - policy.hysteresisMicros) {
    const recovered = { ...account, isExceeded: false };
    const facts = { level: EXCEEDED_LEVEL, amount: limitMicros };
    return { account: recovered, events: [eventOf(recovered, nowS, "credit.recovered", facts)] };
  }
  return quiet(account);
}

/**
 * R73: the notice is given when available credit is at or under its threshold, and stands until it is over it by more
 * than the hysteresis.
 */
export function judgeNotice(policy: Policy, account: ModelAccount, nowS: bigint): Change {
  const { leadS, thresholdMicros } = policy.notice;
  if (leadS === 0n) return quiet({ ...account, noticeS: 0n });
  const available = availableMicros(policy, account, nowS);
  if (available <= thresholdMicros && account.noticeS === 0n) {
    const noticed = { ...account, noticeS: nowS };
    const event = eventOf(noticed, nowS, "supply.notice_due", { amount: thresholdMicros });
    return { account: noticed, events: [event] };
  }
  if (available > thresholdMicros + policy.hysteresisMicros) {
    return quiet({ ...account, noticeS: 0n });
  }
  return quiet(account);
}

/** R73: whether notice was given long enough ago, or the policy asks for none. */
export function isNoticeOver(policy: Policy, { noticeS }: ModelAccount, nowS: bigint): boolean {
  const { leadS } = policy.notice;
  return leadS === 0n || (noticeS > 0n && nowS >= noticeS + leadS);
}

function quiet(account: ModelAccount): Change {
  return { account, events: [] };
}
