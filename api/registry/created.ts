/**
 * What making a thing by its natural name gives: the thing, and whether it is new.
 */
export type Created<Row> = { row: Row; created: boolean };

/** Inserts, or finds what has the name already. `insert` gives no row where a constraint stands against it. */
export async function createOrFind<Row>(
  insert: () => Promise<readonly Row[]>,
  find: () => Promise<readonly Row[]>,
): Promise<Created<Row>> {
  const [there] = await find();
  if (there !== undefined) return { row: there, created: false };
  const [made] = await insert();
  if (made !== undefined) return { row: made, created: true };
  const [meanwhile] = await find();
  if (meanwhile === undefined) throw new Error("a row was neither inserted nor found");
  return { row: meanwhile, created: false };
}
