/**
 * Signatures of notices as Standard Webhooks has them: HMAC-SHA256 over id, time and body.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the time of a notice may be off, either way. */
const AGE_S_MAX = 300;
/** Most signatures of a notice that are looked at. */
const SIGNATURES_MAX = 8;

/** What is signed. */
export type Notice = { id: string; atS: number; body: string };

/** The signature of a notice; `secret` is base64, with or without `whsec_` before it. */
export function signatureOf({ id, atS, body }: Notice, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${atS}.${body}`).digest("base64")}`;
}

/** Whether one of the signatures, parted by spaces, is right, and the notice not too old. Never where there is no secret. */
export function isSigned(
  notice: Notice,
  signatures: string,
  secret: string,
  nowS: number,
): boolean {
  if (secret === "" || !(Math.abs(nowS - notice.atS) <= AGE_S_MAX)) return false;
  const right = Buffer.from(signatureOf(notice, secret));
  return signatures
    .split(" ", SIGNATURES_MAX)
    .map((each) => Buffer.from(each))
    .some((given) => given.length === right.length && timingSafeEqual(given, right));
}
