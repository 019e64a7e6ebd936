import { readdir, readFile } from 'node:fs/promises';

/** Of Linux, as `getconf CLK_TCK` says on every platform that Node supports. */
const ticksPerSecond = 100;
const bytesPerKib = 1024;

export interface TreeUsage {
  /** User and system time since the start, of what has ended too, once its parent has taken notice. */
  readonly cpuSeconds: number;
  /** Proportional set size: what processes share is counted once. */
  readonly memoryBytes: number;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly ticks: number;
}

/** What a process and everything below it use, read from /proc (proc(5)). */
export async function usageOfTree(pid: number): Promise<TreeUsage> {
  const stats = await allProcesses();
  const tree = below(pid, stats);
  const memory = await Promise.all(tree.map((member) => memoryOf(member.pid)));
  return {
    cpuSeconds: tree.reduce((sum, member) => sum + member.ticks, 0) / ticksPerSecond,
    memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** Seconds of the processor by name of the program, of a process and everything below it. */
export async function cpuByProgram(pid: number): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map<string, number>();
  for (const { name, ticks } of below(pid, await allProcesses()))
    seconds.set(name, (seconds.get(name) ?? 0) + ticks / ticksPerSecond);
  return seconds;
}

function below(pid: number, stats: readonly ProcessStat[]): ProcessStat[] {
  const own = stats.filter((stat) => stat.pid === pid);
  const children = stats.filter((stat) => stat.parent === pid);
  return [...own, ...children.flatMap((child) => below(child.pid, stats))];
}

async function allProcesses(): Promise<ProcessStat[]> {
  const entries = await readdir('/proc');
  const stats = await Promise.all(entries.filter((entry) => /^\d+$/.test(entry)).map((entry) => statOf(Number(entry))));
  return stats.filter((stat) => stat !== undefined);
}

/** Undefined: it has ended. */
async function statOf(pid: number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in parentheses may hold spaces; after it come state, parent, … and utime, stime, cutime, cstime.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  return { pid, parent: Number(fields[1]), name, ticks };
}

async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * bytesPerKib;
}
