/**
 * Layout 1 to 2. Policies grew and moved, and have parts now that are off; compiled price lists tell of their charges in
 * which order and when they are collected; everything else lies where it lay, with zeros (nothing owed, nothing pending)
 * in what is new.
 *
 * The numbers here are those of the two layouts as they were, so nothing is imported from the layout of today.
 */
import type { Migration, StateRange } from "./migration.ts";

const PAGE = 4_096;
const LAYOUT_AT = 0;
const EXTRAS_AT = 32;

const OLD_POLICIES = 327_680;
const OLD_POLICY_BYTES = 128;
const OLD_POLICY_USED_BYTES = 80;
const OLD_POLICIES_END = 458_752;
const NEW_POLICIES = 720_896;
const NEW_POLICY_BYTES = 256;
const POLICY_USED = 0;
const POLICY_THRESHOLDS = 4;
const POLICY_SEVERITY = 80;
const POLICY_EXCEED = 88;
const POLICY_THRESHOLD_FIRST = 220;
const POLICY_TOPUP_EVERY = 228;
const SEVERITY_WARNING = 1;
const MARK_DAY = 4;
const MONEY_MAX = 1n << 62n;

const TABLES = 134_217_728;
const OLD_MAGIC = 827_606_084;
const NEW_MAGIC = 844_383_300;
const TABLE_BYTES = 4;
const TABLE_CHARGES_AT = 40;
const TABLE_CHARGES = 45;
const CHARGE_BYTES = 16;
const CHARGE_INDEX = 4;
const CHARGE_WHILE = 6;
const DROPPED_WHILE_DISCONNECTED = 1;

/** The step. */
export const LAYOUT_1_TO_2: Migration = {
  from: 1,
  migrate: (ranges) =>
    ranges.flatMap((range) => {
      if (range.address === 0) return [stateOf(range)];
      if (range.address >= OLD_POLICIES && range.address < OLD_POLICIES_END)
        return policiesOf(range);
      return range.address === TABLES ? [tablesOf(range)] : [range];
    }),
};

function copyOf({ content }: StateRange): Buffer {
  return Buffer.from(content);
}

function stateOf(range: StateRange): StateRange {
  const content = copyOf(range);
  content.writeUInt32LE(2, LAYOUT_AT);
  // The first extra is nobody's.
  content.writeUInt32LE(1, EXTRAS_AT);
  return { address: range.address, content };
}

/** A page of policies becomes two, since each is twice as long. */
function policiesOf(range: StateRange): StateRange[] {
  const old = copyOf(range);
  const count = PAGE / OLD_POLICY_BYTES;
  const grown = Buffer.alloc(count * NEW_POLICY_BYTES);
  for (let i = 0; i < count; i++) {
    const policy = grown.subarray(i * NEW_POLICY_BYTES, (i + 1) * NEW_POLICY_BYTES);
    old.copy(policy, 0, i * OLD_POLICY_BYTES, i * OLD_POLICY_BYTES + OLD_POLICY_USED_BYTES);
    if (policy.readUInt32LE(POLICY_USED) !== 0) turnOff(policy);
  }
  const first =
    NEW_POLICIES + ((range.address - OLD_POLICIES) / OLD_POLICY_BYTES) * NEW_POLICY_BYTES;
  return [
    { address: first, content: grown.subarray(0, PAGE) },
    { address: first + PAGE, content: grown.subarray(PAGE) },
  ];
}

/** What a policy leaves out that says nothing of the new parts. */
function turnOff(policy: Buffer): void {
  const thresholds = policy.readUInt32LE(POLICY_THRESHOLDS);
  for (let i = 0; i < thresholds; i++) policy[POLICY_SEVERITY + i] = SEVERITY_WARNING;
  policy.writeBigInt64LE(MONEY_MAX, POLICY_EXCEED);
  policy.writeUInt32LE(1, POLICY_THRESHOLD_FIRST);
  policy.writeUInt32LE(MARK_DAY, POLICY_TOPUP_EVERY);
}

/** Tables lie one behind the other. Their charges were collected in the price list's order, but not while disconnected. */
function tablesOf(range: StateRange): StateRange {
  const content = copyOf(range);
  for (let at = 0; at < content.length; at += content.readUInt32LE(at + TABLE_BYTES)) {
    if (content.readUInt32LE(at) !== OLD_MAGIC || content.readUInt32LE(at + TABLE_BYTES) === 0)
      throw new Error(`no compiled price list stands at ${range.address + at}, where one must be`);
    content.writeUInt32LE(NEW_MAGIC, at);
    const charges = at + content.readUInt32LE(at + TABLE_CHARGES_AT);
    for (let i = 0; i < content.readUInt8(at + TABLE_CHARGES); i++) {
      content.writeUInt8(i, charges + i * CHARGE_BYTES + CHARGE_INDEX);
      content.writeUInt8(DROPPED_WHILE_DISCONNECTED, charges + i * CHARGE_BYTES + CHARGE_WHILE);
    }
  }
  return { address: range.address, content };
}
