import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, openNpmClient } from '@waybill/client-drivers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';

const registry = new Registry();
const name = unique('private');
let slug: string;
let stranger: { token: string };

beforeAll(async () => {
  [slug, stranger] = await Promise.all([registry.createRepository('private'), registry.createStranger()]);
  const client = await openNpmClient('npm-11', {
    registry: { registryUrl: registry.registryUrl(slug), token: registry.token },
  });
  mustSucceed(await client.publish(await makePackage(join(client.box.work, name), { name, version: '1.0.0' })));
  await client.dispose();
});

describe.each(npmClientTools)('$id', ({ id }) => {
  async function install(token: string | undefined): Promise<number> {
    const settings = {
      registryUrl: registry.registryUrl(slug),
      alwaysAuth: true,
      ...(token === undefined ? {} : { token }),
    };
    const client = await openNpmClient(id, { registry: settings });
    const app = await client.box.writeProject('app', {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '^1.0.0' },
    });
    const { exitCode } = await client.install(app);
    await client.dispose();
    return exitCode;
  }

  it('installs a private package with a token, and neither without nor with a stranger’s', async () => {
    expect(await install(registry.token)).toBe(0);
    expect(await install(undefined)).not.toBe(0);
    expect(await install(stranger.token)).not.toBe(0);
  });
});

describe('over HTTP (A6)', () => {
  it.each(['', '/-/package/x/dist-tags'])(
    'a private package is 401 to nobody and 404 to a stranger (%s)',
    async (suffix) => {
      for (const package_ of [name, unique('never')]) {
        const path = suffix === '' ? `/npm/${slug}/${package_}` : `/npm/${slug}/-/package/${package_}/dist-tags`;
        expect((await registry.get(path)).status).toBe(401);
        expect((await registry.get(path, { authorization: `Bearer ${stranger.token}` })).status).toBe(404);
      }
      const allowed = await registry.get(`/npm/${slug}/${name}`, { authorization: `Bearer ${registry.token}` });
      expect(allowed.status).toBe(200);
      expect(allowed.headers.get('cache-control')).toContain('private');
    },
  );

  it('an invalid token is refused everywhere, also where nobody needs one', async () => {
    expect((await registry.get('/npm/main/whatever', { authorization: 'Bearer wb-nonsense' })).status).toBe(401);
  });

  it('a stranger cannot publish to what they can read', async () => {
    const response = await fetch(`${registry.registryUrl()}${unique('theirs')}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stranger.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toHaveProperty('error');
  });
});
