/**
 * What the bench and its two processes tell each other.
 */
import type { NetworkLink } from "../../engine/contract/link.ts";
import type { FieldSize } from "./layout.ts";

/** To the field's process. */
export type ToField = { size: FieldSize };
/** A meter as the roster takes it; `healthy` ones answer rightly. */
export type BenchMeter = {
  serial: string;
  service: "electricity" | "water";
  driver: "modbus" | "mbus";
  device: string;
  link: NetworkLink;
  address: string;
  healthy: boolean;
};
/** From the field's process: its meters, in the order of their slots. */
export type FromField = { meters: BenchMeter[] };

/** To the gateway's process: begin, or tell what was found since the last time. */
export type ToGateway =
  | { natsUrl: string; credentials: string; folder: string; periodMs: number; key: string }
  | { take: true };
/**
 * From the gateway's process: how late each read was, when each meter was read last and how often, and how long the event
 * loop stood still at most; `ownMs` is what of that the process spent on work of its own.
 */
export type FromGateway = {
  latenessMs: number[];
  reads: Record<number, number>;
  stallMs: number;
  ownMs: number;
  stallP99Ms: number;
  cpuMs: number;
  wallMs: number;
};
