/**
 * The refusal of a name or reference that another thing has.
 */
import { Problem } from "../problems.ts";
import { isTaken } from "../registry/database.ts";

/** The refusal of a second thing of one name. */
export function taken(what: string, name: string): Problem {
  return new Problem("already_exists", {
    detail: `there is a ${what} named ${name} already: use it, or take another name`,
  });
}

const OF_REFERENCE = ["sites_operator_reference", "units_site_reference"];
const OF_NAME = [
  "sites_operator_name",
  "units_site_name",
  "gateways_site_name",
  "customer_groups_operator_name",
  "tariff_classes_operator_name",
  "unit_sets_operator_name",
];

/** Writes, and refuses what the database's own keys do not let through. */
export async function refuseTaken<Result>(
  what: string,
  { name, reference }: { name?: string | undefined; reference?: string | null | undefined },
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (OF_REFERENCE.some((key) => isTaken(error, key))) throw taken(what, reference ?? "");
    if (OF_NAME.some((key) => isTaken(error, key))) throw taken(what, name ?? "");
    throw error;
  }
}
