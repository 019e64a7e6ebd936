import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmToolId } from '@waybill/client-drivers';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';

const registry = new Registry();
/** These look at the packument first, and don't send what is there already. */
const refuseThemselves: readonly NpmToolId[] = ['npm-11', 'npm-12', 'pnpm-10'];

async function integrityOf(name: string): Promise<string | undefined> {
  const document = (await (await registry.get(`/npm/main/${name}/1.0.0`)).json()) as { dist?: { integrity?: string } };
  return document.dist?.integrity;
}

describe.each(npmClientTools)('$id', ({ id }) => {
  it('publishes the same again without harm, and is told that other bytes need another version (I8)', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, {
      registry: { registryUrl: registry.registryUrl(), token: registry.token },
    });
    stack.defer(() => client.dispose());
    const name = unique('again');
    const directory = await makePackage(join(client.box.work, name), { name, version: '1.0.0' });
    mustSucceed(await client.publish(directory));
    const integrity = await integrityOf(name);
    expect(integrity).toMatch(/^sha512-/);

    const repeated = await client.publish(directory);
    if (!refuseThemselves.includes(id)) mustSucceed(repeated);

    await writeFile(join(directory, 'index.js'), 'module.exports = "something else";\n');
    const changed = await client.publish(directory);
    expect(changed.exitCode).not.toBe(0);
    expect(outputOf(changed)).toMatch(/never changes|previously published|over existing version/);
    expect(await integrityOf(name)).toBe(integrity);
  });
});
