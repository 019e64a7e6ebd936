import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Takes what a server says, line by line. Never a secret: the servers are not told to log any. */
export type ServerLog = (line: string) => void;

export interface ChildServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The OS user to run as, when started by root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Asks the server to end in good order. */
  readonly endSignal: 'SIGINT' | 'SIGTERM';
  readonly onLine: ServerLog;
}

export interface ChildServer {
  readonly pid: number;
  /** Resolves, never rejects, when the process is gone: `exit 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Ends it: in good order, after `graceMs` by force. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * The shell leaves a watcher behind and becomes the server. The watcher reads the pipe that its parent holds open: when
 * it closes without a word, the parent was killed, and the server is asked to end. So no server outlives its parent.
 */
const watched = `
exec 3<&0
( ( read -r word <&3; [ "$word" = done ] || kill -s "$1" $$ ) >/dev/null 2>&1 & )
shift
exec "$@" 3<&- </dev/null
`;

/** Runs a server in a session of its own, so that Ctrl-C reaches the parent first, with an environment of nothing. */
export function startChildServer(options: ChildServerOptions): ChildServer {
  const { program, args, cwd, owner, endSignal, onLine } = options;
  const child: ChildProcessByStdio<Writable, null, Readable> = spawn(
    '/bin/sh',
    ['-c', watched, 'watched', endSignal.slice('SIG'.length), program, ...args],
    {
      cwd,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      ...(owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }),
    },
  );
  createInterface({ input: child.stderr }).on('line', onLine);
  child.stdin.on('error', () => undefined);
  const ended = endOf(child).then((end) => {
    child.stdin.end('done\n');
    return end;
  });

  async function stop(graceMs = 15_000): Promise<void> {
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.kill(endSignal);
    await ended;
    clearTimeout(force);
  }
  return { pid: child.pid ?? 0, ended, stop };
}

async function endOf(child: ChildProcessByStdio<Writable, null, Readable>): Promise<string> {
  try {
    await once(child, 'exit');
  } catch (error) {
    return error instanceof Error ? error.message : 'not started';
  }
  return child.signalCode === null ? `exit ${child.exitCode ?? 0}` : `signal ${child.signalCode}`;
}
