/**
 * Device types ("medium", EN 13757-3) by their number in the header, and the older sixteen of the fixed structure.
 */

const MEDIA: Readonly<Record<number, string>> = {
  0: "Other",
  1: "Oil",
  2: "Electricity",
  3: "Gas",
  4: "Heat: Outlet",
  5: "Steam",
  6: "Warm water (30-90°C)",
  7: "Water",
  8: "Heat Cost Allocator",
  9: "Compressed Air",
  10: "Cooling load meter: Outlet",
  11: "Cooling load meter: Inlet",
  12: "Heat: Inlet",
  13: "Heat / Cooling load meter",
  14: "Bus/System",
  15: "Unknown Medium",
  16: "Irrigation Water",
  17: "Water Logger",
  18: "Gas Logger",
  19: "Gas Converter",
  20: "Calorific value",
  21: "Hot water (>90°C)",
  22: "Cold water",
  23: "Dual water",
  24: "Pressure",
  25: "A/D Converter",
  26: "Smoke Detector",
  27: "Ambient Sensor",
  28: "Gas Detector",
  32: "Breaker: Electricity",
  33: "Valve: Gas or Water",
  37: "Customer Unit: Display Device",
  40: "Waste Water",
  41: "Waste",
  42: "Carbon Dioxide",
  49: "Communication Controller",
  50: "Unidirectional Repeater",
  51: "Bidirectional Repeater",
  54: "Radio Converter: System",
  55: "Radio Converter: Meter",
};

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
  return MEDIA[code] ?? `Reserved (${code})`;
}

/** The name of one of the sixteen media of the fixed structure. */
export function fixedMediumName(code: number): string {
  return FIXED_MEDIA[code] ?? "Reserved";
}
