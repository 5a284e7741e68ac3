/**
 * Reads properties of one device: all in one request where the device can do that, else one by one. Every value must say
 * which object and property it is of, and that must be what was asked.
 */
import {
  readReadMultipleAck,
  readReadPropertyAck,
} from "../../../engine/contract/bacnet/answers.ts";
import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import { CONFIRMED } from "../../../engine/contract/bacnet/names.ts";
import {
  type ReadSpec,
  writeReadMultiple,
  writeReadProperty,
} from "../../../engine/contract/bacnet/services.ts";
import {
  type BacnetValue,
  type ObjectId,
  sameObject,
} from "../../../engine/contract/bacnet/values.ts";
import { type Failed, failed } from "./calls.ts";
import type { Peer } from "./peer.ts";
import type { BacnetPort } from "./port.ts";

/** One property that is asked for. */
export type Wanted = { object: ObjectId; property: number };
/** A property's values in the order of asking, or the error that the device gave for it alone. */
export type Got = { values: readonly BacnetValue[] } | { errorCode: number };
/** How a device is asked. */
export type Asked = { peer: Peer; timeoutMs: number; multiple: boolean };

/** Reads properties; as many results as were wanted, in their order. */
export async function readProperties(
  port: BacnetPort,
  asked: Asked,
  wanted: readonly Wanted[],
): Promise<{ ok: true; got: Got[] } | Failed> {
  if (asked.multiple) return readTogether(port, asked, wanted);
  const got: Got[] = [];
  for (const one of wanted) {
    const read = await readOne(port, asked, one);
    if ("fault" in read) return read;
    got.push(read);
  }
  return { ok: true, got };
}

async function readTogether(port: BacnetPort, asked: Asked, wanted: readonly Wanted[]) {
  const body = writeReadMultiple(grouped(wanted));
  const { peer, timeoutMs } = asked;
  const reply = await port.request(peer, {
    service: CONFIRMED.readPropertyMultiple,
    body,
    timeoutMs,
  });
  if (!reply.ok) return reply;
  return understood(() => {
    const flat = readReadMultipleAck(reply.body).flatMap(({ object, results }) =>
      results.map((result) => ({ object, result })),
    );
    const inOrder = grouped(wanted).flatMap(({ object, properties }) =>
      properties.map(({ property }) => ({ object, property })),
    );
    if (flat.length !== inOrder.length) return strangeAnswer("another number of properties");
    const got = new Map<Wanted, Got>();
    for (const [at, { object, result }] of flat.entries()) {
      const one = inOrder[at];
      if (one === undefined || !isOf(one, object, result)) return strangeAnswer(nameOf(object));
      const mine = wanted.find(
        (each) => each.property === one.property && sameObject(each.object, one.object),
      );
      if (mine !== undefined) got.set(mine, gotOf(result));
    }
    return { ok: true as const, got: wanted.map((one) => got.get(one) ?? { errorCode: 0 }) };
  });
}

async function readOne(
  port: BacnetPort,
  { peer, timeoutMs }: Asked,
  one: Wanted,
): Promise<Got | Failed> {
  const body = writeReadProperty(one.object, { property: one.property });
  const reply = await port.request(peer, { service: CONFIRMED.readProperty, body, timeoutMs });
  if (!reply.ok) {
    return reply.said?.kind === "error" ? { errorCode: reply.said.errorCode } : reply;
  }
  return understood(() => {
    const { object, results } = readReadPropertyAck(reply.body);
    const result = results[0];
    if (result === undefined || !isOf(one, object, result)) return strangeAnswer(nameOf(object));
    return gotOf(result);
  });
}

type Result = ReturnType<typeof readReadPropertyAck>["results"][number];

function isOf(one: Wanted, object: ObjectId, result: Result): boolean {
  return (
    sameObject(one.object, object) && result.property === one.property && result.index === undefined
  );
}

function gotOf(result: Result): Got {
  return "values" in result ? { values: result.values } : { errorCode: result.error.errorCode };
}

function strangeAnswer(what: string): Failed {
  return failed("wrong_identity", `the answer is of ${what}, which was not asked for`);
}

function nameOf({ type, instance }: ObjectId): string {
  return `object ${type},${instance}`;
}

/** Bytes that are no answer are a refusal. */
function understood<T>(read: () => T): T | Failed {
  try {
    return read();
  } catch (error) {
    if (error instanceof BacnetFault)
      return failed("malformed", `the answer cannot be read: ${error.message}`);
    throw error;
  }
}

/** Properties of one object stand together in a request. */
function grouped(wanted: readonly Wanted[]): ReadSpec[] {
  const specs: { object: ObjectId; properties: { property: number }[] }[] = [];
  for (const { object, property } of wanted) {
    const spec = specs.find((each) => sameObject(each.object, object));
    if (spec === undefined) specs.push({ object, properties: [{ property }] });
    else spec.properties.push({ property });
  }
  return specs;
}
