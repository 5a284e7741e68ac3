/**
 * Gateways' credentials: given, replaced and ended, on record and at NATS.
 */
import { join } from "node:path";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { reachedBy } from "../../engine/contract/broker/connect.ts";
import { readSigning, SIGNING_FILE, type Signing } from "../../engine/contract/broker/signing.ts";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { every, type Ongoing } from "../every.ts";
import type { Queryable } from "../registry/database.ts";
import type { Gateway } from "../registry/gateways.ts";
import { crossing } from "../registry/isolation/scope.ts";
import { endAll, recordGiven, refusedNow } from "./credentials-store.ts";
import { type Enforcing, enforce } from "./enforce.ts";
import { giveLocally, keepLocally } from "./local.ts";

/** How often NATS is compared with the record, and how often identities without credentials are looked for. */
const COMPARE_MS = 60_000;
const LOCAL_MS = 1_000;

/** What the api can do about the broker's users. */
export type Broker = {
  /** Gives a gateway credentials, in a transaction. The text is a secret, and kept nowhere. */
  give(tx: Queryable, operatorId: string, gateway: Gateway): Promise<string>;
  /** Ends all that a gateway has at an instant, in a transaction; `inForce` then makes NATS refuse them. */
  end(tx: Queryable, gateway: number, endsAt: Date): Promise<void>;
  /** Makes NATS refuse what has ended by now; false when it could not be told, which is tried again by itself. */
  inForce(): Promise<boolean>;
  /** Puts credentials beside the identity file of a gateway that runs on this data folder, if it does. */
  keep(gateway: number, credentials: string): void;
  /** Starts to keep NATS in step with the record, and local identities with credentials. */
  start(onFault: (error: unknown) => void): Ongoing[];
};

/** Makes it; undefined where there are no signing keys: NATS is then somebody else's, who gives gateways their credentials. */
export function openBroker(settings: Settings, db: NodePgDatabase): Broker | undefined {
  const embedded = join(settings.data, "nats", SIGNING_FILE);
  const signing = readSigning(settings.nats_signing_file || embedded);
  if (signing !== undefined) return new SignedBroker(settings, db, signing);
  if (settings.nats_signing_file !== "")
    throw new Error(
      `DRAWDOWN_NATS_SIGNING_FILE names ${settings.nats_signing_file}, which is not there: make it with drawdown nats-keys`,
    );
  return undefined;
}

class SignedBroker implements Broker {
  readonly #data: string;
  readonly #db: NodePgDatabase;
  readonly #signing: Signing;
  readonly #enforcing: Enforcing;
  #onFault: (error: unknown) => void = () => undefined;
  /** One at a time, so that an older list never overtakes a newer one. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings, db: NodePgDatabase, signing: Signing) {
    this.#data = settings.data;
    this.#db = db;
    this.#signing = signing;
    this.#enforcing = { signing, broker: reachedBy(settings) };
  }

  async give(tx: Queryable, operatorId: string, gateway: Gateway): Promise<string> {
    const { publicKey, text } = this.#signing.gateway(gateway.shard, gateway.number);
    await recordGiven(tx, { publicKey, operatorId, gateway: gateway.number });
    return text;
  }

  async end(tx: Queryable, gateway: number, endsAt: Date): Promise<void> {
    await endAll(tx, gateway, endsAt);
  }

  inForce(): Promise<boolean> {
    const done = this.#last.then(() => this.#enforce());
    this.#last = done;
    return done;
  }

  keep(gateway: number, credentials: string): void {
    keepLocally(this.#data, gateway, credentials);
  }

  start(onFault: (error: unknown) => void): Ongoing[] {
    this.#onFault = onFault;
    const local = { data: this.#data, db: this.#db, signing: this.#signing };
    return [
      every(COMPARE_MS, async () => void (await this.inForce()), onFault),
      every(LOCAL_MS, () => crossing("gateway credentials", () => giveLocally(local)), onFault),
    ];
  }

  async #enforce(): Promise<boolean> {
    try {
      const revoked = await crossing("gateway credentials", () => refusedNow(this.#db, new Date()));
      await enforce(this.#enforcing, revoked);
      return true;
    } catch (error) {
      this.#onFault(error);
      return false;
    }
  }
}
