/**
 * CPU seconds of this process and of the servers that work for it. A server's are counted with all its descendants, in
 * steps of a hundredth of a second, as Linux tells them; elsewhere those of servers read as 0.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in these, whatever the kernel's own clock (USER_HZ). */
const TICKS_A_SECOND = 100;

/** CPU seconds since their starts: this process's, worker threads included, and the servers'. */
export function cpuSeconds(servers: readonly number[] = []): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + serverSeconds(servers);
}

function serverSeconds(servers: readonly number[]): number {
  if (servers.length === 0 || process.platform !== "linux") return 0;
  const all = processes();
  const counted = new Set<number>(servers);
  // A child may stand before its parent in the list: look again until nobody is added.
  for (let before = -1; before !== counted.size; ) {
    before = counted.size;
    for (const { pid, parent } of all) if (counted.has(parent)) counted.add(pid);
  }
  const ticks = all.filter(({ pid }) => counted.has(pid)).map((each) => each.ticks);
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_A_SECOND;
}

type Process = { pid: number; parent: number; ticks: number };

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parse(readFileSync(`/proc/${name}/stat`, "latin1"))];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** Fields behind the name in brackets: state, parent, …; user and system time, own and of children that ended. */
function parse(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number.parseInt(stat, 10), parent: Number(fields[1]), ticks };
}
