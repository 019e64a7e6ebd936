import { join } from 'node:path';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient, packumentOf, publishVersions } from './open-client.js';

const registry = new Registry();

interface Made {
  readonly id: string;
  readonly token: string;
}

async function attenuate(token: string, body: object): Promise<Made> {
  const response = await registry.api('POST', '/tokens/attenuate', { description: 'one job', ...body }, token);
  expect(response.status).toBe(201);
  return (await response.json()) as Made;
}

describe.each(['npm-11', 'npm-12'] as const)('%s in a job', (id) => {
  it('publishes the one package that its token was made for, and no other, until its parent ends (A4)', async () => {
    const mine = unique('@acme/mine');
    const other = unique('@acme/other');
    const parent = await registry.apiJson<Made>('POST', '/tokens', {
      description: 'pipelines',
      preset: 'ci',
      on: { kind: 'organization', organization: 'home' },
    });
    const purl = `pkg:npm/${mine.replace('@', '%40')}`;
    const job = await attenuate(parent.token, {
      ttlSeconds: 900,
      scopes: [{ actions: ['read', 'publish'], on: { kind: 'package', repository: 'main', purl } }],
    });
    await using client = await openClient(id, { token: job.token });
    await publishVersions(client, mine, '1.0.0');
    expect(Object.keys((await packumentOf(mine))?.versions ?? {})).toEqual(['1.0.0']);

    const directory = await makePackage(join(client.box.work, unique('lib')), { name: other, version: '1.0.0' });
    const refused = await client.publish(directory);
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(/E40[34]/);
    expect(await packumentOf(other)).toBeUndefined();

    await using pipeline = await openClient(id, { token: parent.token });
    mustSucceed(await pipeline.publish(directory));

    expect((await registry.api('DELETE', `/tokens/${parent.id}`)).status).toBe(204);
    const late = await makePackage(join(client.box.work, unique('lib')), { name: mine, version: '1.0.1' });
    const ended = await client.publish(late);
    expect(ended.exitCode).not.toBe(0);
    expect(outputOf(ended)).toMatch(/E401/);
    expect(Object.keys((await packumentOf(mine))?.versions ?? {})).toEqual(['1.0.0']);
  });

  it('does nothing more with a token that somebody found, from the moment of the report', async () => {
    const name = unique('@acme/found');
    const job = await attenuate(registry.token, { ttlSeconds: 900 });
    await using client = await openClient(id, { token: job.token });
    await publishVersions(client, name, '1.0.0');
    const body = JSON.stringify({ token: job.token, url: 'https://paste.example/1' });
    const report = await fetch(`${registry.url}/api/v1/leaked-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(report.status).toBe(202);
    expect(outputOf(await client.whoami())).toMatch(/E401/);
  });
});
