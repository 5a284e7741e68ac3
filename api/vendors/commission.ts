/**
 * What a vendor earns by a vend.
 */
import { WHOLE_PPM } from "../registry/schema/vendors.ts";

/** A share in millionths of an amount, floored to the micro: what is less than a micro stays with the operator. */
export function commissionOn(amountMicros: bigint, ppm: number): bigint {
  return (amountMicros * BigInt(ppm)) / BigInt(WHOLE_PPM);
}
