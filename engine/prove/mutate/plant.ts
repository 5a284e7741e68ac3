/**
 * Small faults for the kernel's sources: one text in the place of another. The proof has to see each of them.
 */

/** A fault: in a file of kernel-as/assembly the text `from`, which stands there once, becomes `to`. */
export type Fault = { file: string; what: string; from: string; to: string };

/** A source with the fault in it. Throws where the text is not found exactly once, or nothing would change. */
export function plant(source: string, { file, what, from, to }: Fault): string {
  const found = source.split(from).length - 1;
  if (found !== 1)
    throw new Error(`"${what}": its text is found ${found} times in ${file}, give one found once`);
  if (from === to) throw new Error(`"${what}" changes nothing`);
  return source.replace(from, () => to);
}

/** Faults of one file: what each is, its text, and what is put in the place of it. */
export function faultsOf(
  file: string,
  faults: readonly (readonly [what: string, from: string, to: string])[],
): Fault[] {
  return faults.map(([what, from, to]) => ({ file, what, from, to }));
}
