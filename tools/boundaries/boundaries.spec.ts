import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const configuration = require('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };

interface Report {
  summary: { violations: { rule: { name: string } }[] };
}

/** The names of the rules that are violated in a folder; the program's exit status is then not 0, its report is. */
function violatedRules(folder: string): string[] {
  const run = spawnSync(
    process.execPath,
    [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      'tools/boundaries/fixtures.dependency-cruiser.cjs',
      '--output-type',
      'json',
      folder,
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const report = JSON.parse(run.stdout) as Report;
  return report.summary.violations.map((violation) => violation.rule.name);
}

describe('the boundaries', () => {
  const violated = violatedRules('tools/boundaries/fixtures');

  it.each(configuration.forbidden.map((rule) => rule.name))('report a violation of %s', (rule) => {
    expect(violated).toContain(rule);
  });
});
