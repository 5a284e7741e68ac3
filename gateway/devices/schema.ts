/**
 * The JSON Schema of device files, for editors and for who writes one; the product itself checks more (see the refusals
 * of `drawdown devices check`).
 */
import { z } from "zod";
import { deviceFile } from "./device.ts";

/** The JSON Schema (draft 2020-12) of a device file of any protocol. */
export function deviceSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(deviceFile, { io: "input" });
  return { $schema, title: "A device file of Drawdown", ...schema };
}
