/**
 * Device file of an M-Bus meter: how its telegrams name it, which record is billed, and its valve or relay if any.
 */
import { z } from "zod";
import { commonFields, plausibility, pollHints, warnsExactly } from "./common.ts";

/** Most versions or media that one file covers. */
const MBUS_IDS_MAX = 16;

const byte = z.int().min(0).max(255);

/** A record of a relay: DIF (a binary of 1 to 4 bytes, with extensions) and VIF as hex text, and its raw values. */
const relayRecord = {
  dif: z.string().regex(/^[08][1-4]([0-9A-F]{2}){0,10}$/),
  vif: z.string().regex(/^([0-9A-F]{2}){1,11}$/),
  cut: byte,
  restore: byte,
};

/**
 * A valve or relay that is moved by writing one record (VIF FD1F is "remote control"). The same record in the next
 * telegram is the read-back, unless the maker reports the state in another one, `read_back`.
 */
const mbusRelay = z.strictObject({
  kind: z.enum(["valve", "relay"]),
  ...relayRecord,
  read_back: z.strictObject(relayRecord).optional(),
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
    /** Sub-code of an application reset (CI 50) to be sent before each readout: which telegrams the meter is to give. */
    application_reset: byte.optional(),
    /**
     * Which time the meter's record of date and time tells, where its maker says: UTC, the gateway's own zone without
     * summer time, or with it. Left out where the meter tells none or its zone is not known.
     */
    clock: z.enum(["utc", "standard_time", "local_time"]).optional(),
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
