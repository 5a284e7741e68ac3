/**
 * The field under load as a story: buses of Modbus and of M-Bus meters by turns, all with a relay or valve, some of which
 * do not answer or answer wrongly.
 */
import { FIELD_FAULTS, type FieldFaultMode } from "../../gateway/field/field-fault.ts";
import { type Story, story } from "../../gateway/field/story.ts";

/** How large the field is: so many meters on so many buses, of which so many are silent and so many answer wrongly. */
export type FieldSize = { meters: number; buses: number; silent: number; wrong: number };

const WRONG = FIELD_FAULTS.filter((fault) => fault !== "silent" && fault !== "relay_lying");

/** The story; faults are there from its beginning. */
export function fieldStory({ meters, buses, silent, wrong }: FieldSize): Story {
  const all = Array.from({ length: meters }, (_, i) => {
    const bus = i % buses;
    const kind =
      bus % 2 === 0
        ? ({ service: "electricity", device: "abb-b23-output" } as const)
        : ({ service: "water", device: "pad-water-valve" } as const);
    return { name: `m${i}`, bus: `bus-${bus}`, ...kind, atoms_per_hour: 4_000_000 };
  });
  const steps = Array.from({ length: silent + wrong }, (_, i) => ({
    at_s: 0,
    meter: `m${i}`,
    do: "fault" as const,
    fault: faultOf(i, silent),
  }));
  return story.parse({ name: "load", about: "A field under load.", meters: all, steps });
}

function faultOf(index: number, silent: number): FieldFaultMode {
  return index < silent ? "silent" : (WRONG[(index - silent) % WRONG.length] ?? "garbage");
}
