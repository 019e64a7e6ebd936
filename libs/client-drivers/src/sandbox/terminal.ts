import { readFile, readlink } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';

/** What to type when a question appears, in order. */
export interface Answer {
  readonly question: RegExp;
  /** Or what makes it from all that was shown so far, such as a code of a secret. */
  readonly text: string | ((shown: string) => string);
}

/** Does something outside of the command when it has said something: opens the address that a login shows. */
export interface Reaction {
  readonly when: RegExp;
  readonly act: (match: RegExpExecArray) => Promise<void>;
}

/** The parts of a running `script` that are needed to type into it. */
export interface TerminalProcess {
  readonly pid?: number | undefined;
  readonly stdin: NodeJS.WritableStream | null | undefined;
  readonly stdout: NodeJS.ReadableStream | null | undefined;
}

const pollMs = 20;
const interrupt = '\u0003';
/** Programs that read whole lines (`read` of a shell) never switch; after this they get their answer anyway. */
const longestSwitchMs = 1000;

/** The command line that runs a program on a pseudo terminal of its own and ends with its exit code. */
export function onTerminal(program: string, args: readonly string[]): [string, string[]] {
  const line = [program, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  return ['script', ['-qec', `exec ${line}`, '/dev/null']];
}

/** Types each answer when its question has appeared and the program reads keys. */
export function typeAnswers(terminal: TerminalProcess, answers: readonly Answer[]): void {
  const left = [...answers];
  let shown = '';
  let everything = '';
  terminal.stdin?.on('error', () => undefined);
  terminal.stdout?.on('data', (chunk: Buffer | string) => {
    const text = stripVTControlCharacters(chunk.toString());
    shown += text;
    everything += text;
    const next = left[0];
    if (next === undefined || !next.question.test(shown)) return;
    left.shift();
    shown = '';
    const typed = typeof next.text === 'string' ? next.text : next.text(everything);
    void readsKeys(terminal.pid).then(() => terminal.stdin?.write(`${typed}\r`));
  });
}

/** Calls the reaction once, with the first match in what the program has shown. A failure of it ends the program's input. */
export function react(terminal: TerminalProcess, { when, act }: Reaction): void {
  let shown = '';
  let isDone = false;
  terminal.stdout?.on('data', (chunk: Buffer | string) => {
    if (isDone) return;
    shown += stripVTControlCharacters(chunk.toString());
    const match = when.exec(shown);
    if (match === null) return;
    isDone = true;
    act(match).catch(() => terminal.stdin?.write(interrupt));
  });
}

/**
 * Clients print a question first and switch the terminal to single keys, or its echo off, after it, throwing away what was typed in
 * between: a person is never that fast, this is.
 */
async function readsKeys(pid: number | undefined): Promise<void> {
  const started = performance.now();
  while (performance.now() - started < longestSwitchMs) {
    const device = await deviceOf(pid);
    if (device === undefined) return;
    const settings = await execa('stty', ['-F', device, '-a'], { reject: false, stdin: 'ignore' });
    if (settings.exitCode !== 0 || /-(icanon|echo)\b/.test(settings.stdout)) return;
    await pause(pollMs);
  }
}

/** The terminal of what `script` started (`/dev/pts/…`), undefined when it has ended. */
async function deviceOf(pid: number | undefined): Promise<string | undefined> {
  try {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return await readlink(`/proc/${children.trim().split(' ')[0]}/fd/0`);
  } catch {
    return undefined;
  }
}
