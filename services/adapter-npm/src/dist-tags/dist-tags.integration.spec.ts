import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, readerOf } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
let publish: PublishService;

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
});

afterAll(async () => {
  await adapter.stop();
});

const tagsOf = async (name: string) => (await adapter.call(`/npm/main/-/package/${name}/dist-tags`)).json();

describe('dist-tags', () => {
  it('are moved and removed one by one, and merged or replaced together, under every spelling (1(f) 1)', async () => {
    await publish.publish({ name: '@acme/tagged', version: '1.0.0' });
    await publish.publish({ name: '@acme/tagged', version: '2.0.0' });
    const principal = memberOf(adapter.repositories.public);
    for (const name of ['@acme/tagged', '@acme%2ftagged', '@acme%2Ftagged', '%40acme/tagged']) {
      const target = `/npm/main/-/package/${name}/dist-tags`;
      const send = async (method: string, path: string, json?: unknown) =>
        (await adapter.call(`${target}${path}`, { method, principal, ...(json === undefined ? {} : { json }) })).status;
      expect(await send('PUT', '/beta', '2.0.0')).toBe(201);
      expect(await send('POST', '', { stable: '1.0.0', beta: '1.0.0' })).toBe(201);
      expect(await tagsOf(name)).toEqual({ latest: '2.0.0', beta: '1.0.0', stable: '1.0.0' });
      expect(await send('PUT', '', { next: '2.0.0' })).toBe(201);
      expect(await tagsOf(name)).toEqual({ latest: '2.0.0', next: '2.0.0' });
      expect(await send('DELETE', '/next')).toBe(200);
      expect(await tagsOf(name)).toEqual({ latest: '2.0.0' });
    }
  });

  it('are checked all before the first of them moves', async () => {
    await publish.publish({ name: 'whole', version: '1.0.0' });
    const principal = memberOf(adapter.repositories.public);
    const before = publish.asked.length;
    for (const json of [{ good: '1.0.0', bad: '9.9.9' }, { good: '1.0.0', '1.2': '1.0.0' }, { good: 1 }, ['x']]) {
      const answer = await adapter.call('/npm/main/-/package/whole/dist-tags', { method: 'POST', json, principal });
      expect(answer.status).toBe(400);
    }
    expect(publish.asked).toHaveLength(before);
    expect(await tagsOf('whole')).toEqual({ latest: '1.0.0' });
  });

  it('are changed by who may publish', async () => {
    await publish.publish({ name: 'theirs', version: '1.0.0' });
    const call = { method: 'POST', json: { good: '1.0.0' } };
    const target = '/npm/main/-/package/theirs/dist-tags';
    expect((await adapter.call(target, call)).status).toBe(401);
    expect((await adapter.call(target, { ...call, principal: person() })).status).toBe(403);
    expect((await adapter.call(target, { ...call, principal: readerOf(adapter.repositories.public) })).status).toBe(
      403,
    );
  });
});
