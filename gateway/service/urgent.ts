/**
 * The slots whose credit is low, as the registry tells them to this gateway: a whole list each time, which holds until it
 * expires. What is no such list is passed over.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { urgentSubject } from "../../engine/contract/subjects.ts";
import { URGENT_MESSAGE_BYTES_MAX, urgentSlots } from "../../engine/contract/urgent.ts";

/** Whose list, and who takes it: the slots, and for how many milliseconds they count. */
export type UrgentOptions = {
  nc: NatsConnection;
  gateway: number;
  take(slots: ReadonlySet<number>, forMs: number): void;
};

/** Listens; gives the end of it. */
export function listenForUrgent({ nc, gateway, take }: UrgentOptions): () => void {
  const subscription = nc.subscribe(urgentSubject(gateway), {
    callback: (error, message) => {
      if (error !== null || message.data.length > URGENT_MESSAGE_BYTES_MAX) return;
      try {
        const list = urgentSlots.parse(message.json());
        if (list.gateway === gateway) take(new Set(list.slots), list.for_s * 1_000);
      } catch {
        // Whoever sent it is no registry of ours; the list before holds until it expires.
      }
    },
  });
  return () => {
    if (!subscription.isClosed()) subscription.unsubscribe();
  };
}
