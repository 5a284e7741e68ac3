/**
 * Device file of an M-Bus meter: how its telegrams name it, which record is billed, and its valve or relay if any.
 */
import { z } from "zod";
import { commonFields, plausibility, pollHints, warnsExactly } from "./common.ts";

/** Most versions or media that one file covers. */
const MBUS_IDS_MAX = 16;

const byte = z.int().min(0).max(255);

/**
 * A valve or relay that is moved by writing one record: `dif` and `vif` as hex text (FD1F is "remote control"),
 * `cut` and `restore` the raw values. The same record in the next telegram is the read-back.
 */
const mbusRelay = z.strictObject({
  kind: z.enum(["valve", "relay"]),
  dif: z.string().regex(/^[0-9A-F]{2}$/),
  vif: z.string().regex(/^([0-9A-F]{2}){1,11}$/),
  cut: byte,
  restore: byte,
  settle_ms: z.int().min(100).max(120_000),
});

/** An M-Bus device file. */
export const mbusDevice = z
  .strictObject({
    protocol: z.literal("mbus"),
    ...commonFields,
    /** Manufacturer's three letters, and the versions and media that its telegrams carry. */
    identity: z.strictObject({
      manufacturer_code: z.string().regex(/^[A-Z]{3}$/),
      versions: z.array(byte).min(1).max(MBUS_IDS_MAX),
      media: z.array(byte).min(1).max(MBUS_IDS_MAX),
    }),
    /** The billed record: an instantaneous value of this quantity; its unit is in the telegram. */
    register: z.strictObject({
      quantity: z.enum(["energy", "volume"]),
      storage: z.literal(0),
      tariff: z.literal(0),
    }),
    relay: mbusRelay.optional(),
    /** Unit of the limits below. */
    unit: z.enum(["kWh", "m3"]),
    limits: z.strictObject(plausibility),
    poll: z.strictObject(pollHints),
  })
  .refine((file) => warnsExactly(file.warnings, "disputed_map", file.confidence === "disputed"), {
    path: ["warnings"],
    message: 'a "disputed" file, and no other, has the warning disputed_map',
  });
/** An M-Bus device file. */
export type MbusDevice = z.infer<typeof mbusDevice>;
