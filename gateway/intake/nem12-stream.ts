/**
 * A 200 record: which stream of which supply point the days below it are of.
 */

/** A stream: `atom` is undefined for what is no energy, such as kvarh or volts; `atoms` are those of one unit. */
export type Stream = {
  meterId: string;
  unit: string;
  atom: "Wh" | undefined;
  atoms: bigint;
  minutes: number;
};

const NMI_CHARS_MAX = 20;
const DAY_MINUTES = 1_440;
const ENERGY: Readonly<Record<string, bigint>> = { WH: 1n, KWH: 1_000n, MWH: 1_000_000n };

/** The stream, or what is wrong with the record. `200,NMI,configuration,register,suffix,stream,serial,unit,minutes,next`. */
export function streamOf(fields: readonly string[]): Stream | string {
  const [, nmi = "", , , suffix = "", , , unit = "", length = ""] = fields;
  if (nmi === "" || nmi.length > NMI_CHARS_MAX || !/^[\w-]+$/.test(nmi))
    return "names no supply point (NMI)";
  if (!/^\w{2}$/.test(suffix)) return `has the suffix "${suffix.slice(0, 10)}", not two characters`;
  const minutes = /^\d{1,4}$/.test(length) ? Number(length) : 0;
  if (minutes < 1 || DAY_MINUTES % minutes !== 0)
    return `has intervals of "${length.slice(0, 10)}" minutes, which do not fill a day`;
  const atoms = ENERGY[unit.toUpperCase()];
  const atom = atoms === undefined ? undefined : "Wh";
  return { meterId: `${nmi}/${suffix}`, unit, atom, atoms: atoms ?? 1n, minutes };
}
