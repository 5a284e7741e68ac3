/**
 * Which meter, from the command line: by primary address, by id, or by both; and how it is to be read.
 */
import type { MeterAddress, SecondaryMask } from "./address.ts";
import type { Arguments } from "./command-io.ts";
import { keyOf } from "./decode/security.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import { primaryAddress } from "./target.ts";

type Given = Extract<Arguments, { ok: true }>;

/** The options that say which meter. */
export const METER_OPTIONS = {
  address: { type: "string" },
  id: { type: "string" },
  manufacturer: { type: "string" },
  version: { type: "string" },
  medium: { type: "string" },
} as const;

/** The meter's address, or in one line what is wrong with it. */
export function readMeter(given: Given): MeterAddress | string {
  const [address, id] = [given.text("address"), given.text("id")];
  if (address === undefined) {
    if (id === undefined) return "say which meter: --address N or --id ID";
    const mask = readMask(given);
    return typeof mask === "string" ? mask : { by: "secondary", ...mask };
  }
  const number = primaryAddress(address);
  if (number === undefined) return `"${address}" is no address from 0 to ${PRIMARY_MAX}`;
  if (id !== undefined && !isId(id)) return idAdvice(id);
  return { by: "primary", address: number, ...(id !== undefined && { id }) };
}

/** What a selection asks for; an id that is left out matches all. */
export function readMask(given: Given): SecondaryMask | string {
  const { id = "FFFFFFFF", manufacturer } = {
    id: given.text("id"),
    manufacturer: given.text("manufacturer"),
  };
  if (!isId(id)) return idAdvice(id);
  if (manufacturer !== undefined && !/^[A-Z]{3}$/.test(manufacturer)) {
    return `"${manufacturer}" is no manufacturer: write three capital letters`;
  }
  const version = readByte(given.text("version"));
  const medium = readByte(given.text("medium"));
  if (version === "wrong" || medium === "wrong")
    return "--version and --medium are numbers from 0 to 254";
  return {
    id,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(version !== undefined && { version }),
    ...(medium !== undefined && { medium }),
  };
}

/** A key, or in one line what is wrong with it. */
export function readKey(hex: string | undefined): Uint8Array | undefined | string {
  if (hex === undefined) return undefined;
  return keyOf(hex) ?? "--key is an AES-128 key: 32 digits of hexadecimal";
}

function isId(id: string): boolean {
  return /^[0-9A-F]{8}$/.test(id);
}

function idAdvice(id: string): string {
  return `"${id}" is no M-Bus id: write eight digits, zeros in front too`;
}

/** One byte that is no wildcard. */
export function readByte(text: string | undefined): number | undefined | "wrong" {
  if (text === undefined) return undefined;
  return /^\d{1,3}$/.test(text) && Number(text) < 255 ? Number(text) : "wrong";
}
