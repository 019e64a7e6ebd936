import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it, vi } from 'vitest';
import { CommandLine } from '../command-line.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

describe('the audit log of an organization', () => {
  it('is exported and verified without the installation, and says where a byte was changed (W9)', async () => {
    await using owner = await CommandLine.open(registry.url, registry.token);
    const org = unique('audited');
    mustSucceed(await owner.run('orgs', 'create', org));
    for (const team of ['web', 'core', 'docs']) mustSucceed(await owner.run('teams', 'create', org, team));
    mustSucceed(await owner.run('teams', 'delete', org, 'docs', '--yes'));
    await vi.waitFor(
      async () => {
        const rows = await owner.rows<{ action: string }>('audit', 'list', org);
        expect(rows.map(({ action }) => action)).toContain('team.delete');
      },
      { timeout: 10_000 },
    );

    const file = join(owner.box.work, 'audit.ndjson');
    const keys = join(owner.box.work, 'keys.txt');
    mustSucceed(await owner.run('audit', 'export', org, '--out', file));
    const { items } = await owner.json<{ items: { publicKey: string }[] }>('api', 'get', '/audit/keys');
    await writeFile(keys, items.map(({ publicKey }) => publicKey).join('\n'));

    await using elsewhere = await CommandLine.open('http://127.0.0.1:1');
    const verified = await elsewhere.run('audit', 'verify', file, '--key', keys);
    expect(outputOf(mustSucceed(verified))).toMatch(/Verified: \d+ entries/);

    const text = await readFile(file);
    const lines = text.toString().split('\n');
    for (const [position, line] of lines.entries()) {
      if (!line.includes('"team.create"')) continue;
      const changed = join(owner.box.work, `changed-${position}.ndjson`);
      await copyFile(file, changed);
      const bytes = Buffer.from(text);
      const at = text.indexOf(line) + line.indexOf('"team.create"') + 3;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(changed, bytes);
      const result = await elsewhere.run('audit', 'verify', changed, '--key', keys);
      expect(result.exitCode).toBe(9);
      expect(outputOf(result)).toContain(`position ${position}: changed`);
    }
    expect(lines.filter((line) => line.includes('"team.create"'))).toHaveLength(3);
  });
});
