/**
 * Keeps notifications going: facts and notices become notifications, what is due is sent, what is old is forgotten.
 */
import { sql } from "drizzle-orm";
import type { ApiContext } from "../context.ts";
import { every, type Ongoing } from "../every.ts";
import { crossing } from "../registry/isolation/scope.ts";
import { notificationFacts, notificationMessages } from "../registry/schema/notifications.ts";
import { type DispatchParts, dispatchDue } from "./dispatch.ts";
import { expandFacts } from "./expand.ts";
import { expandNotice } from "./notices.ts";

const ROUND_MS = 500;
/** Rounds that send at the same time: one endpoint that hangs does not hold up the rest. */
const SENDERS = 2;
const PRUNE_MS = 3_600_000;
/** What happened is known for longer than its event can come again. */
const FACTS_KEPT_DAYS = 30;
/** What has gone out, or was given up, can be looked at and sent again for so long. */
const MESSAGES_KEPT_DAYS = 90;
/** Most rows that one round forgets of each. */
const PRUNED_MAX = 10_000;

/** What the service works on. */
export type ServiceParts = Omit<DispatchParts, "db"> & Pick<ApiContext, "db" | "clock">;

/** Starts it; `stop` waits for what is being sent, then closes the channels. */
export function startNotifications(parts: ServiceParts): Ongoing {
  const { db, clock, onFault, channels } = parts;
  const now = (): Date => new Date(clock.nowS() * 1_000);
  let stopping = false;
  const whileAny = (work: () => Promise<number | boolean>) => async (): Promise<void> => {
    while (!stopping && Number(await crossing("notifications", work)) > 0);
  };
  const ongoing = [
    every(
      ROUND_MS,
      whileAny(() => expandFacts(db, now())),
      onFault,
    ),
    every(
      ROUND_MS,
      whileAny(() => expandNotice(db, now())),
      onFault,
    ),
    ...Array.from({ length: SENDERS }, () =>
      every(
        ROUND_MS,
        whileAny(() => dispatchDue(parts, now())),
        onFault,
      ),
    ),
    every(PRUNE_MS, () => crossing("notifications", () => forgetOld(db)), onFault),
  ];
  return {
    stop: async () => {
      stopping = true;
      await Promise.all(ongoing.map((each) => each.stop()));
      channels.email.close();
      channels.sms.close?.();
    },
  };
}

async function forgetOld(db: ApiContext["db"]): Promise<void> {
  const f = notificationFacts;
  const m = notificationMessages;
  await db.execute(sql`delete from ${f} where id in (select id from ${f}
    where done and created_at < now() - ${`${FACTS_KEPT_DAYS} days`}::interval limit ${PRUNED_MAX})`);
  await db.execute(sql`delete from ${m} where id in (select id from ${m}
    where ended_at < now() - ${`${MESSAGES_KEPT_DAYS} days`}::interval limit ${PRUNED_MAX})`);
}
