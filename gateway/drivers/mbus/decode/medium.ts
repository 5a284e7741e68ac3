/**
 * Device types ("medium", EN 13757-3) by their number in the header, and the older sixteen of the fixed structure.
 */

const MEDIA: ReadonlyMap<number, string> = new Map([
  [0x00, "Other"],
  [0x01, "Oil"],
  [0x02, "Electricity"],
  [0x03, "Gas"],
  [0x04, "Heat: Outlet"],
  [0x05, "Steam"],
  [0x06, "Warm water (30-90°C)"],
  [0x07, "Water"],
  [0x08, "Heat Cost Allocator"],
  [0x09, "Compressed Air"],
  [0x0a, "Cooling load meter: Outlet"],
  [0x0b, "Cooling load meter: Inlet"],
  [0x0c, "Heat: Inlet"],
  [0x0d, "Heat / Cooling load meter"],
  [0x0e, "Bus/System"],
  [0x0f, "Unknown Medium"],
  [0x10, "Irrigation Water"],
  [0x11, "Water Logger"],
  [0x12, "Gas Logger"],
  [0x13, "Gas Converter"],
  [0x14, "Calorific value"],
  [0x15, "Hot water (>90°C)"],
  [0x16, "Cold water"],
  [0x17, "Dual water"],
  [0x18, "Pressure"],
  [0x19, "A/D Converter"],
  [0x1a, "Smoke Detector"],
  [0x1b, "Ambient Sensor"],
  [0x1c, "Gas Detector"],
  [0x20, "Breaker: Electricity"],
  [0x21, "Valve: Gas or Water"],
  [0x25, "Customer Unit: Display Device"],
  [0x28, "Waste Water"],
  [0x29, "Waste"],
  [0x2a, "Carbon Dioxide"],
  [0x31, "Communication Controller"],
  [0x32, "Unidirectional Repeater"],
  [0x33, "Bidirectional Repeater"],
  [0x36, "Radio Converter: System"],
  [0x37, "Radio Converter: Meter"],
]);

const FIXED_MEDIA: readonly string[] = [
  "Other",
  "Oil",
  "Electricity",
  "Gas",
  "Heat",
  "Steam",
  "Hot water",
  "Water",
  "Heat Cost Allocator",
  "Reserved",
  "Gas mode 2",
  "Heat mode 2",
  "Hot water mode 2",
  "Water mode 2",
  "Heat Cost Allocator mode 2",
  "Reserved",
];

/** The name of a device type in a variable-structure header. */
export function mediumName(code: number): string {
  return MEDIA.get(code) ?? `Reserved (${code})`;
}

/** The name of one of the sixteen media of the fixed structure. */
export function fixedMediumName(code: number): string {
  return FIXED_MEDIA[code] ?? "Reserved";
}
