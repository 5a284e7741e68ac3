/**
 * Gateways that run on the api's own data folder: `gateways/<number>.json` is who they are, `gateways/<number>.creds` is with
 * what they come to NATS. Those that never had credentials are given them: the simulated field's, and all of an installation
 * that is older than they are.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { z } from "zod";
import { gatewayPermissions } from "../../engine/contract/broker/permissions.ts";
import type { Signing } from "../../engine/contract/broker/signing.ts";
import { gateways } from "../registry/schema/field.ts";
import { sites } from "../registry/schema/parties.ts";
import { credentialsOf, recordGiven } from "./credentials-store.ts";

/** Where gateways find their identities, in the data folder. */
const GATEWAYS_FOLDER = "gateways";
/** Most identities of one folder: what one process runs. */
const IDENTITIES_MAX = 1_024;

const identityFile = z.object({ shard: z.int(), key: z.string() });

/** What it works with. */
export type Local = { data: string; db: NodePgDatabase; signing: Signing };

/** Gives credentials to each local gateway that has none it can use and was not refused. */
export async function giveLocally(local: Local): Promise<void> {
  const folder = join(local.data, GATEWAYS_FOLDER);
  for (const number of identitiesIn(folder)) await giveOne(local, folder, number);
}

/** Puts credentials beside an identity file, if there is one. */
export function keepLocally(data: string, gateway: number, credentials: string): void {
  const folder = join(data, GATEWAYS_FOLDER);
  if (existsSync(join(folder, `${gateway}.json`))) write(folder, gateway, credentials);
}

async function giveOne({ db, signing }: Local, folder: string, number: number): Promise<void> {
  const path = join(folder, `${number}.creds`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const identity = identityIn(folder, number);
  if (text !== undefined && signing.fits(text, gatewayPermissions(identity?.shard ?? 0, number)))
    return;
  const [row] = await db
    .select({ gateway: gateways, operatorId: sites.operator_id })
    .from(gateways)
    .innerJoin(sites, eq(gateways.site_id, sites.id))
    .where(eq(gateways.number, number));
  const { shard, key } = row?.gateway ?? {};
  if (row === undefined || shard !== identity?.shard || key !== identity?.key) return;
  const given = await credentialsOf(db, number);
  const isRefused = given.length > 0 && given.every(({ ends_at }) => ends_at !== null);
  const isElsewhere = given.length > 0 && text === undefined;
  if (isRefused || isElsewhere) return;
  const { publicKey, text: made } = signing.gateway(row.gateway.shard, number);
  await recordGiven(db, { publicKey, operatorId: row.operatorId, gateway: number });
  write(folder, number, made);
}

function identitiesIn(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^(\d{1,9})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .slice(0, IDENTITIES_MAX);
}

function identityIn(folder: string, number: number): z.infer<typeof identityFile> | undefined {
  try {
    const text = readFileSync(join(folder, `${number}.json`), "utf8");
    return identityFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function write(folder: string, number: number, text: string): void {
  const path = join(folder, `${number}.creds`);
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
