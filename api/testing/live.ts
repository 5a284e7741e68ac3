/**
 * For tests of the api against the real engine: the harness with an engine of its own, projections, and a gateway's frames.
 */
import { jetstream } from "@nats-io/jetstream";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { durableAck } from "../../engine/contract/acks.ts";
import {
  encodeSnapshot,
  type FrameReport,
  REPORT,
  SUPPLY_REPORT,
} from "../../engine/contract/frame.ts";
import type { AccountState } from "../../engine/contract/queries.ts";
import { settingsSchema } from "../../engine/contract/settings-schema.ts";
import { ackSubject, frameSubject } from "../../engine/contract/subjects.ts";
import { runEngine } from "../../engine/main.ts";
import { startProjections } from "../registry/projections.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { gateways } from "../registry/schema/field.ts";
import { type CallOptions, type Harness, SHARDS, startHarness } from "./harness.ts";
import { type Comparison, compareWith } from "./openapi.ts";

/** A reading of a slot: register in atoms, so many seconds from now. */
export type Read = { slot: number; register: number; inS?: number };

/** An answer with its body; `problem` is the code of a refusal. */
export type Answer = {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { items: Record<string, unknown>[] };
};

/** A harness whose engine is the real one. */
export type Live = Harness & {
  /** Calls, compares the answer with the document, and gives it. `documented` is the path as the document has it. */
  ask(documented: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Sends readings as the accounts' gateway, and waits until they are durable. */
  read(...readings: Read[]): Promise<void>;
  /** Reports what the relay of a slot does, for a supply command's number. */
  relay(slot: number, state: keyof typeof SUPPLY_REPORT, number: number): Promise<void>;
  /** The engine's state of an account. */
  state(accountId: string): Promise<AccountState>;
};

/** Starts it; `stop` ends all of it. */
export async function startLive(many: number, withStore = false): Promise<Live> {
  const h = await startHarness(many, withStore, async (_, servers) => {
    const settings = settingsSchema.parse({
      data: `${servers.data}/installation`,
      nats_url: servers.natsUrl,
      postgres_url: servers.postgresUrl,
      shards: SHARDS,
      workers: 1,
    });
    const running = await runEngine(settings, pino({ level: "silent" }), (error) => {
      throw error;
    });
    const none = (): never => {
      throw new Error("this is the real engine");
    };
    return {
      applied: [],
      received: none,
      silence: none,
      loseAnswers: none,
      forget: none,
      balance: none,
      stop: () => running.close(),
    };
  });
  const stopHarness = h.stop;
  const compare: Comparison = compareWith(
    (await (await h.call("/openapi.json")).json()) as Record<string, unknown>,
  );
  const projections = startProjections(h.nats, h.registry.db, (error) => h.faults.push(error));
  let sequence = 0;
  const send = async (
    readings: readonly Read[],
    reports: readonly FrameReport[],
  ): Promise<void> => {
    const [gateway] = h.seeded.gateways;
    if (gateway === undefined) throw new Error("there is no gateway");
    const [row] = await h.registry.db
      .select()
      .from(gateways)
      .where(eq(gateways.number, gateway.number));
    sequence += 1;
    const nowS = h.context.clock.nowS();
    const frame = encodeSnapshot(
      {
        shard: gateway.shard,
        gateway: gateway.number,
        epoch: 1,
        sequence,
        rosterVersion: row?.roster_version ?? 1,
        readings: readings.map(({ slot, register, inS = 0 }) => {
          return { slot, register, atS: nowS + inS, quality: "actual" };
        }),
        reports,
      },
      Buffer.from(gateway.key, "hex"),
    );
    const acks = h.nats.subscribe(ackSubject(gateway.number), { timeout: 10_000 });
    await jetstream(h.nats).publish(frameSubject(gateway.shard, gateway.number), frame);
    for await (const message of acks) {
      const ack = durableAck.parse(message.json());
      if (ack.refused !== undefined) throw new Error(`the frame was refused: ${ack.refused.code}`);
      if (ack.sequence >= sequence) break;
    }
  };
  const stop = async (): Promise<void> => {
    await projections.stop();
    await stopHarness();
  };
  return Object.assign(h, {
    stop,
    ask: async (documented: string, path: string, options: CallOptions = {}) => {
      const response = await h.call(path, options);
      const faults = await compare(options.method ?? "GET", documented, response);
      if (faults.length > 0) throw new Error(faults.join("\n"));
      const body = (await response.json()) as Answer["body"];
      return { status: response.status, headers: response.headers, body };
    },
    read: (...readings: Read[]) => send(readings, []),
    relay: (slot: number, state: keyof typeof SUPPLY_REPORT, number: number) =>
      send(
        [],
        [
          {
            slot,
            kind: REPORT.supply,
            state: SUPPLY_REPORT[state],
            atS: h.context.clock.nowS(),
            number,
            value: 0,
          },
        ],
      ),
    state: async (accountId: string) => {
      const [account] = await h.registry.db
        .select()
        .from(accounts)
        .where(eq(accounts.id, accountId));
      if (account === undefined) throw new Error(`there is no account ${accountId}`);
      const { state } = await h.context.engine.state(account);
      if (state === null) throw new Error(`the engine has no account ${accountId}`);
      return state;
    },
  });
}
