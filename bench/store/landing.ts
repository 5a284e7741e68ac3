/**
 * Our side: rated blocks lie in the stream RATED; the store writer consumes them and brings them into ClickHouse, in groups,
 * each under a token, noted in its ledger, acknowledged when they are on disk.
 */
import { pino } from "pino";
import { openStore } from "../../api/store/client.ts";
import { consumeRated, ensureStoreConsumer } from "../../api/store/rated-consumer.ts";
import { StoreWriter } from "../../api/store/writer.ts";
import { WriterFigures } from "../../api/store/writer-figures.ts";
import { RATED_HEADERS } from "../../engine/contract/rated.ts";
import { ratedSubject, STREAMS } from "../../engine/contract/subjects.ts";
import { type Sample, timed } from "../harness/rounds.ts";
import type { Broker, Outgoing } from "../pipeline/broker.ts";
import type { StoreBlock } from "./rows.ts";

/** Blocks landed through stream and writer; `servers` are pids whose CPU time counts. */
export async function land(
  broker: Broker,
  url: string,
  { blocks, round, servers }: { blocks: readonly StoreBlock[]; round: number; servers: number[] },
): Promise<Sample> {
  await broker.fill(STREAMS.rated, messagesOf(blocks, round));
  await ensureStoreConsumer(broker.manager);
  const client = openStore(url);
  const closing = new AbortController();
  const log = pino({ level: "silent" });
  const figures = new WriterFigures();
  const writer = new StoreWriter({ client, figures, log, closing: closing.signal });
  let running: Promise<void> = Promise.resolve();
  const sample = await timed(async () => {
    let left = blocks.length;
    await new Promise<void>((done, failed) => {
      running = consumeRated(broker.nats, closing.signal, {
        take: async (message) => {
          const { subject, seq, data, headers, info } = message;
          const header = (name: string): string => headers?.get(name) ?? "";
          const behind = info.pending;
          const isWritten = await writer.take({ subject, seq, data, header, behind });
          left -= 1;
          if (left === 0) done();
          return isWritten;
        },
        trouble: failed,
      });
    });
    return blocks.reduce((sum, { rows }) => sum + rows, 0);
  }, servers);
  closing.abort();
  await running;
  await client.close();
  await broker.count(STREAMS.rated, 0);
  return sample;
}

function messagesOf(blocks: readonly StoreBlock[], round: number): Outgoing[] {
  return blocks.map(({ rows, packed }, i) => ({
    subject: ratedSubject(0),
    bytes: packed,
    headers: {
      [RATED_HEADERS.table]: "readings",
      [RATED_HEADERS.token]: `bench-${round}-${i}`,
      [RATED_HEADERS.rows]: String(rows),
    },
  }));
}
