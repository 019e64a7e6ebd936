import { randomUUID } from 'node:crypto';
import { moveTag, submitRelease } from '@waybill/contracts';
import { releasePurl } from '@waybill/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ReleaseEvents } from '../src/releases/release-events.js';
import { type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await publish.stop();
});

/** Somebody else does `work` after the package was looked at, before anything is written on the strength of that. */
function beforeWriting(work: () => Promise<unknown>): void {
  const events = publish.app.get(ReleaseEvents, { strict: false });
  const announce = events.announce.bind(events);
  vi.spyOn(events, 'announce').mockImplementationOnce(async (...parameters) => {
    await work();
    return announce(...parameters);
  });
}

async function versionsTold(aggregate: string): Promise<number[]> {
  const events = (await publish.replay()).filter((event) => event.subject === aggregate);
  return events.map((event) => event.aggregateversion);
}

describe('what was seen of a package without its lock', () => {
  it('may be old: of two first publishes of one version, the second joins or is a conflict (I8)', async () => {
    const repository = await publish.repository();
    const [same, other] = [
      await publish.submission({ repository, name: 'raced', bytes: 'one' }),
      await publish.submission({ repository, name: 'raced', bytes: 'other' }),
    ];
    const again = await publish.submission({ repository, name: 'raced', bytes: 'one' });
    beforeWriting(() => publish.ask(submitRelease, same));
    expect(await publish.ask(submitRelease, again)).toMatchObject({ joined: true });
    await expect(publish.ask(submitRelease, other)).rejects.toMatchObject({ code: 'release.immutable' });
  });

  it('may be old: another case of its name was taken meanwhile (I5)', async () => {
    const repository = await publish.repository();
    const named = (name: string) => releasePurl({ ecosystem: 'maven', namespace: 'org.acme', name }, '1.0.0');
    const request = { ...(await publish.submission({ repository, bytes: 'cased' })), purl: named('cased') };
    const first = { ...(await publish.submission({ repository, bytes: 'Cased' })), purl: named('Cased') };
    beforeWriting(() => publish.ask(submitRelease, first));
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ code: 'package.name-taken' });
  });

  it('may be old: another version came meanwhile, and events are counted without gaps', async () => {
    const repository = await publish.repository();
    const { packagePurl } = await publish.published({ repository, name: 'counted', version: '1.0.0', bytes: '1' });
    const second = await publish.submission({ repository, name: 'counted', version: '2.0.0', bytes: '2' });
    const third = await publish.submission({ repository, name: 'counted', version: '3.0.0', bytes: '3' });
    beforeWriting(() => publish.ask(submitRelease, second));
    expect(await publish.ask(submitRelease, third)).toMatchObject({ joined: false });
    expect(await versionsTold(`${repository.repositoryId}/${packagePurl}`)).toEqual([1, 2, 3, 4]);
  });

  it('may be old: a tag that somebody wished for meanwhile stays, also where it pointed already', async () => {
    const repository = await publish.repository();
    const wished = { repository, name: 'wished', tags: ['latest'] };
    const { packagePurl } = await publish.published({ ...wished, version: '1.0.0', bytes: '1' });
    const { release } = await publish.submit({ ...wished, version: '2.0.0', bytes: '2' });
    const { repositoryId } = repository;
    const move = { principal: publish.owner, repositoryId, packagePurl, tag: 'latest', version: '1.0.0' };
    beforeWriting(() => publish.ask(moveTag, move));
    expect((await publish.scan(release)).state).toBe('published');
    const [tag] = await publish.query(
      'SELECT tags.version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1 AND purl = $2',
      [repositoryId, packagePurl],
    );
    expect(tag).toEqual({ version: '1.0.0' });
  });

  it('may be old: what is decided on a release of a repository that was transferred meanwhile is told to its new owner (W9)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, name: 'handed-over' });
    const organizationId = randomUUID();
    beforeWriting(() =>
      publish.query('UPDATE repositories SET organization_id = $2 WHERE repository_id = $1', [
        repository.repositoryId,
        organizationId,
      ]),
    );
    expect((await publish.scan(release)).state).toBe('published');
    const audited = await publish.query('SELECT action, organization_id FROM audit_events WHERE subject = $1', [
      `release:${release.releaseId}`,
    ]);
    expect(audited).toEqual([{ action: 'release.decide', organization_id: organizationId }]);
    expect((await publish.release(release)).repository).toMatchObject({ organizationId });
  });
});
