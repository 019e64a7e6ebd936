import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { CommandLine } from '../command-line.js';
import { rawPublish } from '../npm/raw-publish.js';
import { tarballWith } from '../npm/tar.js';
import { createPerson } from '../people.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

/** Publishes something that is held: the shape of an npm token, put together here so that no scanner takes this file for a leak. */
async function publishHeld(): Promise<string> {
  const name = unique('held-for-review');
  const key = ['npm', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
    { name: 'package/config.js', text: `const token = "${key}";\n` },
  ]);
  await rawPublish(registry, { name, version: '1.0.0', tarball });
  return name;
}

async function heldId(reviewer: CommandLine, name: string): Promise<string> {
  const rows = await reviewer.rows<{ releaseId: string; purl: string }>('held', 'list');
  const found = rows.find(({ purl }) => purl.includes(`/${name}@`));
  return found?.releaseId ?? `${name} is not held`;
}

describe('who reviews with the command line', () => {
  it('approves and rejects what is held, with a reason (P11)', async () => {
    await using reviewer = await CommandLine.open(registry.url, registry.token);
    const [good, bad] = [await publishHeld(), await publishHeld()];
    const [goodId, badId] = [await heldId(reviewer, good), await heldId(reviewer, bad)];
    const shown = outputOf(mustSucceed(await reviewer.run('held', 'view', goodId)));
    expect(shown).toContain('package/config.js');
    expect(shown).toMatch(/sha256:[0-9a-f]{64}/);

    expect((await reviewer.run('held', 'approve', goodId)).exitCode).toBe(2);
    mustSucceed(await reviewer.run('held', 'approve', goodId, '--reason', 'A key of an example.'));
    mustSucceed(await reviewer.run('held', 'reject', badId, '--reason', 'A key that works.'));
    await expect.poll(async () => (await registry.get(`/npm/main/${good}`)).status).toBe(200);
    expect((await registry.get(`/npm/main/${bad}`)).status).toBe(404);
    expect((await reviewer.run('held', 'approve', badId, '--reason', 'Too late.')).exitCode).toBe(6);
  });
});

describe('who signs out of the command line', () => {
  it('leaves no token that works, however little it could do (A11)', async () => {
    const person = await createPerson(registry);
    const response = await registry.api(
      'POST',
      '/tokens/attenuate',
      { description: 'small', preset: 'read-only' },
      person.token,
    );
    const { token: small } = (await response.json()) as { token: string };
    for (const token of [small, person.token]) {
      await using laptop = await CommandLine.open(registry.url);
      mustSucceed(await laptop.converse([{ question: /Token/, text: token }], 'login', '--with-token'));
      expect(outputOf(mustSucceed(await laptop.run('whoami')))).toContain(person.username);
      mustSucceed(await laptop.run('logout'));
      expect((await registry.api('GET', '/session', undefined, token)).status).toBe(401);
      expect((await laptop.run('whoami')).exitCode).toBe(3);
    }
  });
});
