import { newTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  const publish = await PublishService.start(adapter);
  await publish.publish({ name: 'guarded', version: '1.0.0' });
});

afterAll(async () => {
  await adapter.stop();
});

describe('a token where a version or a file belongs (W6)', () => {
  const token = newTokenText();

  it.each([
    ['a version', `guarded/${token}`],
    ['a version, encoded', `guarded/${token.replace('-', '%2d')}`],
    ['a file', `guarded/-/${token}.tgz`],
    ['a file of the package', `guarded/-/guarded-${token}.tgz`],
    ['a package', token],
    ['a scope', `@${token}/guarded`],
  ])('is not repeated in the refusal: %s', async (_what, path) => {
    const answer = await adapter.call(`/npm/main/${path}`, { principal: memberOf(adapter.repositories.public) });
    expect([400, 404]).toContain(answer.status);
    expect(answer.json()['error']).toEqual(expect.any(String));
    const shown = JSON.stringify([answer.headers, answer.bytes.toString()]);
    expect(shown.toLowerCase()).not.toContain(token.slice(4).toLowerCase());
  });
});
