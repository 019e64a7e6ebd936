// `npm test`: everything that must hold, in one command. `npm test -- unit lint` runs just the named stages.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveUp, say } from './console.mjs';
import { ensureBuilt, ensureInstalled, pnpm } from './installation.mjs';
import { countsOf } from './vitest-counts.mjs';

const reports = mkdtempSync(join(tmpdir(), 'waybill-test-'));

const stages = {
  lint: () => command('lint'),
  types: () => command('typecheck'),
  boundaries: () => command('arch'),
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  e2e: async () => {
    await ensureBuilt();
    return vitest('e2e');
  },
};

async function command(script) {
  const { ok } = await pnpm(['run', script]);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

async function vitest(project) {
  const report = join(reports, `${project}.json`);
  const { ok } = await pnpm([
    'exec',
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return countsOf(read(report), ok);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(stages, name));
if (unknown !== undefined) giveUp(`There is no stage "${unknown}"; there are ${Object.keys(stages).join(', ')}.`);

await ensureInstalled();
const rows = [];
for (const [name, stage] of Object.entries(stages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  say(`\n=== ${name} ===`);
  const started = Date.now();
  const counts = await stage();
  rows.push({ stage: name, ...counts, seconds: Math.round((Date.now() - started) / 1000) });
}
rmSync(reports, { recursive: true, force: true });

const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
console.table(rows);
say(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
