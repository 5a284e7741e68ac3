/**
 * Made-up figures of all roles, in the shapes in which the roles publish them.
 */

/** What the figures are of. While `isBad`, several things are wrong. */
export type FiguresOf = { readings: number; accounts: number; beat: number; isBad: boolean };

const SHARDS = 64;
const BUSES = 14;

/** Figures by role. */
export function figuresOf(of: FiguresOf): Record<string, Record<string, unknown>> {
  return { engine: engine(of), gateway: gateway(of), store: store(of), api: api(of) };
}

/** A wave that looks like load: around 1. */
const wave = (beat: number, length: number): number =>
  1 + 0.35 * Math.sin((beat * 2 * Math.PI) / length) + 0.12 * Math.sin(beat * 1.7);

function engine({ readings, accounts, beat, isBad }: FiguresOf): Record<string, unknown> {
  const used = Array.from({ length: SHARDS }, (_, shard) =>
    shard % 3 === 0 ? 0 : 5 + (shard % 7),
  );
  const lagMs = used.map((count, shard) => (isBad && shard === 22 ? 41_000 : count > 9 ? 12 : 0));
  return {
    accounts,
    readings_total: readings,
    readings_per_s: Math.round(accounts * wave(beat, 40)),
    batches_per_s: Math.round(90 * wave(beat, 40)),
    batch_readings_p50: 12,
    batch_readings_p99: 210,
    frames_total: beat * 80,
    waiting: 3,
    gateways: 38,
    gateways_silent: isBad ? 2 : 0,
    journal_syncs_per_s: 84,
    journal_sync_ms: 2,
    journal_sync_p50_ms: 1.4 * wave(beat, 25),
    journal_sync_p99_ms: 5.2 * wave(beat, 31),
    worker_busy_share: 0.21 * wave(beat, 40),
    outbox_bytes: 0,
    journal_stalled: 0,
    alarms: 0,
    alarm: "",
    lag_ms: Math.max(...lagMs),
    lag_frames: isBad ? 812 : 4,
    shard_accounts: used,
    shard_readings_per_s: used.map((count, shard) => Math.round(count * wave(beat + shard, 9))),
    shard_waiting: used.map(() => 0),
    shard_lag_ms: lagMs,
    shard_lag_frames: used.map(() => 0),
  };
}

function gateway({ beat, isBad }: FiguresOf): Record<string, unknown> {
  return {
    role: "gateway",
    instance: "field-1:4120",
    gateways: 38,
    meters: 320,
    polls_per_s: Math.round(160 * wave(beat, 30)),
    silent_meters: isBad ? 3 : 0,
    stale_meters: isBad ? 1 : 0,
    spool_frames: isBad ? 912 : 6,
    spool_bytes: isBad ? 4_210_000 : 21_400,
    waiting: 9,
    stall_ms: 14,
    alarms: isBad ? ["gateway 12: the engine does not answer: is it running?"] : [],
    links: Array.from({ length: BUSES }, (_, bus) => ({
      link: `tcp://10.20.${bus}.4:502`,
      reads: 4_100 + bus * 37,
      faults: bus === 3 ? { timeout: 12, crc: 1 } : {},
      worst_ms: 30 + ((bus * 83) % 400),
      waiting: bus % 4,
    })),
  };
}

function store({ beat, isBad }: FiguresOf): Record<string, unknown> {
  return {
    role: "store",
    rows_total: beat * 300,
    rows_per_s: Math.round(300 * wave(beat - 3, 40)),
    insert_ms: 11,
    lag: isBad ? 400 : 1,
    lag_s: isBad ? 75 : 0.4 * wave(beat, 12),
    behind: 0,
    last_error: isBad ? "connect ECONNREFUSED 127.0.0.1:8123" : "",
  };
}

function api({ beat }: FiguresOf): Record<string, unknown> {
  return {
    instance: "api-1:4099",
    requests_total: beat * 20,
    requests_per_s: Math.round(20 * wave(beat, 15)),
    vends_total: 214,
    vend_p50_ms: 13 * wave(beat, 50),
    vend_p99_ms: 38 * wave(beat, 37),
    stream_connections: 41,
  };
}
