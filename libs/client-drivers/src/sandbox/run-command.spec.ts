import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { mustSucceed } from './command-result.js';
import { runCommand } from './run-command.js';

const options = { cwd: tmpdir(), environment: { PATH: '/usr/bin:/bin' } };

it('answers exit code and both outputs of a command that fails', async () => {
  const result = await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
  expect(result).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  expect(() => mustSucceed(result)).toThrow(/ended with exit code 3:[^]*err/);
});

it('answers a command that does not exist like one that failed', async () => {
  const result = await runCommand('no-such-command', [], options);
  expect(result.exitCode).toBe(-1);
  expect(result.stderr).toContain('no-such-command');
});

it('inherits nothing of the environment', async () => {
  const result = await runCommand('env', [], { ...options, environment: { ...options.environment, ONLY: 'this' } });
  expect(result.stdout.trim().split('\n').sort()).toEqual(['ONLY=this', 'PATH=/usr/bin:/bin']);
});

it('kills a command at its limit, with its children', async () => {
  const result = await runCommand('sh', ['-c', 'sleep 60 & echo "child=$!"; wait'], { ...options, timeoutMs: 300 });
  expect(result.timedOut).toBe(true);
  expect(result.exitCode).toBe(-1);
  expect(() => mustSucceed(result)).toThrow(/was killed after/);
  const child = Number(/child=(\d+)/.exec(result.stdout)?.[1]);
  await expect.poll(() => isAlive(child)).toBe(false);
});

it('kills what a command leaves behind', async () => {
  const result = await runCommand('sh', ['-c', 'sleep 60 >/dev/null 2>&1 & echo "child=$!"'], options);
  expect(result.exitCode).toBe(0);
  const child = Number(/child=(\d+)/.exec(result.stdout)?.[1]);
  await expect.poll(() => isAlive(child)).toBe(false);
});

it('types answers on a terminal, one for each question, and passes arguments as they are', async () => {
  const script = 'test -t 0 || exit 9; printf "Name: "; read a; printf "Word: "; read b; echo "[$a|$b|$1]"';
  const result = await runCommand('sh', ['-c', script, 'sh', "it's $HOME"], {
    ...options,
    answers: [
      { question: /name:/i, text: 'alice' },
      { question: /word:/i, text: 'pass word' },
    ],
  });
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toContain("[alice|pass word|it's $HOME]");
});

it('kills a command on a terminal that waits for an answer nobody has', async () => {
  const result = await runCommand('sh', ['-c', 'echo "child=$$"; read a; read b'], {
    ...options,
    timeoutMs: 300,
    answers: [{ question: /never/, text: '' }],
  });
  expect(result.timedOut).toBe(true);
  const child = Number(/child=(\d+)/.exec(result.stdout)?.[1]);
  await expect.poll(() => isAlive(child)).toBe(false);
});

/** A process that ended but was not waited for (no init in a container) is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/State:\t[XZ]/.test(status);
}
