/**
 * All meters of a bus: first by their primary addresses, then by selection those that share one or have none.
 */
import type { FoundMeter } from "../driver.ts";
import { ANY_ID, selectionField } from "./address.ts";
import type { MbusBus } from "./bus.ts";
import type { Identity, Master } from "./master.ts";
import { scanBus } from "./scan.ts";
import { searchBus } from "./search.ts";

/** Searches on the link's own bus: a second master on the same wires would talk into its answers. */
export async function* discoverBus(
  wire: { bus: MbusBus; master: Master } | undefined,
): AsyncGenerator<FoundMeter> {
  if (wire === undefined) return;
  const known = new Set<string>();
  for await (const { result } of scanBus(wire)) {
    if (!result.ok) {
      if (result.fault === "unreachable" || result.fault === "closed") return;
      continue;
    }
    known.add(nameOf(result));
    yield found(result, String(result.address));
  }
  for await (const event of searchBus(wire, selectionField({ id: ANY_ID }))) {
    if (event.kind !== "meter" || known.has(nameOf(event.meter))) continue;
    known.add(nameOf(event.meter));
    yield found(event.meter, "secondary");
  }
}

function nameOf({ header: { id, manufacturer, version, mediumCode } }: Identity): string {
  return `${id} ${manufacturer} ${version} ${mediumCode}`;
}

function found({ header }: Identity, address: string): FoundMeter {
  const { id, manufacturer, medium, version } = header;
  const description = version === null ? medium : `${medium}, version ${version}`;
  return { address, serial: id, manufacturer: manufacturer ?? "", description };
}
