// `pnpm bench`: measurements side by side in one run; see bench/README.md.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp } from './console.mjs';
import { ensureBuilt, ensureInstalled, nodeProgram, root } from './installation.mjs';
import { run } from './run.mjs';

const [name = 'list', ...options] = process.argv.slice(2);
const program = join(root, 'bench', `${name}.ts`);
if (!/^[a-z]+$/.test(name) || !existsSync(program))
  giveUp(`There is no bench ${name}; \`pnpm bench\` says what there is.`);
await ensureInstalled();
await ensureBuilt();
const hook = join(root, 'libs/testing/dist/typescript-sources.js');
const { ok } = await run(nodeProgram(), ['--import', hook, program, ...options], { cwd: root });
process.exit(ok ? 0 : 1);
