import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { approveHeld, findHeld, unwrapped } from '../held-releases.js';
import { Registry, unique } from '../registry.js';
import { rawPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

const registry = new Registry();

/** The shape of an npm token, put together here so that no scanner takes this file for a leak. */
function leakedKey(): string {
  return ['npm', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
}

describe('a package whose archive has a way out (P10, I2)', () => {
  it('is rejected with every reason, and seen by nobody', async () => {
    const name = unique('traversal');
    const tarball = tarballWith([
      { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
      { name: 'package/../../../etc/cron.d/evil', text: 'x' },
      { name: '/etc/passwd', text: 'x' },
    ]);
    const response = await rawPublish(registry, { name, version: '1.0.0', tarball });
    expect(response.status).toBe(403);
    const body = (await response.json()) as { code: string; details: { reasons: { code: string }[] } };
    expect(body.code).toBe('release.rejected');
    expect(body.details.reasons.length).toBeGreaterThanOrEqual(2);
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(404);
    expect((await registry.get(`/npm/main/${name}/-/${name}-1.0.0.tgz`)).status).toBe(404);
  });
});

describe.each(npmClientTools)('a package with a leaked key, published with $id (P11)', ({ id }) => {
  it('is held with the reason, approved, and then installable', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, {
      registry: { registryUrl: registry.registryUrl(), token: registry.token },
    });
    stack.defer(() => client.dispose());
    const name = unique('leaky');
    const files = { 'index.js': 'module.exports = 7;', 'config.js': `const token = "${leakedKey()}";\n` };
    const directory = await makePackage(join(client.box.work, name), { name, version: '1.0.0', files });
    const published = await client.publish(directory);
    expect(published.exitCode).not.toBe(0);
    expect(outputOf(published)).not.toContain(leakedKey());
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(404);

    const held = await findHeld(registry, name);
    expect(held.reasons).toContainEqual(expect.objectContaining({ rule: 'P11', path: 'package/config.js' }));
    expect(outputOf(published)).toContain('held');
    expect(unwrapped(outputOf(published))).toContain(`${registry.url}/api/v1/held-releases`);
    expect(unwrapped(outputOf(published))).toContain('package/config.js');

    await approveHeld(registry, held);
    await expect.poll(async () => (await registry.get(`/npm/main/${name}`)).status).toBe(200);
    const app = await client.box.writeProject(unique('app'), {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '1.0.0' },
    });
    mustSucceed(await client.install(app));
  });
});

describe('the held releases', () => {
  it('can be rejected, and then never come back', async () => {
    const name = unique('doomed');
    const tarball = tarballWith([
      { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
      { name: 'package/key.txt', text: leakedKey() },
    ]);
    const publish = () => rawPublish(registry, { name, version: '1.0.0', tarball });
    const first = await publish();
    expect(first.status).toBe(403);
    expect(((await first.json()) as { error: string }).error).toContain(`${registry.url}/api/v1/held-releases`);
    const { releaseId } = await findHeld(registry, name);
    await registry.apiJson('POST', `/held-releases/${releaseId}/reject`, { reason: 'A real key.' });
    expect((await registry.api('POST', `/held-releases/${releaseId}/approve`, { reason: 'no' })).status).toBe(409);
    const again = await publish();
    expect(again.status).toBe(403);
    expect((await again.json()) as object).toMatchObject({
      code: 'release.rejected',
      error: expect.stringContaining('A real key.') as string,
    });
  });

  it('are for reviewers only (A3, A7)', async () => {
    const stranger = await registry.createStranger();
    const listed = await registry.api('GET', '/held-releases', undefined, stranger.token);
    expect(listed.status).toBe(403);
    expect((await registry.get('/api/v1/held-releases')).status).toBe(401);
  });

  it('revoke a token of ours that is found in a package, at once (P11)', async () => {
    const victim = await registry.createStranger();
    const name = unique('own-token');
    const tarball = tarballWith([
      { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
      { name: 'package/.npmrc', text: `//registry/:_authToken=${victim.token}\n` },
    ]);
    expect((await registry.get('/npm/main/-/whoami', { authorization: `Bearer ${victim.token}` })).status).toBe(200);
    expect((await rawPublish(registry, { name, version: '1.0.0', tarball })).status).toBe(403);
    await expect
      .poll(async () => (await registry.get('/npm/main/-/whoami', { authorization: `Bearer ${victim.token}` })).status)
      .toBe(401);
  });
});
