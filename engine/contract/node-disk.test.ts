import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReadRoom } from "./disk.ts";
import { nodeDisk } from "./node-disk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("files read one after the other share their room, whatever their sizes", async () => {
  const room = new ReadRoom();
  let before: Buffer | undefined;
  for (const size of [9_000, 10, 0, 8_999, 20_000]) {
    const path = join(folder, `of-${size}`);
    const content = Buffer.alloc(size, size % 251);
    writeFileSync(path, content);
    const read = await nodeDisk.read(path, room);
    expect(read.equals(content)).toBe(true);
    expect((await nodeDisk.read(path)).equals(content)).toBe(true);
    if (before !== undefined && size <= 9_000) expect(read.buffer).toBe(before.buffer);
    before = read;
  }
});

test("a file that is not there is told as missing, with room and without", async () => {
  const path = join(folder, "none");
  await expect(nodeDisk.read(path, new ReadRoom())).rejects.toMatchObject({ code: "ENOENT" });
  await expect(nodeDisk.read(path)).rejects.toMatchObject({ code: "ENOENT" });
});
