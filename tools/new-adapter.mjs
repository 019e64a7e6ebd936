// `pnpm new:adapter <name> [--entries]`; see new-adapter/new-adapter.mjs.
import { relative } from 'node:path';
import { giveUp, say } from './console.mjs';
import { root } from './installation.mjs';
import { newAdapter } from './new-adapter/new-adapter.mjs';

const [name = '', ...options] = process.argv.slice(2);
try {
  const files = await newAdapter(root, name, { entriesOnly: options.includes('--entries') });
  for (const file of files) say(relative(root, file));
  say('Now: pnpm install, pnpm gen, and docs/adding-an-ecosystem.md from step 4 on.');
} catch (error) {
  giveUp(error.message);
}
