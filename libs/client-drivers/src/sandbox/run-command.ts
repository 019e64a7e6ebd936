import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import type { CommandResult } from './command-result.js';
import { onTerminal, react, typeAnswers, type Answer, type Reaction } from './terminal.js';

export interface CommandOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Default two minutes. */
  readonly timeoutMs?: number;
  /**
   * Runs the command on a pseudo terminal (`script` of util-linux) and types these answers. Clients ask for passwords
   * on a terminal only. Its output is then all in `stdout`.
   */
  readonly answers?: readonly Answer[];
  /** The same terminal, and something that happens when the command has shown it, such as an address to open. */
  readonly reaction?: Reaction;
}

const defaultTimeoutMs = 120_000;
const graceMs = 2000;
const maxOutputCharacters = 8 * 1024 * 1024;
/** Process groups that are alive: killed when this process ends before them. */
const liveGroups = new Set<number>();
process.once('exit', () => {
  for (const group of liveGroups) signalGroup(group, 'SIGKILL');
});

/** Runs a program in a process group of its own. Never throws on how it ended. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const answers = options.answers ?? [];
  const isOnTerminal = answers.length > 0 || options.reaction !== undefined;
  const [file, fileArgs] = isOnTerminal ? onTerminal(program, args) : [program, args];
  const started = performance.now();
  const child = execa(file, fileArgs, {
    cwd: options.cwd,
    env: { ...options.environment },
    extendEnv: false,
    detached: true,
    reject: false,
    maxBuffer: maxOutputCharacters,
    stripFinalNewline: false,
    stdin: isOnTerminal ? 'pipe' : 'ignore',
  });
  const group = child.pid;
  if (group !== undefined) liveGroups.add(group);
  const timer = killGroupAfter(options.timeoutMs ?? defaultTimeoutMs, group);
  if (answers.length > 0) typeAnswers(child, answers);
  if (options.reaction !== undefined) react(child, options.reaction);
  const result = await child;
  timer.stop();
  if (group !== undefined) {
    // Whatever the client left behind (daemons, children that ignore a closed pipe) must not outlive its command.
    signalGroup(group, 'SIGKILL');
    liveGroups.delete(group);
  }
  return {
    command: [program, ...args].join(' '),
    exitCode: result.exitCode ?? -1,
    stdout: readable(result.stdout),
    stderr: readable(result.exitCode === undefined ? `${result.stderr}${result.shortMessage ?? ''}` : result.stderr),
    durationMs: Math.round(performance.now() - started),
    timedOut: timer.fired(),
  };
}

function killGroupAfter(timeoutMs: number, group: number | undefined): { stop(): void; fired(): boolean } {
  let fired = false;
  let hard: NodeJS.Timeout | undefined;
  const soft = setTimeout(() => {
    fired = true;
    if (group === undefined) return;
    // `script` passes SIGTERM on to the session on its terminal, which is not in our group.
    signalGroup(group, 'SIGTERM');
    hard = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs);
  }, timeoutMs);
  return {
    stop: () => {
      clearTimeout(soft);
      clearTimeout(hard);
    },
    fired: () => fired,
  };
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group has ended already.
  }
}

function readable(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n');
}
