// `npm start`: from a bare clone to a running registry. Plain Node 20 without packages, since it installs them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkEarly } from './early-checks.mjs';
import { ensureBuilt, ensureInstalled, nodeProgram, pnpm, root } from './installation.mjs';

await checkEarly(process.env, root);
await ensureInstalled();
await ensureBuilt();

const isWatching = process.argv.includes('--watch');
if (isWatching) void pnpm(['exec', 'turbo', 'watch', 'build', '--output-logs=errors-only']);

const program = join(root, 'services', 'standalone', 'dist', 'main.js');
const child = spawn(
  nodeProgram(),
  [...(isWatching ? ['--watch'] : []), '--enable-source-maps', program, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// The registry stops by itself when it is told to; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
// npm hands a signal to the shell between us only: when that is gone, npm was told to stop.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 250);
}
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
