import {
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
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

/** ext2, ext3 and ext4, as statfs(2) tells them. */
const EXT = 0xef53;

test.skipIf(process.platform !== "linux" || statfsSync(tmpdir()).type !== EXT)(
  "on ext4, a file is written through past the system's memory",
  async () => {
    const path = join(folder, "direct");
    const file = await nodeDisk.open(path, "through");
    expect(flagsOf(path) & constants.O_DIRECT).toBe(constants.O_DIRECT);
    await file.close();
  },
);

test.each<OpenMode>(["make", "through"])(
  "a file that is opened to %s holds what is written, filled up and cut",
  async (mode) => {
    const path = join(folder, `${mode}-whole`);
    const older = await nodeDisk.open(path, "make");
    await older.write([Buffer.from("an older one")], 0);
    await older.close();
    const file = await nodeDisk.open(path, mode);
    await file.write([Buffer.alloc(10, "ab"), Buffer.alloc(4_086, "cd")], 0);
    await file.datasync();
    await file.preallocate(2_498_560);
    await file.write([Buffer.alloc(4_096, "ef")], 8_192);
    await file.datasync();
    await file.truncate(16_384);
    await file.datasync();
    await file.close();
    const whole = await nodeDisk.read(path);
    const wanted = Buffer.alloc(16_384);
    wanted.fill("ab", 0, 10).fill("cd", 10, 4_096).fill("ef", 8_192, 12_288);
    expect(whole.equals(wanted)).toBe(true);
  },
);

/** Bytes of which no two neighbours of a page are alike. */
function pattern(bytes: number, seed: number): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8) + seed) & 255),
  );
}

/** A temporary file system in memory; not every system's takes writes past it. */
const IN_MEMORY = "/dev/shm";

test.each([tmpdir(), IN_MEMORY].filter((each) => existsSync(each)))(
  "what is written through in %s is there, of whatever parts and however long",
  async (place) => {
    const own = mkdtempSync(join(place, "drawdown-disk-"));
    try {
      const path = join(own, "long");
      const file = await nodeDisk.open(path, "through");
      const content = pattern(3 * 1_048_576 + 8_192, 7);
      const ends = [0, 1, 4_097, 1_048_570, 1_048_576, 2_500_000, content.length];
      const parts = ends.slice(1).map((end, i) => content.subarray(ends[i], end));
      await file.write(parts, 4_096);
      await file.close();
      const whole = readFileSync(path);
      expect(whole.subarray(0, 4_096).equals(Buffer.alloc(4_096))).toBe(true);
      expect(whole.subarray(4_096).equals(content)).toBe(true);
    } finally {
      rmSync(own, { recursive: true });
    }
  },
);

test("a file that is written through takes whole pages, and is not read", async () => {
  const file = await nodeDisk.open(join(folder, "pages"), "through");
  await expect(file.write([Buffer.alloc(4_095)], 0)).rejects.toThrow(
    "4095 bytes at 0 are no whole pages of 4096",
  );
  await expect(file.write([Buffer.alloc(4_096)], 512)).rejects.toThrow("at 512 are no whole pages");
  await expect(file.read(0, 4_096)).rejects.toThrow("is not read");
  await file.close();
  expect(readFileSync(join(folder, "pages")).length).toBe(0);
});

test("files that are written through at the same time don't mix, be one closed twice", async () => {
  const first = await nodeDisk.open(join(folder, "0"), "through");
  await first.write([pattern(8_192, 0)], 0);
  await first.close();
  await first.close();
  const numbers = [1, 2, 3];
  const files = await Promise.all(
    numbers.map((number) => nodeDisk.open(join(folder, `${number}`), "through")),
  );
  await Promise.all(files.map((file, i) => file.write([pattern(2_097_152, numbers[i] ?? 0)], 0)));
  for (const [i, file] of files.entries()) {
    await file.close();
    const number = numbers[i] ?? 0;
    const content = readFileSync(join(folder, `${number}`));
    expect(content.equals(pattern(2_097_152, number))).toBe(true);
  }
});

test("a file that is written through takes one write at a time, and none when it is closed", async () => {
  const path = join(folder, "one");
  const file = await nodeDisk.open(path, "through");
  const one = file.write([pattern(8_192, 1)], 0);
  await expect(file.write([pattern(8_192, 2)], 0)).rejects.toThrow("one write at a time");
  await one;
  await file.close();
  await expect(file.write([pattern(8_192, 3)], 0)).rejects.toThrow(/closed/);
  expect(readFileSync(path).equals(pattern(8_192, 1))).toBe(true);
});
