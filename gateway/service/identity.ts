/**
 * A gateway's identity: its number, its shard, and the key under which its frames are tagged. One JSON file each,
 * readable by its owner only: `{ "gateway": 7, "shard": 3, "key": "64 hex digits" }`.
 */
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { GATEWAY_MAX, SHARDS_MAX } from "../../engine/contract/ids.ts";

/** Who a gateway is. */
export type GatewayIdentity = { gateway: number; shard: number; key: Uint8Array };

const identityFile = z.strictObject({
  gateway: z.int().positive().max(GATEWAY_MAX),
  shard: z
    .int()
    .nonnegative()
    .max(SHARDS_MAX - 1),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

function identityFrom(value: unknown): GatewayIdentity {
  const { gateway, shard, key } = identityFile.parse(value);
  return { gateway, shard, key: Buffer.from(key, "hex") };
}

/** Reads an identity file. Throws an Error of one line when it is not there, open to others, or no identity. */
export function readIdentity(path: string): GatewayIdentity {
  let value: unknown;
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) throw new Error("others may read it: chmod 600 it");
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`gateway identity ${path}: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return identityFrom(value);
  } catch {
    throw new Error(
      `gateway identity ${path}: must be {"gateway": number, "shard": number, "key": "64 hex digits"}`,
    );
  }
}
