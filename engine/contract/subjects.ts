/**
 * NATS names: the streams and subjects between the parts (architecture, "Shards, slots, frames").
 */

/** JetStream streams. FRAMES, CMD and RATED are work queues; EVENTS keeps a bounded history for resuming readers. */
export const STREAMS = {
  frames: "FRAMES",
  commands: "CMD",
  events: "EVENTS",
  rated: "RATED",
} as const;

/** Frames of one gateway for one shard. */
export const frameSubject = (shard: number, gateway: number): string => `frame.${shard}.${gateway}`;
/** All frames of one shard. */
export const shardFrames = (shard: number): string => `frame.${shard}.*`;
/** The shard that a frame's subject names; NaN for one that names none. */
export const shardOfFrame = (subject: string): number => {
  const from = subject.indexOf(".") + 1;
  return Number(subject.slice(from, subject.indexOf(".", from)));
};
/** Supply commands for one gateway. */
export const commandSubject = (gateway: number): string => `cmd.${gateway}`;
/** One event, by shard and type; the type's dots make further tokens. */
export const eventSubject = (shard: number, type: string): string => `event.${shard}.${type}`;
/** Rated blocks of one shard. */
export const ratedSubject = (shard: number): string => `rated.${shard}`;
/** Core subject of durable acknowledgements to one gateway. */
export const ackSubject = (gateway: number): string => `ack.${gateway}`;
/** Core subject on which the engine that owns a shard takes commands, by request and reply. */
export const engineCommand = (shard: number): string => `engine.${shard}.command`;
/** Core subject on which the engine that owns a shard answers questions. */
export const engineQuery = (shard: number): string => `engine.${shard}.query`;
/** Core subject on which the registry answers a gateway's request for its roster. */
export const rosterSubject = (gateway: number): string => `registry.roster.${gateway}`;
/** Core subject on which the registry says that a gateway's roster has a new version. */
export const rosterChanged = (gateway: number): string => `registry.roster.${gateway}.changed`;
/** Core subject on which a gateway is told the slots whose credit is low. */
export const urgentSubject = (gateway: number): string => `registry.urgent.${gateway}`;
/** Core subject on which a gateway takes readings that no driver reads: from files and other systems. */
export const intakeSubject = (gateway: number): string => `intake.${gateway}`;
/** Core subject on which a gateway says why a supply command failed. */
export const supplyFaultSubject = (gateway: number): string => `supply.fault.${gateway}`;
/** Core subject of each role's once-a-second figures for the operations page. */
export const metricsSubject = (role: string): string => `metrics.${role}`;
/** All roles' figures. */
export const METRICS_ALL = "metrics.*";
