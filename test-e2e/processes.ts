import { execFileSync } from 'node:child_process';

/** Everything that a process has started, and what that has started. */
export function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return below(pid, pairs);
}

function below(pid: number, pairs: readonly (readonly number[])[]): number[] {
  const direct = pairs.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  return direct.flatMap((child) => [child, ...below(child, pairs)]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The command line of a process, empty when it is gone. */
export function programOf(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
