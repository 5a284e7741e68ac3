/**
 * The limits of all classes: one set of buckets a class, and the words of the headers that tell of them
 * (draft-ietf-httpapi-ratelimit-headers).
 */
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { Buckets } from "./buckets.ts";
import { CLASSES, type RateClass } from "./classes.ts";

/** Seconds of its rate that a bucket holds, and the window that the headers name. */
export const BURST_S = 2;
/** Most keys and addresses that are remembered in each class: about 100 bytes each. */
export const SUBJECTS_MAX = 20_000;

/** Requests each second on average by class; 0 is without limit. */
export type Rates = Record<RateClass, number>;

/** What is told of a request's limit; `retryAfterS` is undefined where it passes. */
export type Told = { policy: string; state: string; retryAfterS: number | undefined };

/** Counts a request of a subject; undefined where the class has no limit. */
export type Limiter = (of: RateClass, subject: string, nowMs: number) => Told | undefined;

/** Makes the limiter; everything it knows is in memory, so each process of the api counts for itself. */
export function makeLimiter(rates: Rates, subjectsMax: number = SUBJECTS_MAX): Limiter {
  const kept = new Map<RateClass, { buckets: Buckets; policy: string; begin: string }>();
  for (const name of CLASSES) {
    const perS = rates[name];
    if (perS === 0) continue;
    const burst = Math.max(1, Math.round(perS * BURST_S));
    kept.set(name, {
      buckets: new Buckets({ perS, burst }, subjectsMax),
      policy: `"${name}";q=${burst};w=${BURST_S}`,
      begin: `"${name}";r=`,
    });
  }
  return (of, subject, nowMs) => {
    const own = kept.get(of);
    if (own === undefined) return undefined;
    const { passes, remaining, waitMs } = own.buckets.take(subject, nowMs);
    const waitS = Math.ceil(waitMs / 1_000);
    return {
      policy: own.policy,
      state: `${own.begin}${remaining};t=${waitS}`,
      retryAfterS: passes ? undefined : Math.max(1, waitS),
    };
  };
}

/** Limits as the app has them. `trustProxy`: the last address of X-Forwarded-For is the caller's. */
export type RateLimits = { limiter: Limiter; trustProxy: boolean };

/** The limits that the settings name. */
export function limitsOf(settings: Settings): RateLimits {
  const rates = {
    read: settings.rate_read_per_s,
    write: settings.rate_write_per_s,
    vend: settings.rate_vend_per_s,
    report: settings.rate_report_per_s,
    portal: settings.rate_portal_per_s,
    anonymous: settings.rate_anonymous_per_s,
  };
  return { limiter: makeLimiter(rates), trustProxy: settings.trust_proxy === "on" };
}
