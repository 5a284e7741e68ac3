import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openStore } from "../../api/store/client.ts";
import { removeFolder, type TortureOptions, type TortureReport, torture } from "./torture.ts";

/**
 * Ten cycles over a small installation; and plants that its comparisons must find, so that zeros mean something.
 */

const SMALL: Omit<TortureOptions, "cycles" | "seconds"> = {
  seed: 7,
  size: { snapshotSites: 1, profileSites: 1, meters: 40 },
  env: process.env,
  say: () => undefined,
};

async function run(options: Partial<TortureOptions>): Promise<TortureReport> {
  const report = await torture({ ...SMALL, cycles: 1, seconds: 4, ...options });
  if (report.folder !== undefined) removeFolder(report.folder);
  return report;
}

test("nothing acknowledged is lost, doubled or priced wrongly over ten cycles of kills and cuts", async () => {
  const report = await run({ cycles: 10, seconds: 5 });
  expect(report.differences).toEqual([]);
  expect(report.other_faults).toEqual([]);
  expect(report).toMatchObject({
    cycles: 10,
    lost_readings: 0,
    lost_vends: 0,
    double_vends: 0,
    balance_mismatches: 0,
    store_mismatches: 0,
  });
  expect(report.acked_readings).toBeGreaterThan(1_000);
  expect(report.acked_vends).toBeGreaterThan(10);
}, 400_000);

test("what is planted is found: a vend that never was, a row that is gone, a row too many", async () => {
  const report = await run({
    seconds: 8,
    plant: async ({ ledger, installation }) => {
      const read = ledger.accounts.filter((each) => (ledger.sumsOf(each)?.readings ?? 0) > 1);
      const [gone, doubled, credited] = read;
      if (gone === undefined || doubled === undefined || credited === undefined)
        throw new Error("too few accounts were read");
      ledger.vendAnswered({
        vendId: `planted-${randomUUID()}`,
        accountId: credited.accountId,
        micros: 1_000_000n,
        receipt: "{}",
      });
      const store = openStore(installation.direct.clickhouse);
      const number = ({ shard, slot }: typeof gone): number => shard * 2 ** 20 + slot;
      await store.command({
        query: `DELETE FROM readings WHERE account = ${number(gone)} AND \`to\` = (SELECT max(\`to\`) FROM readings WHERE account = ${number(gone)})`,
      });
      await store.command({
        query: `INSERT INTO readings SELECT * FROM readings WHERE account = ${number(doubled)} AND verdict IN (0, 1) AND last = 1 ORDER BY \`to\` LIMIT 1`,
        clickhouse_settings: { insert_deduplication_token: randomUUID() },
      });
      await store.close();
    },
  });
  expect(report.folder).toBeDefined();
  expect(report).toMatchObject({
    lost_readings: 1,
    lost_vends: 1,
    double_vends: 0,
    balance_mismatches: 1,
    store_mismatches: 1,
  });
}, 300_000);
