/**
 * What each figure means: the help of its Prometheus metric, and its labels. The same names are given by a role's own
 * address and by the api for all roles.
 */

/** Help of a role's figures. Units are in the names: `_ms` becomes seconds in Prometheus, `_share` is from 0 to 1. */
export type Help = Readonly<Record<string, string>>;

/** Figures that hold several numbers, and the label that tells them apart. */
export const LABELS: Readonly<Record<string, string>> = {
  shard_readings_per_s: "shard",
  shard_waiting: "shard",
  shard_lag_ms: "shard",
  shard_lag_frames: "shard",
  shard_accounts: "shard",
  faults: "fault",
};

/** The engine's figures. */
export const ENGINE_HELP: Help = {
  accounts: "Accounts of all shards that the process owns",
  readings_total: "Readings taken since the start",
  readings_per_s: "Readings taken in the last second",
  batches_total: "Batches applied and synced since the start",
  batches_per_s: "Batches applied and synced in the last second",
  batch_readings_p50: "Median of readings in a batch, over the last ten seconds",
  batch_readings_p99: "99th percentile of readings in a batch, over the last ten seconds",
  batch_readings_max: "Most readings in a batch, over the last ten seconds",
  batch_p99_ms:
    "99th percentile of the time from gathering a batch to its answers, over the last ten seconds",
  batch_seconds: "Time from gathering a batch to its answers",
  frames_total: "Frames taken since the start, refused ones included",
  refused_frames_total: "Frames refused since the start: wrong tag, sequence, roster or slot",
  commands_total: "Commands taken since the start",
  waiting: "Frames and commands that wait for their shard",
  gateways: "Gateways that the shards know",
  gateways_silent: "Gateways without a frame for a quarter of an hour of the installation's clock",
  journal_syncs_total: "Syncs of the journal since the start",
  journal_syncs_per_s: "Syncs of the journal in the last second",
  journal_bytes_total: "Bytes written to the journal since the start",
  journal_bytes_per_s: "Bytes written to the journal in the last second",
  journal_sync_ms: "Time of the last write and sync of the journal",
  journal_sync_p50_ms: "Median time of a write and sync of the journal, over the last ten seconds",
  journal_sync_p99_ms:
    "99th percentile of a write and sync of the journal, over the last ten seconds",
  journal_sync_max_ms: "Longest write and sync of the journal, over the last ten seconds",
  journal_sync_seconds: "Time of a write and sync of the journal",
  outbox_bytes: "Bytes of outputs that NATS has not taken yet",
  worker_busy_share: "Share of the workers' time spent in the kernel, in the last second",
  journal_stalled: "1 while nothing is acknowledged because the journal's disk can't be written",
  alarms: "Alarms that stand",
  lag_ms: "Age of the oldest frame that is in JetStream and not settled, of all shards",
  lag_frames: "Frames in JetStream that are not settled, of all shards",
  shard_readings_per_s: "Readings taken in the last second, by shard",
  shard_waiting: "Frames and commands that wait, by shard",
  shard_lag_ms: "Age of the oldest frame that is in JetStream and not settled, by shard",
  shard_lag_frames: "Frames in JetStream that are not settled, by shard",
  shard_accounts: "Accounts, by shard",
};

/** The gateway role's figures. */
export const GATEWAY_HELP: Help = {
  at_s: "The installation's clock, in seconds since 1970",
  gateways: "Gateways of the process",
  meters: "Meters of their rosters",
  polls: "Reads made since the start",
  polls_per_s: "Reads made in the last second",
  faults: "Failed reads since the start, by kind",
  silent_meters: "Meters that have not answered for several polls",
  stale_meters: "Meters without a reading for several of their periods",
  drifted_meters: "Meters whose clock is off",
  urgent_meters: "Meters that are read oftener because their credit is low",
  spool_frames: "Frames on disk that the engine has not acknowledged",
  spool_bytes: "Bytes of frames on disk that the engine has not acknowledged",
  waiting: "Reads that wait for their bus",
  published: "Frames that JetStream took since the start, repeats included",
  commands_done: "Supply commands carried out since the start",
  stall_ms: "Longest standstill of the event loop in the last second",
  stall_most_ms: "Longest standstill of the event loop since the start",
  stall_p99_ms: "99th percentile of standstills of the event loop in the last second",
  alarms: "Alarms that stand",
};

/** The store writer's figures. */
export const STORE_HELP: Help = {
  rows_total: "Rows written to ClickHouse since the start",
  rows_per_s: "Rows written in the last second",
  blocks_total: "Rated blocks written since the start",
  blocks_per_s: "Rated blocks written in the last second",
  inserts_per_s: "Inserts in the last second",
  insert_ms: "Mean time of an insert in the last second",
  in_flight: "Inserts under way",
  lag: "Rated blocks that are not in the store yet; -1 where NATS does not tell",
  lag_bytes: "Bytes of rated blocks that are not in the store yet; -1 where NATS does not tell",
  lag_s:
    "How long the oldest rated block waits for the store, in seconds; -1 where NATS does not tell",
  events_lag: "Events that are not in the store yet; -1 where NATS does not tell",
  events_total: "Events written to ClickHouse since the start",
  behind: "1 while the store is too far behind, or nobody knows how far",
  retries_total: "Inserts that failed and were tried again since the start",
  settled_total: "Blocks that turned out to be in the store already",
  refused_total: "Blocks that are no rated blocks and were left out",
};

/** The api's figures. */
export const API_HELP: Help = {
  requests_total: "Answered requests since the start",
  requests_per_s: "Answered requests in the last second",
  vends_total: "Vends answered with a new receipt since the start",
  vends_per_s: "Vends answered with a new receipt in the last second",
  vend_p50_ms: "Median time of a vend from request to answer, over the last minute",
  vend_p99_ms: "99th percentile of a vend from request to answer, over the last minute",
  vend_max_ms: "Longest vend from request to answer, over the last minute",
  vend_seconds: "Time of a vend from request to answer",
  refused_total: "Requests answered with 4xx since the start",
  failed_total: "Requests answered with 5xx since the start",
  stream_connections: "Connections to the stream",
  stream_lanes: "Connections to the stream that hear all events and keep up",
  stream_lagged: "Messages left out for slow readers that are connected now",
  stream_waiting_chars: "Characters that wait for slow readers",
};

/** Help by the role's name on NATS. */
export const HELP: Readonly<Record<string, Help>> = {
  engine: ENGINE_HELP,
  gateway: GATEWAY_HELP,
  store: STORE_HELP,
  api: API_HELP,
};
