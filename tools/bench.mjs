// `pnpm bench`: measurements side by side in one run; see bench/README.md.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, nodeProgram, root } from './installation.mjs';
import { run } from './run.mjs';

await ensureInstalled();
await ensureBuilt();
const hook = join(root, 'libs/testing/dist/typescript-sources.js');
const { ok } = await run(nodeProgram(), ['--import', hook, join(root, 'bench/npm-read.ts')], { cwd: root });
process.exit(ok ? 0 : 1);
