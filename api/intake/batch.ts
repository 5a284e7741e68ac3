/**
 * Readings line by line: each is looked up among the operator's meters, judged by what the engine knows of its meter, and
 * handed to the gateway that has it. The engine judges again when it takes them; it has the last word.
 */
import { and, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import { REGISTER_MAX } from "../../engine/contract/frame.ts";
import { INTAKE_READINGS_MAX, type IntakeReadings } from "../../engine/contract/intake.ts";
import { Judge } from "../../engine/contract/reading-verdict.ts";
import { atomsFromText } from "../../engine/contract/services.ts";
import type { ApiContext } from "../context.ts";
import { inChunks } from "../each.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { meters } from "../registry/schema/field.ts";
import { unitShown } from "../shown-unit.ts";

/** A reading may be ahead of the installation's clock by so much (R14). */
const SKEW_S = 120;
const TIME_MAX = 0xffff_ffff;

const wanted = z
  .strictObject({
    meter_serial: z.string().max(64).optional(),
    meter_id: z.uuid().optional(),
    read_at: z.iso.datetime({ offset: true }),
    register: z.string().max(40).optional(),
    register_atoms: z
      .string()
      .regex(/^\d{1,16}$/)
      .optional(),
    quality: z.enum(["actual", "estimated"]).default("actual"),
  })
  .refine((line) => (line.meter_serial === undefined) !== (line.meter_id === undefined), {
    error: "names either meter_serial or meter_id",
  })
  .refine((line) => (line.register === undefined) !== (line.register_atoms === undefined), {
    error: "has either register or register_atoms",
  });
type Wanted = z.output<typeof wanted>;

/** One line of the answer. */
export type BatchLine = {
  line: number;
  meter_serial?: string;
  verdict: string;
  code?: string;
  detail?: string;
};
type Place = { meter: typeof meters.$inferSelect; shard: number; slot: number; gateway: number };
type Taken = { answer: BatchLine; place: Place; reading: IntakeReadings["readings"][number] };

/** Sends the lines; gives an answer for each, in their order. */
export async function sendBatch(
  context: ApiContext,
  operatorId: string,
  lines: readonly { line: number; text: string }[],
): Promise<BatchLine[]> {
  const parsed = lines.map(({ line, text }) => ({ line, value: parse(text) }));
  const places = await placesOf(
    context,
    operatorId,
    parsed.flatMap(({ value }) => (typeof value === "string" ? [] : [value])),
  );
  const taken: Taken[] = [];
  const answers = parsed.map(({ line, value }): BatchLine => {
    if (typeof value === "string") return refused(line, "line_invalid", value);
    const place = places.get(value.meter_id ?? value.meter_serial ?? "");
    if (place === undefined)
      return refused(line, "meter_unknown", "there is no such meter with an account");
    const reading = readingOf(value, place);
    if (typeof reading === "string") return refused(line, "line_invalid", reading);
    const answer = { line, meter_serial: place.meter.serial, verdict: "" };
    taken.push({ answer, place, reading });
    return answer;
  });
  await judgeAll(context, taken);
  await handOn(context, taken);
  return answers;
}

function refused(line: number, code: string, detail: string): BatchLine {
  return { line, verdict: "refused", code, detail };
}

function parse(text: string): Wanted | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is no JSON";
  }
  const parsed = wanted.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join("/") ?? ""} ${issue?.message ?? "is no reading"}`.trim();
}

async function placesOf(
  { db }: ApiContext,
  operatorId: string,
  lines: readonly Wanted[],
): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  const load = async (column: typeof meters.id | typeof meters.serial, names: string[]) => {
    for (const some of inChunks([...new Set(names)], INTAKE_READINGS_MAX)) {
      const rows = await db
        .select({ meter: meters, account: accounts })
        .from(meters)
        .innerJoin(accounts, eq(accounts.usage_point_id, meters.usage_point_id))
        .where(
          and(
            eq(meters.operator_id, operatorId),
            isNull(meters.retired_at),
            inArray(column, [...some]),
          ),
        );
      for (const { meter, account } of rows) {
        const { shard, slot } = account;
        const key = column === meters.id ? meter.id : meter.serial;
        places.set(key, { meter, shard, slot, gateway: meter.gateway });
      }
    }
  };
  await load(
    meters.id,
    lines.flatMap(({ meter_id: id }) => (id === undefined ? [] : [id])),
  );
  await load(
    meters.serial,
    lines.flatMap(({ meter_serial: of }) => (of === undefined ? [] : [of])),
  );
  return places;
}

function readingOf(
  { read_at, register, register_atoms, quality }: Wanted,
  { meter, slot }: Place,
): Taken["reading"] | string {
  const atMs = Date.parse(read_at);
  if (atMs % 1_000 !== 0 || atMs < 0 || atMs > TIME_MAX * 1_000)
    return "read_at must be a whole second from 1970 to 2106";
  const unit = unitShown(meter.service);
  const atoms =
    register_atoms === undefined ? atomsFromText(register ?? "", unit) : BigInt(register_atoms);
  if (atoms === undefined || atoms < 0n || atoms > BigInt(REGISTER_MAX))
    return `register must be 0 or more ${unit.name}, to the whole ${unit.atom}`;
  return { slot, register_atoms: Number(atoms), at_s: atMs / 1_000, quality };
}

/** Judges each meter's readings in their order, behind what the engine has of it. */
async function judgeAll({ engine, clock }: ApiContext, taken: readonly Taken[]): Promise<void> {
  const judges = new Map<string, Judge>();
  const places = new Map(taken.map(({ place }) => [place.meter.id, place]));
  const states = await engine.states([...places.values()]);
  for (const [i, { meter }] of [...places.values()].entries()) {
    const last = states[i]?.last_reading;
    const limits = {
      modulusAtoms: meter.modulus_atoms,
      maxRateAtomsPerHour: meter.max_rate_atoms_per_hour,
      stepAtoms: meter.step_atoms,
      latestS: clock.nowS() + SKEW_S,
    };
    const before = last && { atS: last.at_s, registerAtoms: BigInt(last.register_atoms) };
    judges.set(meter.id, new Judge(limits, before ?? undefined));
  }
  for (const { answer, place, reading } of taken) {
    const { at_s: atS, register_atoms, quality } = reading;
    const judged = { atS, registerAtoms: BigInt(register_atoms), quality };
    answer.verdict = judges.get(place.meter.id)?.take(judged) ?? "refused";
  }
}

async function handOn({ intake }: ApiContext, taken: readonly Taken[]): Promise<void> {
  const byGateway = groupByGateway(taken);
  for (const [gateway, all] of byGateway) {
    for (const some of inChunks(all, INTAKE_READINGS_MAX)) {
      const reply = await intake(gateway, { readings: some.map(({ reading }) => reading) });
      if (reply.status !== "refused") continue;
      for (const { answer } of some)
        Object.assign(answer, {
          verdict: "refused",
          code: "gateway_unavailable",
          detail: `${reply.reason}: send it again`,
        });
    }
  }
}

function groupByGateway(taken: readonly Taken[]): Map<number, Taken[]> {
  const groups = new Map<number, Taken[]>();
  for (const one of taken) {
    const group = groups.get(one.place.gateway) ?? [];
    groups.set(one.place.gateway, group);
    group.push(one);
  }
  return groups;
}
