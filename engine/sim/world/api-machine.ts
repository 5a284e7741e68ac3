/**
 * The api: vending, delivery and sweeper of production over the simulated registry and broker, one process after another.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type EngineClient, makeEngineClient } from "../../../api/engine/client.ts";
import { orderOfAccount, orderOfShard, type Place } from "../../../api/engine/outbox.ts";
import { SWEEP_MS } from "../../../api/engine/sweeper.ts";
import { SETTLEMENTS } from "../../../api/settle.ts";
import { makeVending, type Vending } from "../../../api/vending/vend.ts";
import { Life, type MachineClock } from "./life.ts";
import { PLANNED, policyOf, SHARDS } from "./plan.ts";
import { connectSim } from "./transport.ts";
import type { WorldParts } from "./world-parts.ts";

const RESTART_MS: readonly [number, number] = [200, 3_000];

/** A running api. */
export type RunningApi = { life: Life; db: NodePgDatabase; client: EngineClient; vending: Vending };

/** The machine of the api. */
export class ApiMachine {
  readonly clock: MachineClock = { offsetMs: 0 };
  readonly #parts: WorldParts;
  #running: RunningApi | undefined;
  #mark = 0;

  constructor(parts: WorldParts) {
    this.#parts = parts;
  }

  /** The running api, if there is one. */
  get running(): RunningApi | undefined {
    return this.#running?.life.alive === true ? this.#running : undefined;
  }

  /** Starts a process. */
  start(): void {
    const { scheduler, broker, network, postgres, bug, tell } = this.#parts;
    const life = new Life("api", scheduler, this.clock);
    const connection = connectSim({ broker, network, life });
    const nats = bug.apiTransport?.(connection) ?? connection;
    const db = postgres.connect(life);
    const made = makeEngineClient({ db, nats, settlements: SETTLEMENTS });
    const client = bug.client?.(made, db) ?? made;
    this.#running = { life, db, client, vending: makeVending(db, client, life.time) };
    life.every(SWEEP_MS, () => client.sweep().catch((error: unknown) => tell(`sweep: ${error}`)));
    tell("the api runs");
  }

  /** Ends the process wherever it is; another one starts by itself. */
  die(): boolean {
    const { running } = this;
    if (running === undefined) return false;
    running.life.kill();
    this.#parts.tell("the api is killed");
    this.#parts.postgres.release(running.life);
    const { scheduler, random } = this.#parts;
    scheduler.after(random.int(...RESTART_MS) * 1_000, { alive: true }, () => {
      if (this.running === undefined) this.start();
    });
    return true;
  }

  /** What people do now and then beside vending: an adjustment, or another policy. */
  async order(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    const { random } = this.#parts;
    const account = random.pick(PLANNED);
    const mark = ++this.#mark;
    const adjusts = random.chance(0.7);
    const place: Place = await running.db.transaction((tx) =>
      adjusts
        ? orderOfAccount(tx, account.id, {
            op: "adjust",
            amount_micros: `${random.int(-900_000, 900_000)}`,
          })
        : orderOfShard(tx, random.int(0, SHARDS - 1), policyOf(mark)),
    );
    await running.client.deliver(place, Number.MAX_SAFE_INTEGER);
  }
}
