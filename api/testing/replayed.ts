/**
 * For tests: a month of recorded readings through the real pipeline (frames, engine, store writer), each meter in a unit of
 * its own, and an app over what came of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { readRatingInput } from "../../engine/commands/rating-options.ts";
import { spanOf } from "../../engine/commands/rating-output.ts";
import { coverSpan } from "../../engine/rating/coverage.ts";
import type { MeterSums } from "../../engine/rating/result.ts";
import { keepKey, newKey } from "../registry/api-keys.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { sites, units, usagePoints } from "../registry/schema/parties.ts";
import { ensureUnits } from "../registry/sites.ts";
import { collect } from "../replay/collect.ts";
import { feed } from "../replay/feed.ts";
import { type Registered, type Replay, register } from "../replay/registration.ts";
import { openStore } from "../store/client.ts";
import { runStoreWriter } from "../store/writer-main.ts";
import { type Live, startLive } from "./live.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Six water meters for a year, recorded in Alicante; the test that needs it is left out where it is not. */
export const RECORDING = join(ROOT, "../shared/data/readings/alicante-water-6-meters.csv");
/** By which they are rated: three periods, blocks, a daily charge and a tax. */
export const PRICE_LIST = join(ROOT, "engine/model/examples/periods-blocks.json");

/** What was replayed: sums of each meter, its account and unit, and the operator's key. */
export type Replayed = Live & {
  registered: Registered;
  replay: Replay;
  sums: MeterSums[];
  siteId: string;
  operatorId: string;
  unitIds: string[];
  accountIdsOf: string[];
  replayKey: string;
  auditorKey: string;
};

/** Lines of the recording whose local time begins so, such as 2016-03. */
export function linesOf(month: string): string[] {
  const [header = "", ...lines] = readFileSync(RECORDING, "utf8").trim().split("\n");
  return [header, ...lines.filter((line) => line.split(",")[1]?.startsWith(month))];
}

/** Replays a month, or lines of one's own (a header first); `stop` ends all of it. */
export async function startReplayed(
  month: string,
  creditMicros: bigint,
  lines = linesOf(month),
): Promise<Replayed> {
  const live = await startLive(2, true);
  const log = pino({ level: "silent" });
  const { natsUrl, clickhouseUrl, data } = live.servers;
  const writer = await runStoreWriter({ natsUrl, clickhouseUrl }, log);
  const store = openStore(clickhouseUrl);
  try {
    const replay = replayOf(join(data, "month.csv"), lines, creditMicros);
    const { db } = live.registry;
    const registered = await register(db, replay);
    const { gateway } = registered;
    const all = Number.MAX_SAFE_INTEGER;
    await live.context.engine.deliver({ shard: gateway.shard, slot: null }, all);
    for (const { slot } of registered.accounts)
      await live.context.engine.deliver({ shard: gateway.shard, slot }, all);
    await feed(live.nats, registered, replay.recorded, { speed: undefined, progress: () => {} });
    const readings = replay.recorded.order.length;
    const { sums } = await collect(live.nats, store, registered, { readings, creditMicros });
    const placed = await placeApart(live, registered);
    const keyOf = async (role: "operator" | "auditor"): Promise<string> => {
      const key = newKey();
      await keepKey(db, { operatorId: placed.operatorId, name: role, role, key });
      return key;
    };
    return Object.assign(live, {
      ...placed,
      registered,
      replay,
      sums,
      replayKey: await keyOf("operator"),
      auditorKey: await keyOf("auditor"),
    });
  } finally {
    await writer.close();
    await store.close();
  }
}

function replayOf(path: string, lines: readonly string[], creditMicros: bigint): Replay {
  writeFileSync(path, `${lines.join("\n")}\n`);
  const flags = { "price-list": PRICE_LIST, readings: path, timezone: "Europe/Madrid", unit: "L" };
  const { recorded, versions, meters } = readRatingInput(flags, "");
  const span = spanOf(recorded);
  const covered = coverSpan(versions, span.firstS, span.lastS);
  return { recorded, versions: covered, meters, creditMicros, ...span };
}

/** A replay has all its meters in one unit; reports are of more. */
async function placeApart(live: Live, { gateway, accounts: replayed }: Registered) {
  const { db } = live.registry;
  const [site] = await db.select().from(sites).where(eq(sites.id, gateway.site_id));
  if (site === undefined) throw new Error("the replay has no site");
  const names = replayed.map((_, at) => `Meter ${at + 1}`);
  const made = await ensureUnits(db, site.id, names);
  const unitIds = names.map((name) => made.get(name) ?? "");
  const accountIdsOf: string[] = [];
  for (const [at, { slot }] of replayed.entries()) {
    const [account] = await db
      .select()
      .from(accounts)
      .where(eq(accounts.slot, slot))
      .then((rows) => rows.filter(({ shard }) => shard === gateway.shard));
    const unitId = unitIds[at];
    if (account === undefined || unitId === undefined) throw new Error("an account has no unit");
    accountIdsOf.push(account.id);
    await db
      .update(usagePoints)
      .set({ unit_id: unitId })
      .where(eq(usagePoints.id, account.usage_point_id));
  }
  await db.delete(units).where(eq(units.name, site.name));
  return { siteId: site.id, operatorId: site.operator_id, unitIds, accountIdsOf };
}
