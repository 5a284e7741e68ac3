/**
 * The BACnet driver before its simulator: one device holds all meters, and misbehaves as a whole.
 */
import type { SlaveFault } from "../bacnet/slave-faults.ts";
import { HASTY_MS, startBench } from "../bacnet/testing/field.ts";
import type { Subject, SubjectField, SubjectMeter } from "./subject.ts";

const MODEL = "bacnet-panel-relay";

const FAULTS: readonly SlaveFault[] = [
  { kind: "silent" },
  { kind: "garbage" },
  { kind: "late", delayMs: HASTY_MS + 60 },
  { kind: "wrong_source" },
  { kind: "wrong_invoke_id" },
  { kind: "wrong_object" },
  { kind: "segmented" },
  { kind: "abort" },
  { kind: "reject" },
  { kind: "error" },
  { kind: "oversized" },
  { kind: "short" },
  { kind: "wide_value" },
  { kind: "reset" },
  { kind: "wrong_serial", serial: "21000001" },
  { kind: "wrong_device", device: 4_321 },
  { kind: "at_fault" },
  { kind: "other_scale" },
  { kind: "lying_relay" },
];

/** The driver, over BACnet/IP. */
export const BACNET_SUBJECT: Subject = {
  name: "BACnet/IP",
  faults: FAULTS.map(({ kind }) => kind),
  lies: ["lying_relay"],
  shared: FAULTS.map(({ kind }) => kind),
  settleMs: 8_000,
  searchMs: 20_000,
  async start(): Promise<SubjectField> {
    const bench = await startBench(MODEL, 3);
    const subjectMeter = (at: number): SubjectMeter => {
      const [entry, meter] = [bench.roster[at], bench.meters[at]];
      if (entry === undefined || meter === undefined) throw new Error("three meters");
      return { entry, atoms: () => meter.atoms, flows: () => meter.closed };
    };
    const meters = [subjectMeter(0), subjectMeter(1), subjectMeter(2)] as const;
    return {
      driver: bench.driver,
      link: meters[0].entry.link,
      meters,
      setFault: (name) => bench.slave.setFault(FAULTS.find(({ kind }) => kind === name)),
      close: () => bench.close(),
    };
  },
};
