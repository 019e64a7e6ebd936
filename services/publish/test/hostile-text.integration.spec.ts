import { moveTag, removeTag, submitRelease } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
});

afterAll(async () => {
  await publish.stop();
});

/** What JSON can carry and PostgreSQL cannot keep. */
const unstorable = { 'a NUL character': 'a\u0000b', 'half of a surrogate pair': 'a\ud800b' };
const texts = Object.entries(unstorable);

describe('text that a database cannot keep is refused as wrong, and nothing fails: in', () => {
  it.each(texts)('the metadata of a release (%s)', async (_, text) => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    for (const json of [{ description: text }, { [text]: true }, { deep: [[{ text }]] }]) {
      await expect(
        publish.ask(submitRelease, { ...request, metadata: { kind: 'inline', json } }),
      ).rejects.toMatchObject({ kind: 'invalid', code: 'release.text' });
    }
  });

  it('metadata, where what only looks like it is kept', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const json = { description: 'no \\u0000, no \\ud800 and no \\\\u0000', emoji: '📦' };
    const { release } = await publish.ask(submitRelease, { ...request, metadata: { kind: 'inline', json } });
    expect((await publish.release(release)).metadata).toEqual({ kind: 'inline', json });
  });

  it.each(texts)('the reason of a review (%s)', async (_, reason) => {
    const release = await publish.held({ repository: await publish.repository() });
    for (const verb of ['approve', 'reject']) {
      const target = `/api/v1/held-releases/${release.releaseId}/${verb}`;
      expect((await publish.http('POST', target, { as: publish.owner, body: { reason } })).status).toBe(400);
    }
    expect((await publish.release(release)).state).toBe('held');
  });

  it.each(texts)('a tag (%s)', async (_, tag) => {
    const { packagePurl, repository } = await publish.published({ repository: await publish.repository() });
    const asked = { principal: publish.member, repositoryId: repository.repositoryId, packagePurl, tag };
    await expect(publish.ask(moveTag, { ...asked, version: '1.0.0' })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(publish.ask(removeTag, asked)).rejects.toMatchObject({ kind: 'not-found', code: 'tag.not-found' });
  });

  it('a version that a tag is to point at', async () => {
    const { packagePurl, repository } = await publish.published({ repository: await publish.repository() });
    const asked = { principal: publish.member, repositoryId: repository.repositoryId, packagePurl, tag: 'next' };
    await expect(publish.ask(moveTag, { ...asked, version: '1.0.0\u0000' })).rejects.toMatchObject({
      code: 'version.not-found',
    });
  });

  it('the slug of a repository', async () => {
    expect((await publish.http('GET', '/api/v1/repositories/a%00b', { as: publish.owner })).status).toBe(400);
    expect((await publish.http('GET', '/api/v1/repositories?after=%00', { as: publish.owner })).status).toBe(400);
  });

  // There can be no organization of such a name; half a character is no JSON that everybody reads alike (I4).
  it.each([
    ['a NUL character', 404],
    ['half of a surrogate pair', 400],
  ] as const)('the name of an organization (%s)', async (what, status) => {
    const body = { slug: 'somewhere', organization: unstorable[what], visibility: 'public' };
    expect((await publish.http('POST', '/api/v1/repositories', { as: publish.owner, body })).status).toBe(status);
  });
});
