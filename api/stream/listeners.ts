/**
 * Who is to hear of which event: found by account and by operator, so that an event costs those who hear it and nobody
 * else.
 */
import type { Session } from "./session.ts";

/** An index of sessions by what they hear. */
export class Listeners {
  readonly #byAccount = new Map<string, Set<Session>>();
  readonly #byOwner = new Map<string, Set<Session>>();

  /** The session hears an account's events. */
  hearAccount(accountId: string, session: Session): void {
    add(this.#byAccount, accountId, session);
  }
  /** It no longer does. */
  forgetAccount(accountId: string, session: Session): void {
    remove(this.#byAccount, accountId, session);
  }
  /** The session hears all events of an operator, one by one: it is on no lane. */
  hearAll(owner: string, session: Session): void {
    add(this.#byOwner, owner, session);
  }
  /** It no longer does, or is on a lane now. */
  forgetAll(owner: string, session: Session): void {
    remove(this.#byOwner, owner, session);
  }

  /** Gives an event to each session that may hear it, once. */
  offer(event: { accountId: string; owner: string }, give: (session: Session) => void): void {
    const all = this.#byOwner.get(event.owner);
    // Copies: a session that finds its reader slow moves while it is given the event.
    for (const session of [...(all ?? [])]) give(session);
    for (const session of [...(this.#byAccount.get(event.accountId) ?? [])]) {
      if (all?.has(session) !== true) give(session);
    }
  }
}

function add(index: Map<string, Set<Session>>, key: string, session: Session): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([session]));
  else known.add(session);
}

function remove(index: Map<string, Set<Session>>, key: string, session: Session): void {
  const known = index.get(key);
  known?.delete(session);
  if (known?.size === 0) index.delete(key);
}
