import {
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OpenMode, ReadRoom } from "./disk.ts";
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

/** The flags with which this process holds the file open, as open(2) has them. */
function flagsOf(path: string): number {
  const own = "/proc/self/fd";
  const at = (fd: string): string => {
    try {
      return readlinkSync(join(own, fd));
    } catch {
      return "";
    }
  };
  const fd = readdirSync(own).find((each) => at(each) === path);
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
  return Number.parseInt(/flags:\s+(\d+)/.exec(text)?.[1] ?? "", 8);
}

test.skipIf(process.platform !== "linux").each<[OpenMode, boolean]>([
  ["make", false],
  ["through", true],
])("a file that is opened to %s: the system writes it through: %s", async (mode, isThrough) => {
  const path = join(folder, mode);
  const file = await nodeDisk.open(path, mode);
  expect((flagsOf(path) & constants.O_DSYNC) === constants.O_DSYNC).toBe(isThrough);
  await file.close();
});

test.each<OpenMode>(["make", "through"])(
  "a file that is opened to %s holds what is written, filled up and cut",
  async (mode) => {
    const path = join(folder, `${mode}-whole`);
    const older = await nodeDisk.open(path, "make");
    await older.write([Buffer.from("an older one")], 0);
    await older.close();
    const file = await nodeDisk.open(path, mode);
    await file.write([Buffer.from("ab"), Buffer.from("cd")], 0);
    await file.datasync();
    await file.preallocate(2_500_000);
    await file.write([Buffer.from("ef")], 4_096);
    await file.datasync();
    await file.truncate(8_192);
    await file.datasync();
    await file.close();
    const whole = await nodeDisk.read(path);
    const wanted = Buffer.alloc(8_192);
    wanted.write("abcd", 0);
    wanted.write("ef", 4_096);
    expect(whole.equals(wanted)).toBe(true);
  },
);
