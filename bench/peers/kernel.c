/*
 * The kernel's opponent: the same algorithm, written in C as one would write it for a single core.
 *
 * Why it is fair: it takes the same records of the same frames, checks columns and owners before it applies anything,
 * judges each reading by the same rules (R10-R15), rates it with the same exact arithmetic (R2, R32, R33), crosses the
 * same marks of the same compiled price list, and writes the same columns of rows. What the measured frames never need
 * (estimates, quarantine, alerts, cuts, charges) is left out; a frame that needed it would end the program. So it does
 * less than the kernel, never more. Pointers in place of checked addresses, 64 bytes an account as in the kernel, compiled
 * for this very machine by `cc -O3 -march=native`.
 *
 * It serves on standard input and output: each request is two words (operation, bytes behind them), each answer a
 * struct answer. Only the work of RUN is timed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OP_LOAD = 1, OP_RUN = 2, OP_CHECK = 3 };
enum { INPUT_BYTES_MAX = 4 << 20, ROWS_MAX = 1 << 17, SLOTS_MAX = 1 << 20 };
enum { FLAG_OPEN = 1, FLAGS_COMMON = 3, KIND_FRAME = 1, MARK_CYCLE = 1, SHAPE_PROFILE = 2 };
enum { FRAME_FLAG_TIMES = 1, FRAME_FLAG_QUALITY = 2, REPORT_BYTES = 24, VARINT_BYTES_MAX = 8 };

static const int64_t PICOS_A_MICRO = 1000000;
static const uint64_t COMMON_QUANTITY_MAX = 1ull << 31;
static const int64_t REGISTER_MAX = (1ll << 53) - 1;
static const uint32_t INTERVAL_S_MAX = 316224000;
static const uint64_t VARINT_BAD = UINT64_MAX;

/* One cache line, as a reading touches it. `step` is an index into steps. */
struct account {
  int64_t reg, balance, counter, floor;
  uint32_t read_s, boundary_s, step, carry;
  uint32_t gateway, max_rate, flags, resolution;
};
/* What only a boundary touches. */
struct cursor { uint32_t mark, charged_s; };
struct step { int64_t start, end, price_hi; uint32_t price_lo, tariff; uint8_t period, block, pad[6]; };
struct mark { uint32_t at; uint8_t period, flags, pad[2]; };
struct period { uint32_t first, blocks; };
struct gateway { uint32_t number, epoch, sequence; };
struct record { uint32_t bytes; uint16_t kind, gateway; uint32_t at_s, latest_s; };
struct frame {
  uint32_t magic;
  uint8_t shape, flags;
  uint16_t shard;
  uint32_t gateway, epoch, sequence, roster, base_s, interval_s;
  uint16_t slots, per_slot, reports, pad;
  uint32_t slot_bytes, time_bytes, register_bytes, quality_bytes;
};
struct load { uint32_t accounts, shard, steps, marks, periods, to_s; struct gateway gateway; };
struct answer { uint64_t ns, cpu_ns; int64_t sum; uint32_t rows, rows_crc, state_crc, pad; };

static struct account *accounts;
static struct cursor *cursors;
static struct step *steps;
static struct mark *marks;
static struct period *periods;
static struct load world;
static uint8_t input[INPUT_BYTES_MAX + 8] __attribute__((aligned(64)));

/* Columns of rated rows. */
static struct {
  uint32_t count;
  uint32_t account[ROWS_MAX], from[ROWS_MAX], to[ROWS_MAX], tariff[ROWS_MAX];
  int64_t reg[ROWS_MAX], quantity[ROWS_MAX], cost[ROWS_MAX];
  uint8_t verdict[ROWS_MAX], period[ROWS_MAX], block[ROWS_MAX], last[ROWS_MAX];
} rows;

static void must(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "kernel.c: %s\n", what);
  exit(1);
}

/* A varint's value and its length in one word: value << 4 | bytes. */
static inline uint64_t varint(const uint8_t *at) {
  uint64_t byte = at[0];
  if (byte < 0x80) return byte << 4 | 1;
  uint64_t value = byte & 0x7f;
  for (uint32_t length = 1; length < VARINT_BYTES_MAX; length++) {
    byte = at[length];
    value |= (byte & 0x7f) << (7 * length);
    if (byte < 0x80) return value << 4 | (length + 1);
  }
  return VARINT_BAD;
}
static inline uint32_t length_of(uint64_t word) { return word & 15; }
static inline int64_t zigzag(uint64_t word) {
  uint64_t value = word >> 4;
  return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static inline int64_t floor_div(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}
static inline int64_t cost_of(int64_t quantity, const struct step *step, uint32_t *carry) {
  int64_t low = quantity * step->price_lo + *carry;
  int64_t whole = floor_div(low, PICOS_A_MICRO);
  *carry = (uint32_t)(low - whole * PICOS_A_MICRO);
  return quantity * step->price_hi + whole;
}
static inline int64_t share_of(int64_t whole, uint32_t part, uint32_t all) {
  int64_t d = whole / all;
  uint64_t r = (uint64_t)(whole % all);
  return d * part + (int64_t)(r * part / all);
}
static inline bool is_within_rate(const struct account *a, int64_t quantity, uint32_t seconds) {
  if (a->max_rate == 0) return true;
  uint64_t passed = (uint64_t)a->max_rate * seconds;
  if (passed > 1ull << 59) return true;
  return (uint64_t)quantity * 36000 <= passed * 11 + (uint64_t)a->resolution * 36000;
}

static inline void add_row(uint32_t slot, uint32_t from, uint32_t to, int64_t reg, int64_t quantity,
                           int64_t cost, const struct step *step, uint8_t last) {
  uint32_t row = rows.count++;
  must(row < ROWS_MAX, "more rows than ROWS_MAX");
  rows.account[row] = world.shard * SLOTS_MAX + slot;
  rows.from[row] = from;
  rows.to[row] = to;
  rows.reg[row] = reg;
  rows.quantity[row] = quantity;
  rows.cost[row] = cost;
  rows.tariff[row] = step->tariff;
  rows.verdict[row] = 0;
  rows.period[row] = step->period;
  rows.block[row] = step->block;
  rows.last[row] = last;
}

/* The row that a reading gathers while its step stays the same. */
struct gathered { uint32_t step, from, to, written; int64_t quantity, cost; bool used; };

static void rate_part(uint32_t slot, uint32_t from, uint32_t to, int64_t quantity, int64_t reg,
                      struct gathered *g) {
  struct account *a = &accounts[slot];
  int64_t rest = quantity;
  do {
    const struct step *step = &steps[a->step];
    uint32_t index = a->step;
    int64_t room = step->end - a->counter;
    int64_t piece = rest < room ? rest : room;
    int64_t cost = cost_of(piece, step, &a->carry);
    a->balance -= cost;
    a->counter += piece;
    if (g->used && g->step == index) {
      g->quantity += piece;
      g->cost += cost;
      g->to = to;
    } else {
      if (g->used && g->quantity != 0) {
        add_row(slot, g->from, g->to, reg, g->quantity, g->cost, &steps[g->step], 0);
        g->written++;
      }
      *g = (struct gathered){index, from, to, g->written, piece, cost, true};
    }
    if (a->counter == step->end) a->step++;
    rest -= piece;
  } while (rest > 0);
}

/* Puts the account behind its next mark. Counters of scope `all`: they stay, but for a new cycle. */
static void cross(uint32_t slot, uint32_t at) {
  struct account *a = &accounts[slot];
  struct cursor *c = &cursors[slot];
  must(c->mark + 1 < world.marks && marks[c->mark + 1].at == at, "a boundary that is no mark");
  const struct mark *mark = &marks[++c->mark];
  if (mark->flags & MARK_CYCLE) a->counter = 0;
  uint32_t step = periods[mark->period].first;
  while (a->counter >= steps[step].end) step++;
  a->step = step;
  a->boundary_s = c->mark + 1 < world.marks ? marks[c->mark + 1].at : world.to_s;
  if (at > c->charged_s) c->charged_s = at;
}

static __attribute__((noinline)) void take_across(uint32_t slot, uint32_t at, int64_t reg) {
  struct account *a = &accounts[slot];
  uint32_t from = a->read_s, start = from;
  int64_t quantity = reg - a->reg, rated = 0;
  struct gathered g = {0};
  while (at >= a->boundary_s) {
    uint32_t boundary = a->boundary_s;
    int64_t up_to = share_of(quantity, boundary - from, at - from);
    rate_part(slot, start, boundary, up_to - rated, reg, &g);
    rated = up_to;
    start = boundary;
    cross(slot, boundary);
  }
  if (at > start) rate_part(slot, start, at, quantity - rated, reg, &g);
  if (g.quantity != 0 || g.written == 0)
    add_row(slot, g.from, g.to, reg, g.quantity, g.cost, &steps[g.step], 1);
  else
    rows.last[rows.count - 1] = 1;
  a->reg = reg;
  a->read_s = at;
  must(a->balance > a->floor, "a balance that is to be judged");
}

static inline void take_reading(uint32_t slot, uint32_t at, int64_t reg, uint32_t quality, uint32_t latest) {
  struct account *a = &accounts[slot];
  int64_t quantity = reg - a->reg;
  int64_t counter = a->counter + quantity;
  const struct step *step = &steps[a->step];
  uint32_t from = a->read_s;
  bool is_plain = a->flags == FLAGS_COMMON && quality == 0 && at > from && (uint64_t)quantity < COMMON_QUANTITY_MAX &&
                  reg <= REGISTER_MAX && at <= latest && is_within_rate(a, quantity, at - from) &&
                  at - from <= INTERVAL_S_MAX;
  must(is_plain, "a reading that needs more than this program has");
  if (at < a->boundary_s && counter < step->end) {
    uint32_t carry = a->carry;
    int64_t cost = cost_of(quantity, step, &carry);
    int64_t balance = a->balance - cost;
    if (cost >= 0 && balance > a->floor) {
      a->reg = reg;
      a->read_s = at;
      a->counter = counter;
      a->carry = carry;
      a->balance = balance;
      add_row(slot, from, at, reg, quantity, cost, step, 1);
      return;
    }
  }
  take_across(slot, at, reg);
}

/* Whether `bytes` from `at` are exactly `count` varints. */
static bool holds(const uint8_t *at, uint32_t bytes, uint32_t count) {
  const uint8_t *end = at + bytes;
  for (uint32_t i = 0; i < count; i++) {
    if (at >= end) return false;
    uint64_t word = varint(at);
    if (word == VARINT_BAD) return false;
    at += length_of(word);
  }
  return at == end;
}

static bool columns_are_sound(const struct frame *f) {
  bool is_profile = f->shape == SHAPE_PROFILE;
  uint32_t readings = f->slots * (is_profile ? f->per_slot : 1);
  uint32_t times = f->flags & FRAME_FLAG_TIMES ? f->slots : 0;
  uint32_t qualities = f->flags & FRAME_FLAG_QUALITY ? f->slots : 0;
  const uint8_t *at = (const uint8_t *)(f + 1);
  if (is_profile && times != 0) return false;
  if (f->quality_bytes != qualities) return false;
  return holds(at, f->slot_bytes, f->slots) && holds(at + f->slot_bytes, f->time_bytes, times) &&
         holds(at + f->slot_bytes + f->time_bytes, f->register_bytes, readings);
}

static bool slots_are_owned(const struct frame *f) {
  const uint8_t *at = (const uint8_t *)(f + 1);
  int64_t slot = 0;
  for (uint32_t i = 0; i < f->slots; i++) {
    uint64_t word = varint(at);
    at += length_of(word);
    slot += zigzag(word);
    if (slot < 0 || slot >= world.accounts) return false;
    if (!(accounts[slot].flags & FLAG_OPEN) || accounts[slot].gateway != f->gateway) return false;
  }
  return true;
}

static void take_frame(const struct frame *f, uint32_t latest) {
  bool is_profile = f->shape == SHAPE_PROFILE;
  uint32_t per_slot = is_profile ? f->per_slot : 1;
  const uint8_t *slot_at = (const uint8_t *)(f + 1);
  const uint8_t *time_at = slot_at + f->slot_bytes;
  const uint8_t *register_at = time_at + f->time_bytes;
  const uint8_t *quality_at = register_at + f->register_bytes;
  uint32_t slot = 0, base = f->base_s;
  for (uint32_t i = 0; i < f->slots; i++) {
    uint64_t slot_word = varint(slot_at);
    slot_at += length_of(slot_word);
    slot += (uint32_t)zigzag(slot_word);
    if (f->flags & FRAME_FLAG_TIMES) {
      uint64_t time_word = varint(time_at);
      time_at += length_of(time_word);
      base += (uint32_t)zigzag(time_word);
    }
    uint32_t quality = f->flags & FRAME_FLAG_QUALITY ? *quality_at++ : 0;
    int64_t reg = 0;
    uint32_t at = base;
    for (uint32_t k = 0; k < per_slot; k++, at += f->interval_s) {
      uint64_t word = varint(register_at);
      register_at += length_of(word);
      reg = k == 0 ? (int64_t)(word >> 4) : reg + zigzag(word);
      take_reading(slot, at, reg, quality, latest);
    }
  }
}

static void run(uint32_t bytes) {
  rows.count = 0;
  for (const uint8_t *at = input; at < input + bytes;) {
    const struct record *record = (const struct record *)at;
    const struct frame *frame = (const struct frame *)(record + 1);
    must(record->kind == KIND_FRAME && record->gateway == 0, "a record that is no frame of gateway 0");
    must(frame->gateway == world.gateway.number && frame->epoch == world.gateway.epoch, "another gateway");
    must(frame->sequence == ++world.gateway.sequence, "a frame out of its turn");
    must(frame->reports == 0 && columns_are_sound(frame), "a malformed frame");
    must(slots_are_owned(frame), "a foreign slot");
    take_frame(frame, record->latest_s);
    at += record->bytes;
  }
}

static uint32_t crc_table[256];
static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int k = 0; k < 8; k++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    crc_table[i] = crc;
  }
}
static uint32_t crc32(uint32_t crc, const void *data, size_t bytes) {
  const uint8_t *at = data;
  crc = ~crc;
  while (bytes--) crc = crc >> 8 ^ crc_table[(crc ^ *at++) & 255];
  return ~crc;
}

static uint32_t rows_crc(void) {
  uint32_t n = rows.count, crc = 0;
  crc = crc32(crc, rows.account, n * 4);
  crc = crc32(crc, rows.from, n * 4);
  crc = crc32(crc, rows.to, n * 4);
  crc = crc32(crc, rows.reg, n * 8);
  crc = crc32(crc, rows.quantity, n * 8);
  crc = crc32(crc, rows.cost, n * 8);
  crc = crc32(crc, rows.tariff, n * 4);
  crc = crc32(crc, rows.verdict, n);
  crc = crc32(crc, rows.period, n);
  crc = crc32(crc, rows.block, n);
  return crc32(crc, rows.last, n);
}

static void take(void *place, size_t bytes) {
  must(fread(place, 1, bytes, stdin) == bytes, "standard input ended within a request");
}
static void *taken(size_t bytes) {
  void *place = aligned_alloc(64, (bytes + 63) / 64 * 64);
  must(place != NULL, "no memory");
  take(place, bytes);
  return place;
}

static void load(void) {
  take(&world, sizeof world);
  steps = taken(world.steps * sizeof *steps);
  marks = taken(world.marks * sizeof *marks);
  periods = taken(world.periods * sizeof *periods);
  accounts = taken(world.accounts * sizeof *accounts);
  cursors = taken(world.accounts * sizeof *cursors);
}

/* Register, balance, counter, time of reading and carry of each account. */
static void check(struct answer *answer) {
  for (uint32_t i = 0; i < world.accounts; i++) {
    const struct account *a = &accounts[i];
    answer->sum += a->balance;
    struct { int64_t reg, balance, counter; uint32_t read_s, carry; } line = {a->reg, a->balance, a->counter,
                                                                           a->read_s, a->carry};
    answer->state_crc = crc32(answer->state_crc, &line, sizeof line);
  }
}

static uint64_t now_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(void) {
  make_crc_table();
  uint32_t request[2];
  while (fread(request, 4, 2, stdin) == 2) {
    struct answer answer = {0};
    if (request[0] == OP_LOAD) load();
    else if (request[0] == OP_CHECK) check(&answer);
    else {
      must(request[0] == OP_RUN && request[1] <= INPUT_BYTES_MAX, "an unknown request");
      take(input, request[1]);
      uint64_t cpu = now_ns(CLOCK_THREAD_CPUTIME_ID), wall = now_ns(CLOCK_MONOTONIC);
      run(request[1]);
      answer.ns = now_ns(CLOCK_MONOTONIC) - wall;
      answer.cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
      answer.rows = rows.count;
      answer.rows_crc = rows_crc();
    }
    must(fwrite(&answer, sizeof answer, 1, stdout) == 1 && fflush(stdout) == 0, "standard output is closed");
  }
  return 0;
}
