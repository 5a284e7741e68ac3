/**
 * `data/access.json` (mode 600): the api's address and the keys made at first start. A lost file gets new keys, and the
 * old ones are revoked; keys that the registry has lost are taken up again.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { z } from "zod";
import { keepKey, newKey } from "./registry/api-keys.ts";
import { asOperator } from "./registry/isolation/scope.ts";

/** The file's name in the data folder. */
const ACCESS_FILE = "access.json";

const FIRST_ROLES = ["operator", "vendor", "ops", "auditor"] as const;
const accessFile = z.object({
  url: z.string(),
  keys: z.object(
    Object.fromEntries(FIRST_ROLES.map((role) => [role, z.string().min(20).max(200)])) as Record<
      (typeof FIRST_ROLES)[number],
      z.ZodString
    >,
  ),
});

/** What the file holds. */
export type Access = z.infer<typeof accessFile>;

/** Makes sure that the file and the registry agree, and writes the address that the api has now. */
export async function ensureAccess(
  db: NodePgDatabase,
  at: { folder: string; url: string; operatorId: string },
): Promise<Access> {
  const path = join(at.folder, ACCESS_FILE);
  const there = read(path);
  const keys = there?.keys ?? {
    operator: newKey(),
    vendor: newKey(),
    ops: newKey(),
    auditor: newKey(),
  };
  await asOperator(at.operatorId, () =>
    db.transaction(async (tx) => {
      for (const role of FIRST_ROLES) {
        const name = `first ${role} key`;
        await keepKey(tx, { operatorId: at.operatorId, name, role, key: keys[role] });
      }
    }),
  );
  const access: Access = { url: at.url, keys };
  mkdirSync(at.folder, { recursive: true });
  if (there === undefined || there.url !== at.url) write(path, access);
  return access;
}

function read(path: string): Access | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return accessFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is damaged: mend it, or delete it to get new keys`);
  }
}

function write(path: string, access: Access): void {
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(access, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
