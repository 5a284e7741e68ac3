/**
 * Tells NATS whom the installation's account refuses, over the broker's own account. NATS ends their connections at once.
 */
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { z } from "zod";
import { type BrokerAccess, brokerOptions } from "../../engine/contract/broker/connect.ts";
import type { Signing } from "../../engine/contract/broker/signing.ts";

const WAIT_MS = 3_000;
const SYSTEM_INBOX = "_INBOX.system";

const updated = z.object({
  data: z.object({ code: z.number() }).optional(),
  error: z.object({ description: z.string() }).optional(),
});
const claims = z.object({
  nats: z.object({ revocations: z.record(z.string(), z.number()).default({}) }),
});

/** Where NATS is and who signs for it. */
export type Enforcing = { signing: Signing; broker: Pick<BrokerAccess, "servers" | "tls"> };

/** Makes NATS refuse just these (public key → second), where it does not already. Rejects when it does not take it. */
export async function enforce(
  { signing, broker }: Enforcing,
  revoked: Readonly<Record<string, number>>,
): Promise<void> {
  const access: BrokerAccess = { ...broker, inbox: SYSTEM_INBOX, own: signing.systemUser().text };
  const options = brokerOptions(access, "api, for the accounts");
  const nats = await connect({ ...options, reconnect: false });
  try {
    if (sameRefusals(await refusedThere(nats, signing.account), revoked)) return;
    const document = signing.accountClaims(revoked);
    const reply = await nats.request("$SYS.REQ.CLAIMS.UPDATE", document, { timeout: WAIT_MS });
    const { data, error } = updated.parse(reply.json());
    if (data?.code !== 200)
      throw new Error(`NATS does not take the account: ${error?.description ?? "no reason given"}`);
  } finally {
    await nats.close();
  }
}

/** Whom NATS refuses now; undefined where it does not know the account, or its document is not one. */
async function refusedThere(
  nats: NatsConnection,
  account: string,
): Promise<Record<string, number> | undefined> {
  const subject = `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`;
  const reply = await nats.request(subject, "", { timeout: WAIT_MS });
  const body = reply.string().split(".")[1] ?? "";
  try {
    return claims.parse(JSON.parse(Buffer.from(body, "base64url").toString())).nats.revocations;
  } catch {
    return undefined;
  }
}

function sameRefusals(
  there: Readonly<Record<string, number>> | undefined,
  wanted: Readonly<Record<string, number>>,
): boolean {
  if (there === undefined) return false;
  const keys = Object.keys(wanted);
  return (
    Object.keys(there).length === keys.length && keys.every((key) => there[key] === wanted[key])
  );
}
