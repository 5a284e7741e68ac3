/**
 * Every telegram of the libmbus collection, where it is at hand: ours against libmbus's own output. That output is a
 * peer and not the truth; where we mean to differ is written down below, each with its reason.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../../engine/contract/assets.ts";
import { parseHex } from "./hex.ts";
import { type RecordJson, type TelegramJson, telegramJson } from "./json.ts";
import type { Result } from "./result.ts";
import { type Answer, decodeTelegram } from "./telegram.ts";

const DATA = join(packageRoot(), "..", "shared", "data", "mbus", "libmbus");

/** One record of libmbus's output; texts as they stand there. */
type PeerRecord = Readonly<Record<string, string>>;

/** Places where we mean to differ from libmbus in one record of one telegram. */
const DIFFERENCES: readonly {
  file: string;
  record: number;
  peer: string;
  ours: string;
  unit: string;
  reason: string;
}[] = [
  {
    file: "REL-Relay-Padpuls2",
    record: 1,
    peer: "1900-01-00T00:00:00Z",
    ours: "invalid",
    unit: "",
    reason: "the meter set the bit that says its time is invalid; 1900-01-00 is not what it sent",
  },
  {
    file: "landis+gyr_ultraheat_t230",
    record: 21,
    peer: "41065374.600000",
    ours: "2011-08-26T20:50:00",
    unit: "",
    reason: "VIFE 6F makes it the time of the maximum, not a temperature of 41 million degrees",
  },
  {
    file: "landis+gyr_ultraheat_t230",
    record: 22,
    peer: "40953732.300000",
    ours: "2011-08-09T11:43:00",
    unit: "",
    reason: "VIFE 6F makes it the time of the maximum, not a temperature",
  },
  {
    file: "landis+gyr_ultraheat_t230",
    record: 19,
    peer: "0.000000",
    ours: "2000-00-00T00:00:00",
    unit: "",
    reason: "VIFE 6F makes it the time of the maximum; it has none yet",
  },
  {
    file: "landis+gyr_ultraheat_t230",
    record: 20,
    peer: "0.000000",
    ours: "2000-00-00T00:00:00",
    unit: "",
    reason: "VIFE 6F makes it the time of the maximum; it has none yet",
  },
  {
    file: "landis+gyr_ultraheat_t230",
    record: 32,
    peer: "2027-01-01T00:00:00Z",
    ours: "*-01-01T00:00:00",
    unit: "",
    reason: "year 127 means every year; libmbus takes it modulo 100",
  },
  {
    file: "SEN_Pollustat",
    record: 12,
    peer: "11582321.000000",
    ours: "11582321",
    unit: "s",
    reason: "VIFE 50 makes it the seconds for which the flow was under its limit, not a flow",
  },
  {
    file: "SEN_Pollustat",
    record: 13,
    peer: "756.000000",
    ours: "756",
    unit: "s",
    reason: "VIFE 58 makes it the seconds for which the flow was over its limit, not a flow",
  },
];

/** What we mean to do otherwise wherever it occurs; each occurs in the collection, or it would not be known to be so. */
const EVERYWHERE: readonly {
  what: string;
  occurs(ours: TelegramJson, peer: ReturnType<typeof readPeer>): boolean;
}[] = [
  {
    what: "zeros in front of an id are kept: an id is eight characters",
    occurs: (ours, { header }) => ours.id.startsWith("0") && header["Id"] !== ours.id,
  },
  {
    what: "extensions are told: forward and backward, limits and errors are not the plain register",
    occurs: (ours, { records }) =>
      ours.records.some(
        ({ qualifiers, quantity }, index) =>
          qualifiers !== undefined && quantity !== records[index]?.["Quantity"],
      ),
  },
  {
    what: "a time has no zone, since a meter tells none",
    occurs: (ours, { records }) =>
      records.some(({ Value }, index) => Value === `${ours.records[index]?.value}Z`),
  },
  {
    what: "numbers are exact, not rounded to six places",
    occurs: (ours) => ours.records.some(({ value }) => /\.\d{7,}$/.test(value ?? "")),
  },
  {
    what: "the fixed structure's registers are in base units, too",
    occurs: (ours, { records }) =>
      records.some(({ Unit }, index) => Unit === "l" && ours.records[index]?.unit === "m^3") ||
      records.some(({ Unit }, index) => Unit === "kWh" && ours.records[index]?.unit === "Wh"),
  },
];

describe.skipIf(!existsSync(DATA))("telegrams of the libmbus collection", () => {
  const telegrams = hexFiles("test-frames");

  it("are all there", () => expect(telegrams.length).toBeGreaterThan(35));

  it.each(telegrams)("%s decodes as libmbus has it, but for the written differences", (name) => {
    const ours = decoded(join("test-frames", `${name}.hex`));
    const peer = readPeer(join("test-frames", `${name}.norm.xml`));
    expectHeader(ours, peer.header);
    expect(ours.records.length).toBe(peer.records.length);
    peer.records.forEach((record, index) => {
      expectRecord(name, index, { ours: ours.records[index], peer: record });
    });
  });

  it.each(EVERYWHERE)("differ as meant: $what", ({ occurs }) => {
    const found = telegrams.filter((name) => {
      const peer = readPeer(join("test-frames", `${name}.norm.xml`));
      return occurs(decoded(join("test-frames", `${name}.hex`)), peer);
    });
    expect(found).not.toEqual([]);
  });

  it("has no written difference that is not one", () => {
    for (const { file, record, peer } of DIFFERENCES) {
      const told = readPeer(join("test-frames", `${file}.norm.xml`)).records[record];
      expect(told?.["Value"]).toBe(peer);
    }
  });

  it.each(hexFiles("error-frames"))("%s is refused or is the meter's own refusal", (name) => {
    const result = decodeFile(join("error-frames", `${name}.hex`));
    const path = join(DATA, "error-frames", `${name}.xml`);
    if (!existsSync(path)) {
      expect(result.ok).toBe(false);
      return;
    }
    const wanted = /<Error>(.*)<\/Error>/.exec(readFileSync(path, "utf8"))?.[1]?.replace("´", "'");
    const error = { kind: "error", error: expect.objectContaining({ text: wanted }) };
    expect(result).toMatchObject({ ok: true, value: { telegram: error } });
  });

  it.each([
    ["invalid_length", "length"],
    ["manual_frame1", "hex"],
    ["manual_frame5", "direction"],
  ])("%s, which libmbus does not take, is refused by its %s", (name, code) => {
    const result = decodeFile(join("unsupported-frames", `${name}.hex`));
    expect(result).toMatchObject({ ok: false, fault: { code } });
  });

  it("svm_f22_telegram2, a maker's own tail of 211 bytes and nothing else, is such a record", () => {
    const ours = decoded(join("unsupported-frames", "svm_f22_telegram2.hex"));
    expect(ours).toMatchObject({ id: "01006089", manufacturer: "SVM" });
    expect(ours.records).toHaveLength(1);
  });
});

function hexFiles(folder: string): string[] {
  if (!existsSync(DATA)) return [];
  return readdirSync(join(DATA, folder))
    .filter((file) => file.endsWith(".hex"))
    .map((file) => file.slice(0, -4));
}

function decodeFile(path: string): Result<Answer> {
  const bytes = parseHex(readFileSync(join(DATA, path), "latin1"));
  return bytes.ok ? decodeTelegram(bytes.value) : bytes;
}

function decoded(path: string): TelegramJson {
  const result = decodeFile(path);
  if (!result.ok) throw new Error(`${path}: ${result.fault.message}`);
  const { telegram } = result.value;
  if (telegram.kind !== "data") throw new Error(`${path} carries no data`);
  return telegramJson(telegram.header, telegram.records);
}

function readPeer(path: string): { header: PeerRecord; records: PeerRecord[] } {
  const xml = readFileSync(join(DATA, path), "utf8");
  const header = /<SlaveInformation>([\s\S]*?)<\/SlaveInformation>/.exec(xml)?.[1] ?? "";
  const records = Array.from(xml.matchAll(/<DataRecord[^>]*>([\s\S]*?)<\/DataRecord>/g));
  return { header: fields(header), records: records.map((match) => fields(match[1] ?? "")) };
}

function fields(xml: string): PeerRecord {
  const found = Array.from(xml.matchAll(/<(\w+)>([\s\S]*?)<\/\1>/g));
  return Object.fromEntries(found.map(([, name, text = ""]) => [name, plainText(text)]));
}

function plainText(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}

/** libmbus drops zeros in front of an id, and tells neither manufacturer nor version in the fixed structure. */
function expectHeader(ours: TelegramJson, peer: PeerRecord): void {
  expect(ours.id).toBe(peer["Id"]?.padStart(8, "0"));
  expect(ours.manufacturer ?? undefined).toBe(peer["Manufacturer"]);
  expect(ours.version ?? undefined).toBe(
    peer["Version"] === undefined ? undefined : Number(peer["Version"]),
  );
  expect(ours.medium).toBe(peer["Medium"]);
  expect(ours.access_number).toBe(Number(peer["AccessNumber"]));
  expect(ours.status).toBe(Number.parseInt(peer["Status"] ?? "", 16));
}

type Pair = { ours: RecordJson | undefined; peer: PeerRecord };

function expectRecord(file: string, index: number, { ours, peer }: Pair): void {
  const where = `${file} record ${index}`;
  if (ours === undefined) throw new Error(`${where} is missing`);
  expect([ours.storage, ours.tariff, ours.subunit], where).toEqual(
    ["StorageNumber", "Tariff", "Device"].map((name) => Number(peer[name] ?? 0)),
  );
  const meant = DIFFERENCES.find((line) => line.file === file && line.record === index);
  if (meant !== undefined) {
    expect([ours.value, ours.unit], `${where}: ${meant.reason}`).toEqual([meant.ours, meant.unit]);
    return;
  }
  const [factor, unit] = baseUnit(peer["Unit"] ?? "");
  expect(ours.unit, where).toBe(unit);
  // libmbus leaves out what extensions say, and names nothing in the fixed structure.
  if (peer["Quantity"] !== undefined) {
    expect(ours.function, where).toBe(peer["Function"]);
    expect(ours.quantity.replace(/ \(.*\)$/, ""), where).toBe(
      peer["Quantity"].replace(/ \(.*\)$/, ""),
    );
  }
  expectValue(where, ours.value, { text: peer["Value"] ?? "", factor });
}

/** libmbus has two spellings of "no unit" and leaves the fixed structure in the unit of its register. */
function baseUnit(unit: string): [factor: number, unit: string] {
  if (unit === "-") return [1, ""];
  if (unit === "kWh") return [1000, "Wh"];
  if (unit === "l") return [0.001, "m^3"];
  return [1, unit];
}

/** libmbus rounds to six places and says Z, UTC, of times that tell no zone. */
function expectValue(where: string, ours: string | null, peer: { text: string; factor: number }) {
  const text = peer.text.replace(/Z$/, "");
  if (!/^-?\d+(\.\d{6})?$/.test(text)) {
    expect(ours, where).toBe(text);
    return;
  }
  expect(ours, where).toMatch(/^-?\d+(\.\d+)?$/);
  expect(Math.abs(Number(ours) - Number(text) * peer.factor), where).toBeLessThanOrEqual(5.1e-7);
}
