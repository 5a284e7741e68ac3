/**
 * Tables that the store writer keeps for itself, beside its ledger.
 */
import type { StoreTable } from "./schema.ts";

/** Blocks that could never be inserted, kept for people to look at. */
export const REFUSED_BLOCKS: StoreTable = {
  name: "refused_blocks",
  columns: ["at", "subject", "table", "token", "reason", "bytes"].map((name) => ({
    name,
    type: name === "at" ? "DateTime('UTC')" : "String",
    codec: "ZSTD(1)",
  })),
  rows: { kind: "rows" },
  partition: "tuple()",
  order: "at",
  spread: "sipHash64(token)",
};

/** Who may write: the newest row's writer, and no earlier one (fence.ts). All rows lie on one shard. */
export const WRITERS: StoreTable = {
  name: "writers",
  columns: [
    { name: "epoch", type: "UInt64", codec: "ZSTD(1)" },
    { name: "writer", type: "String", codec: "ZSTD(1)" },
    { name: "at", type: "DateTime('UTC')", codec: "ZSTD(1)", fallback: "now()" },
  ],
  rows: { kind: "rows" },
  partition: "tuple()",
  order: "epoch, writer",
  spread: "0",
};
