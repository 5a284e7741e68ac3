/**
 * The table behind VIF FB (EN 13757-3): large, alternative and electrical units.
 */
import { type Meaning, meaningIn, type Range, scaled, single } from "./meaning.ts";

const EXTENSION_FB: readonly Range[] = [
  scaled(0x00, 0x01, "Energy", ["Wh", 5]),
  scaled(0x02, 0x03, "Reactive energy", ["varh", 3]),
  scaled(0x04, 0x05, "Apparent energy", ["VAh", 3]),
  scaled(0x08, 0x09, "Energy", ["J", 8]),
  scaled(0x0c, 0x0f, "Energy", ["cal", 5]),
  scaled(0x10, 0x11, "Volume", ["m^3", 2]),
  scaled(0x14, 0x17, "Reactive power", ["var", 0]),
  scaled(0x18, 0x19, "Mass", ["kg", 5]),
  scaled(0x1a, 0x1b, "Relative humidity", ["%", -1]),
  scaled(0x20, 0x20, "Volume", ["feet^3", 0]),
  scaled(0x21, 0x21, "Volume", ["feet^3", -1]),
  scaled(0x22, 0x23, "Volume", ["american gallon", -1]),
  scaled(0x24, 0x24, "Volume flow", ["american gallon/min", -3]),
  scaled(0x25, 0x25, "Volume flow", ["american gallon/min", 0]),
  scaled(0x26, 0x26, "Volume flow", ["american gallon/h", 0]),
  scaled(0x28, 0x29, "Power", ["W", 5]),
  { ...single(0x2a, "Phase volts to volts"), unit: "°", exponent: -1 },
  { ...single(0x2b, "Phase volts to current"), unit: "°", exponent: -1 },
  scaled(0x2c, 0x2f, "Frequency", ["Hz", -3]),
  scaled(0x30, 0x31, "Power", ["J/h", 8]),
  scaled(0x34, 0x37, "Apparent power", ["VA", 0]),
  scaled(0x58, 0x5b, "Flow temperature", ["°F", -3]),
  scaled(0x5c, 0x5f, "Return temperature", ["°F", -3]),
  scaled(0x60, 0x63, "Temperature difference", ["°F", -3]),
  scaled(0x64, 0x67, "External temperature", ["°F", -3]),
  scaled(0x70, 0x73, "Cold / warm temperature limit", ["°F", -3]),
  scaled(0x74, 0x77, "Cold / warm temperature limit", ["°C", -3]),
  scaled(0x78, 0x7f, "Cumulative maximum of power", ["W", -3]),
];

/** The meaning of the code behind VIF FB, without its extension bit. */
export function extensionFbMeaning(code: number): Meaning {
  return meaningIn(EXTENSION_FB, code);
}
