/**
 * Groups: what comes while a group is under way waits for its end, and then goes together.
 */

/** Most items of one group. */
export const GROUP_MAX = 64;

/** Carries out items in one go and gives their results in their order; rejects when none of them was carried out. */
export type CarryOut<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result | Promise<Result>) => void;
  reject: (reason: unknown) => void;
};

/**
 * Makes a task that is carried out in groups, one at a time. When a group fails, each of its items is tried alone, so that
 * one item never harms the others. Whoever calls bounds how many wait.
 */
export function inGroups<Item, Result>(
  carryOut: CarryOut<Item, Result>,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await settle(carryOut, waiting.splice(0, GROUP_MAX));
    isRunning = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}

/** Never rejects. */
async function settle<Item, Result>(
  carryOut: CarryOut<Item, Result>,
  group: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await carryOut(group.map(({ item }) => item));
    for (const [at, { resolve }] of group.entries()) resolve(results[at] as Result);
  } catch (error) {
    const [first, ...others] = group;
    if (others.length === 0) first?.reject(error);
    else await Promise.all(group.map((each) => settle(carryOut, [each])));
  }
}
