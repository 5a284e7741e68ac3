import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BillingRegister } from "../../devices/modbus-register.ts";
import { REGISTER_WORDS } from "../../devices/modbus-register.ts";
import { bitsOf, wordsOf } from "./bits.ts";
import { decodeAtoms, decodeSerial, sameSerial } from "./decode.ts";
import { encodeAtoms, encodeSerial } from "./encode.ts";
import { stepAtoms } from "./scale.ts";
import { item, quickModbusDevices } from "./testing/field.ts";

const plain: BillingRegister = {
  function_code: 3,
  address: 0,
  type: "u32",
  order: "ABCD",
  scale: "0.01",
  unit: "kWh",
  not_available: ["0xFFFFFFFF"],
  source: "made for this test",
};
const float: BillingRegister = { ...plain, type: "float32", scale: "1", step: "0.001" };

/** Words of a float32, most significant first. */
function float32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

describe("a billing register is read as whole atoms", () => {
  test.each([
    ["u32, 0.01 kWh", plain, [0x0001, 0x0000], 655_360n],
    ["u16", { ...plain, type: "u16" }, [12_345], 123_450n],
    [
      "i32, 0.1 kWh, least significant word first",
      { ...plain, type: "i32", order: "CDAB", scale: "0.1" },
      [0x0002, 0x0001],
      6_553_800n,
    ],
    ["u32 with swapped bytes", { ...plain, order: "BADC" }, [0x0100, 0x0200], 655_380n],
    ["u32 with swapped words and bytes", { ...plain, order: "DCBA" }, [0x0200, 0x0100], 655_380n],
    ["i64 in Wh", { ...plain, type: "i64", scale: "1", unit: "Wh" }, [0, 1, 0, 2], 4_294_967_298n],
    [
      "u64 that a double cannot hold apart",
      { ...plain, type: "u64", scale: "1", unit: "Wh" },
      [0x001f, 0xffff, 0xffff, 0xffff],
      9_007_199_254_740_991n,
    ],
    [
      "u64, least significant word first",
      { ...plain, type: "u64", scale: "1", unit: "Wh", order: "CDAB" },
      [5, 0, 1, 0],
      4_294_967_301n,
    ],
    ["0.01 m3 in mL", { ...plain, unit: "m3" }, [0, 12], 120_000n],
    ["float32 0.1 kWh is 0.100000001", float, float32(0.1), 100n],
    ["float32 0.7 kWh is 0.699999988, rounded down", float, float32(0.7), 699n],
    ["float32 above 16 777 kWh is coarser than a Wh", float, float32(20_000.001), 20_000_001n],
    ["float32 subnormal", float, [0x0000, 0x0001], 0n],
    ["float32 minus zero", float, [0x8000, 0x0000], 0n],
    ["float32 with a step of 0.01 kWh", { ...float, step: "0.01" }, float32(123.456), 123_450n],
  ] as [string, BillingRegister, number[], bigint][])("%s", (_, register, words, atoms) => {
    expect(decodeAtoms(words, register)).toEqual({ ok: true, atoms });
  });

  test("the wrong word order gives another number, which is why files name it", () => {
    const right = decodeAtoms([0, 7], plain);
    expect(decodeAtoms([0, 7], { ...plain, order: "CDAB" })).not.toEqual(right);
  });
});

describe("a register without a value is a refusal, never a reading", () => {
  test.each([
    ["all ones", plain, [0xffff, 0xffff], "not_available"],
    [
      "0x7FFFFFFF",
      { ...plain, type: "i32", not_available: ["0x7FFFFFFF"] },
      [0x7fff, 0xffff],
      "not_available",
    ],
    ["NaN", float, [0x7fc0, 0x0000], "not_available"],
    ["negative NaN", float, [0xffc0, 0x0000], "not_available"],
    ["NaN of a double", { ...float, type: "float64" }, [0x7ff8, 0, 0, 0], "not_available"],
    ["infinity", float, [0x7f80, 0x0000], "malformed"],
    ["a negative counter", { ...plain, type: "i32" }, [0xffff, 0xfffe], "malformed"],
    [
      "more than a frame can carry",
      { ...plain, type: "u64", scale: "1", unit: "Wh" },
      [0x0020, 0, 0, 0],
      "malformed",
    ],
    ["the largest float", float, [0x7f7f, 0xffff], "malformed"],
  ] as [string, BillingRegister, number[], string][])("%s", (_, register, words, fault) => {
    expect(decodeAtoms(words, register)).toMatchObject({ ok: false, fault });
  });
});

describe("every shipped register", () => {
  const words = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });

  test.each(quickModbusDevices())("%s: any raw pattern is the exact product", (_, device) => {
    const { billing } = device;
    fc.assert(
      fc.property(words, (all) => {
        const raw = all.slice(0, REGISTER_WORDS[billing.type]);
        const decoded = decodeAtoms(raw, billing);
        const expected = independently(raw, billing);
        const step = stepAtoms(billing);
        if (decoded.ok) expect(decoded.atoms).toBe(((expected ?? -1n) / step) * step);
        else
          expect(expected === undefined || expected < 0n || expected > 2n ** 53n - 1n).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each(quickModbusDevices())("%s: what a slave encodes is read back", (_, device) => {
    const { billing } = device;
    const grain = grainAtoms(billing);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 20_000_000n }), (atoms) => {
        const decoded = decodeAtoms(encodeAtoms(atoms, billing), billing);
        if (billing.type === "float32" && atoms > 8_000_000n) {
          expect(decoded.ok && decoded.atoms <= atoms && atoms - decoded.atoms <= 2n + grain).toBe(
            true,
          );
        } else {
          expect(decoded).toEqual({ ok: true, atoms: (atoms / grain) * grain });
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(quickModbusDevices())(
    "%s: a float never shows more than the meter counted",
    (_, device) => {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 10n ** 11n }), (atoms) => {
          const decoded = decodeAtoms(encodeAtoms(atoms, device.billing), device.billing);
          if (decoded.ok) expect(decoded.atoms <= atoms).toBe(true);
        }),
      );
    },
  );
});

describe("serial numbers", () => {
  const numbers = quickModbusDevices().filter(([, device]) => device.identity.rule === "serial");

  test.each(numbers)("%s tells the 8 digits it was given", (_, device) => {
    if (device.identity.rule !== "serial") throw new Error("filtered");
    for (const serial of ["12345678", "00000042", "90000000"]) {
      const words = encodeSerial(serial, device.identity);
      expect(words.length).toBe(device.identity.words);
      expect(decodeSerial(words, device.identity)).toEqual({ ok: true, serial });
    }
  });

  test.each([
    ["nothing but zeros", [0, 0], "not_available"],
    ["all ones", [0xffff, 0xffff], "not_available"],
  ])("%s is no serial number", (_, words, fault) => {
    const device = item(numbers, 0)[1];
    if (device.identity.rule !== "serial") throw new Error("filtered");
    expect(decodeSerial(words, device.identity)).toMatchObject({ ok: false, fault });
  });

  test("text that cannot be printed is no serial number", () => {
    const rule = {
      rule: "serial",
      function_code: 3,
      address: 0,
      type: "ascii",
      order: "ABCD",
      words: 2,
      digits: 4,
      source: "",
    } as const;
    expect(decodeSerial([0x4142, 0x0102], rule)).toMatchObject({ ok: false, fault: "malformed" });
    expect(decodeSerial([0x4142, 0x4320], rule)).toEqual({ ok: true, serial: "ABC" });
  });

  test.each([
    ["00012345", "12345", true],
    ["ab12", "AB12", true],
    ["12345", "12346", false],
    ["0", "000", true],
    ["A01", "A1", false],
  ])("%s and %s are the same: %s", (one, other, same) => {
    expect(sameSerial(one, other)).toBe(same);
  });
});

test("words and bits are inverses in every order", () => {
  const order = fc.constantFrom("ABCD", "CDAB", "BADC", "DCBA" as const);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), order, (bits, by) => {
      const kind = by as "ABCD" | "CDAB" | "BADC" | "DCBA";
      expect(bitsOf(wordsOf(bits, 4, kind), kind)).toBe(bits);
    }),
  );
});

/** Atoms by another way than the code's: bytes through a DataView, floats as fractions of 2^1074. */
function independently(words: number[], register: BillingRegister): bigint | undefined {
  const ordered = register.order === "CDAB" ? [...words].reverse() : words;
  const view = new DataView(new ArrayBuffer(8));
  ordered.forEach((word, at) => {
    view.setUint16(at * 2, word);
  });
  const hex = ordered
    .map((word) => word.toString(16).padStart(4, "0"))
    .join("")
    .toUpperCase();
  if (register.not_available.includes(`0x${hex.replace(/^0+/, "")}`)) return undefined;
  const per = { Wh: 1n, kWh: 1_000n, MWh: 1_000_000n, L: 1_000n, m3: 1_000_000n }[register.unit];
  const [scale, decimals] = register.scale.startsWith("0.")
    ? [1n, BigInt(register.scale.length - 2)]
    : [1n, 0n];
  if (!register.type.startsWith("float")) {
    const signed = register.type.startsWith("i");
    const count = {
      u16: view.getUint16(0),
      i16: view.getInt16(0),
      u32: view.getUint32(0),
      i32: view.getInt32(0),
    };
    const raw =
      register.type === "u64" || register.type === "i64"
        ? signed
          ? view.getBigInt64(0)
          : view.getBigUint64(0)
        : BigInt(count[register.type as keyof typeof count]);
    return (raw * scale * per) / 10n ** decimals;
  }
  const value = register.type === "float32" ? view.getFloat32(0) : view.getFloat64(0);
  if (!Number.isFinite(value)) return undefined;
  let rest = Math.abs(value);
  let shift = 0;
  while (!Number.isInteger(rest)) {
    rest *= 2;
    shift++;
  }
  const size = (BigInt(rest) * per) / 2n ** BigInt(shift);
  return value < 0 && size > 0n
    ? -size
    : value < 0 && value > -1 / Number(per) && value !== 0
      ? -1n
      : size;
}

/** Atoms between two neighbouring values of a whole-numbered register, or the step of a float. */
function grainAtoms(register: BillingRegister): bigint {
  if (register.type.startsWith("float")) return stepAtoms(register);
  const per = { Wh: 1n, kWh: 1_000n, MWh: 1_000_000n, L: 1_000n, m3: 1_000_000n }[register.unit];
  const decimals = register.scale.startsWith("0.") ? BigInt(register.scale.length - 2) : 0n;
  return per / 10n ** decimals;
}
