import { join } from 'node:path';
import { npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { tarballWith } from './tar.js';

const registry = new Registry();
/** Yarn berry packs for itself and takes no tarball. */
const takeTarballs = npmClientTools.filter((tool) => tool.family !== 'yarn-berry');

describe.each(takeTarballs)('a tarball with a way out, published with $id (P10, I2)', ({ id, family }) => {
  it('is refused with the reason where the publisher sees it, and nothing of it is visible', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, {
      registry: { registryUrl: registry.registryUrl(), token: registry.token },
    });
    stack.defer(() => client.dispose());
    const name = unique('way-out');
    const tarball = tarballWith([
      { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0', license: 'MIT' }) },
      { name: 'package/../../outside.js', text: 'x' },
    ]);
    await client.box.writeFile('work/evil.tgz', tarball);
    const flags = family === 'yarn-classic' ? ['--non-interactive'] : [];
    // Yarn classic looks at the package.json of the folder that it is started in, too.
    const project = await client.box.writeProject('evil', { name, version: '1.0.0', license: 'MIT' });
    const result = await client.run(['publish', join(client.box.work, 'evil.tgz'), ...flags], project);
    expect(result.exitCode).not.toBe(0);
    expect(outputOf(result)).toMatch(/rejected/);
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(404);
    expect((await registry.get(`/npm/main/${name}/1.0.0`)).status).toBe(404);
    expect((await registry.get(`/npm/main/${name}/-/${name}-1.0.0.tgz`)).status).toBe(404);
  });
});
