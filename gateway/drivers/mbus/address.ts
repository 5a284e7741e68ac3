/**
 * How a meter is addressed on its bus: by a primary address, or selected by what it is.
 */
import { manufacturerName } from "./decode/header.ts";
import { formatHex } from "./decode/hex.ts";
import { idField, manufacturerField } from "./encode/fields.ts";
import { SELECTED } from "./link/control.ts";

/** What a selection asks for. `id` is eight characters, F of which match any; what is left out matches all. */
export type SecondaryMask = {
  id: string;
  manufacturer?: string;
  version?: number;
  medium?: number;
};

/** Where a meter is on its bus. With an id, only that meter's answers count, also at a primary address. */
export type MeterAddress =
  | { by: "primary"; address: number; id?: string }
  | ({ by: "secondary" } & SecondaryMask);

/** The mask that every meter fits. */
export const ANY_ID = "FFFFFFFF";
const ANY_BYTE = 0xff;

/** The address that a meter is spoken to by, once it has been reached. */
export function lineOf(meter: MeterAddress): number {
  return meter.by === "primary" ? meter.address : SELECTED;
}

/** The eight bytes of a selection. */
export function selectionField(mask: SecondaryMask): Uint8Array {
  const { id, manufacturer, version = ANY_BYTE, medium = ANY_BYTE } = mask;
  const maker = manufacturer === undefined ? [ANY_BYTE, ANY_BYTE] : manufacturerField(manufacturer);
  return Uint8Array.of(...idField(id), ...maker, version, medium);
}

/** Whether the identity of a telegram's header (its first eight bytes) fits a selection of the same length. */
export function fitsSelection(identity: Uint8Array, wanted: Uint8Array): boolean {
  if (wanted.length < 8 || identity.length < 8) return false;
  return identity.subarray(0, 8).every((byte, index) => {
    const mask = wanted[index] ?? 0;
    if (index >= 4) return mask === ANY_BYTE || mask === byte;
    return halfFits(mask >> 4, byte >> 4) && halfFits(mask & 0x0f, byte & 0x0f);
  });
}

/** A selection as people read it: id, manufacturer, version, medium, with `*` for what matches all. */
export function selectionText(wanted: Uint8Array): string {
  const id = formatHex(wanted.slice(0, 4).reverse()).replaceAll(" ", "").replaceAll("F", "*");
  const [low = ANY_BYTE, high = ANY_BYTE, version = ANY_BYTE, medium = ANY_BYTE] =
    wanted.subarray(4);
  const open = (byte: number): string => (byte === ANY_BYTE ? "*" : String(byte));
  const halfOpen = low === ANY_BYTE || high === ANY_BYTE;
  const maker = halfOpen ? "*" : manufacturerName(Uint8Array.of(low, high));
  return `${id} ${maker} ${open(version)} ${open(medium)}`;
}

function halfFits(mask: number, digit: number): boolean {
  return mask === 0x0f || mask === digit;
}
