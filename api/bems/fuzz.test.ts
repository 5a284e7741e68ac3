/**
 * The server's listener under datagrams that are random or mutated. DRAWDOWN_FUZZ_COUNT makes the run longer.
 */
import { afterAll, expect, test } from "vitest";
import { arrivalOf } from "../../gateway/drivers/bacnet/arrival.ts";
import { inputOf } from "../../gateway/fuzz/bacnet.ts";
import { sampleDatagrams } from "../../gateway/fuzz/bacnet-samples.ts";
import { seededRandom } from "../../gateway/fuzz/random.ts";
import { runInputs } from "../../gateway/fuzz/run.ts";
import { type BemsServer, startBemsServer } from "./server.ts";
import { bookOf } from "./testing/book.ts";

const COUNT = Number(process.env["DRAWDOWN_FUZZ_COUNT"] ?? 20_000);
/** From port 0: what is answered goes nowhere. */
const NOBODY = { address: "192.0.2.1", port: 0 };
let server: BemsServer | undefined;
afterAll(() => server?.close());

test(
  `${COUNT} datagrams are answered, refused or dropped, and nothing else`,
  async () => {
    const book = bookOf(50);
    const bems = { device: 1_234, name: "Fuzzed", book };
    const serving = await startBemsServer({ host: "127.0.0.1", port: 0, clients: [], bems });
    server = serving;
    const random = seededRandom(7);
    const samples = sampleDatagrams();
    const report = await runInputs({ count: COUNT, seed: 7 }, () => {
      const datagram = inputOf(random, samples);
      serving.receive(datagram, NOBODY);
      return typeof arrivalOf(datagram) !== "string";
    });
    console.log(JSON.stringify({ ...report, ...serving.counts }));
    expect(report).toMatchObject({ inputs: COUNT, thrown: 0 });
    expect(serving.counts.answered).toBeGreaterThan(COUNT / 1_000);
    expect(serving.counts.refused).toBeGreaterThan(COUNT / 1_000);
    expect(serving.counts.malformed).toBeGreaterThan(COUNT / 100);
    expect(report.heapGrowthBytes).toBeLessThan(64 * 2 ** 20);
  },
  COUNT / 10 + 60_000,
);
