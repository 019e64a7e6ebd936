import { spawn } from 'node:child_process';

const keptOutputBytes = 8 * 1024;
const progressMilliseconds = 5_000;

/**
 * Runs a program to its end. `quiet`: its output is kept back, and a line now and then says that it goes on; the end of
 * the output comes with the result, for when it failed.
 */
export function run(program, args, { cwd, env = process.env, quiet } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let tail = '';
    const keep = (chunk) => {
      tail = (tail + chunk).slice(-keptOutputBytes);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const started = Date.now();
    const progress = quiet
      ? setInterval(
          () => process.stdout.write(`  … ${quiet} (${Math.round((Date.now() - started) / 1000)} s)\n`),
          progressMilliseconds,
        )
      : undefined;
    child.once('error', (error) => {
      clearInterval(progress);
      resolve({ ok: false, tail: error.message });
    });
    child.once('close', (code) => {
      clearInterval(progress);
      resolve({ ok: code === 0, tail });
    });
  });
}
