/**
 * The primary table of value information (EN 13757-3, VIF 00 to 7A and 7E, 7F).
 */
import {
  lasting,
  type Meaning,
  meaningIn,
  type Range,
  SECONDS_TO_DAYS,
  scaled,
  single,
} from "./meaning.ts";

const PRIMARY: readonly Range[] = [
  scaled(0x00, 0x07, "Energy", ["Wh", -3]),
  scaled(0x08, 0x0f, "Energy", ["J", 0]),
  scaled(0x10, 0x17, "Volume", ["m^3", -6]),
  scaled(0x18, 0x1f, "Mass", ["kg", -3]),
  lasting(0x20, "On time", SECONDS_TO_DAYS),
  lasting(0x24, "Operating time", SECONDS_TO_DAYS),
  scaled(0x28, 0x2f, "Power", ["W", -3]),
  scaled(0x30, 0x37, "Power", ["J/h", 0]),
  scaled(0x38, 0x3f, "Volume flow", ["m^3/h", -6]),
  scaled(0x40, 0x47, "Volume flow", ["m^3/min", -7]),
  scaled(0x48, 0x4f, "Volume flow", ["m^3/s", -9]),
  scaled(0x50, 0x57, "Mass flow", ["kg/h", -3]),
  scaled(0x58, 0x5b, "Flow temperature", ["°C", -3]),
  scaled(0x5c, 0x5f, "Return temperature", ["°C", -3]),
  scaled(0x60, 0x63, "Temperature difference", ["K", -3]),
  scaled(0x64, 0x67, "External temperature", ["°C", -3]),
  scaled(0x68, 0x6b, "Pressure", ["bar", -3]),
  single(0x6c, "Time point (date)", "time"),
  single(0x6d, "Time point (date & time)", "time"),
  { ...single(0x6e, "H.C.A."), unit: "Units for H.C.A." },
  lasting(0x70, "Averaging Duration", SECONDS_TO_DAYS),
  lasting(0x74, "Actuality Duration", SECONDS_TO_DAYS),
  single(0x78, "Fabrication No", "identification"),
  single(0x79, "Identification", "identification"),
  single(0x7a, "Bus Address", "unsigned"),
  single(0x7e, "Any VIF"),
  single(0x7f, "Manufacturer specific"),
];

/** The meaning of a primary VIF without its extension bit. */
export function primaryMeaning(vif: number): Meaning {
  return meaningIn(PRIMARY, vif);
}
