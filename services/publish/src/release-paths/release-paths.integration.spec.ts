import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { releasePurl } from '@waybill/domain';
import { submitRelease, submitReleaseBatch, withdrawReleases } from '@waybill/contracts';
import type { OrganizationId, Principal, PublisherId, ReleasePath } from '@waybill/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { person } from '../../test/principals.js';
import { publisherWith, tokenOfPublisher } from '../../test/release-origins.js';
import { type RunningPublish, startPublish, type Submitted } from '../../test/running-publish.js';
import { ReleaseEvents } from '../releases/release-events.js';

let publish: RunningPublish;
let thief: Principal;
const publisherId = randomUUID() as PublisherId;

beforeAll(async () => {
  publish = await startPublish();
  thief = person([{ kind: 'organization', organizationId: publish.organizationId, role: 'member' }]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await publish.stop();
});

function workflowOf(repository: RepositoryFacts, path: Partial<ReleasePath> = {}, id = publisherId): Principal {
  return tokenOfPublisher(publish.organizationId, repository.repositoryId, publisherWith(path, id));
}

async function policy(repository: RepositoryFacts, body: object): Promise<void> {
  const set = await publish.http('PUT', `/api/v1/repositories/${repository.slug}/release-policy`, {
    as: publish.owner,
    body,
  });
  expect(set.status).toBe(200);
}

/** A repository with one release, `1.4.2`, that its workflow has published. */
async function trusted(
  path: Partial<ReleasePath> = {},
): Promise<{ repository: RepositoryFacts; release: ReleaseFacts }> {
  const repository = await publish.repository();
  const release = await publish.published({ repository, version: '1.4.2', by: workflowOf(repository, path) });
  expect(release).toMatchObject({ state: 'published', trustedPublisher: { publisherId } });
  return { repository, release };
}

function next(repository: RepositoryFacts, by: Principal, more: Partial<Submitted> = {}): Submitted {
  return { repository, version: '1.4.3', bytes: `bytes ${randomUUID()}`, by, ...more };
}

async function isStored(wanted: Submitted): Promise<boolean> {
  const request = await publish.submission(wanted);
  return (await publish.store.stat(request.artifacts[0]!.digests.sha256)) !== undefined;
}

/** Somebody else does `work` after the release was compared, before it is written on the strength of that. */
function beforeWriting(work: () => Promise<unknown>): void {
  const events = publish.app.get(ReleaseEvents, { strict: false });
  const announce = events.announce.bind(events);
  vi.spyOn(events, 'announce').mockImplementationOnce(async (...parameters) => {
    await work();
    return announce(...parameters);
  });
}

const codesOf = (release: ReleaseFacts) => release.reasons.map(({ code }) => code);

describe('a release of a package that a workflow publishes', () => {
  it('is published when the workflow publishes it again', async () => {
    const { repository } = await trusted();
    const release = await publish.published(next(repository, workflowOf(repository, { ref: 'refs/tags/v1.4.3' })));
    expect(release).toMatchObject({ state: 'published', reasons: [] });
  });

  it('is held when a stolen token publishes it, and who approves sees why (P1)', async () => {
    const { repository, release: before } = await trusted();
    const release = await publish.published(next(repository, thief));
    expect(release).toMatchObject({ state: 'held', trustedPublisher: null });
    expect(release.reasons).toMatchObject([{ rule: 'P1', code: 'path.downgrade', level: 'hold' }]);
    expect(release.reasons[0]?.message).toBe(
      '1.4.2 came from acme/left-pad release.yml on tag v1.4.2 in environment release through GitHub Actions; ' +
        '1.4.3 comes from alice at a browser.',
    );
    const view = await publish.http('GET', `/api/v1/held-releases/${release.releaseId}`, { as: publish.owner });
    expect(view.json).toMatchObject({
      trustedPublisher: null,
      provenance: null,
      predecessor: {
        releaseId: before.releaseId,
        version: '1.4.2',
        trustedPublisher: { path: { repository: 'acme/left-pad' } },
      },
    });
    expect(view.json['changes']).toContainEqual({ what: 'repository', before: 'acme/left-pad', after: null });
    expect(view.json['changes']).toContainEqual({
      what: 'credential',
      before: 'a trusted publisher',
      after: 'alice at a browser',
    });
  });

  it('stays trusted: an exception that was approved is none for the next one (P1)', async () => {
    const { repository } = await trusted();
    const allowed = await publish.published(next(repository, thief));
    const approve = `/api/v1/held-releases/${allowed.releaseId}/approve`;
    const approved = await publish.http('POST', approve, { as: publish.owner, body: { reason: 'It was me.' } });
    expect(approved.json).toMatchObject({ state: 'published', predecessor: { version: '1.4.2' } });
    expect(codesOf(await publish.published(next(repository, thief, { version: '1.4.4' })))).toEqual(['path.downgrade']);
  });

  it('stays trusted when its trusted releases are withdrawn (P1)', async () => {
    const { repository, release } = await trusted();
    await publish.ask(withdrawReleases, {
      principal: publish.owner,
      repositoryId: repository.repositoryId,
      packagePurl: release.packagePurl,
      versions: ['1.4.2'],
      tags: {},
      requestId: 'test',
    });
    expect(codesOf(await publish.published(next(repository, thief)))).toEqual(['path.downgrade']);
  });

  it('stays as strong as it was when what people approved is withdrawn (P1, P8)', async () => {
    const repository = await publish.repository();
    await publish.published(next(repository, publish.owner, { version: '1.0.0' }));
    const approved = await publish.published(next(repository, publish.owner, { version: '1.1.0' }));
    const approvals = [{ username: 'bob', userId: randomUUID(), at: new Date().toISOString() }];
    const set = 'UPDATE releases SET approvals = $2 WHERE release_id = $1';
    await publish.query(set, [approved.releaseId, JSON.stringify(approvals)]);
    await publish.ask(withdrawReleases, {
      principal: publish.owner,
      repositoryId: repository.repositoryId,
      packagePurl: approved.packagePurl,
      versions: ['1.1.0'],
      tags: {},
      requestId: 'test',
    });
    const late = await publish.published(next(repository, publish.owner, { version: '1.1.1' }));
    expect(codesOf(late)).toEqual(['path.downgrade']);
  });

  it('is held from a branch that it never came from; branches that it came from take turns (P2)', async () => {
    const repository = await publish.repository();
    const by = (branch: string) => workflowOf(repository, { ref: `refs/heads/${branch}`, refType: 'branch' });
    await publish.published(next(repository, by('main'), { version: '1.0.0' }));
    const other = await publish.published(next(repository, by('next'), { version: '2.0.0-0' }));
    expect(codesOf(other)).toEqual(['path.discontinuity']);
    const approve = `/api/v1/held-releases/${other.releaseId}/approve`;
    await publish.http('POST', approve, { as: publish.owner, body: { reason: 'Previews.' } });
    for (const [version, branch] of [
      ['1.0.1', 'main'],
      ['2.0.0-1', 'next'],
      ['1.0.2', 'main'],
    ] as const) {
      const release = await publish.published(next(repository, by(branch), { version }));
      expect(release).toMatchObject({ state: 'published' });
    }
  });

  it('is held when it comes from elsewhere: another repository, workflow or event (P2)', async () => {
    const { repository } = await trusted();
    for (const [index, path] of [
      { repositoryId: '2002' },
      { workflow: 'x.yml' },
      { event: 'workflow_dispatch' },
    ].entries()) {
      const release = await publish.published(
        next(repository, workflowOf(repository, path), { version: `1.5.${index}` }),
      );
      expect(release).toMatchObject({ state: 'held', reasons: [{ rule: 'P2', code: 'path.discontinuity' }] });
    }
    const other = workflowOf(repository, { repositoryId: '3003' }, randomUUID() as PublisherId);
    expect(await publish.published(next(repository, other, { version: '1.6.0' }))).toMatchObject({ state: 'held' });
  });

  it('may be published by anybody again when its owner says so, compared with the newest alone (P1)', async () => {
    const { repository, release } = await trusted();
    const target = `/api/v1/packages/${encodeURIComponent(release.packagePurl)}?repository=${repository.slug}`;
    const body = { trustedPublishingOnly: 'never' };
    const unproven = person([{ kind: 'organization', organizationId: publish.organizationId, role: 'owner' }], {
      proven: false,
    });
    expect(await publish.http('PATCH', target, { as: unproven, body })).toMatchObject({
      status: 403,
      json: { code: 'auth.step-up-required' },
    });
    const reader = person([{ kind: 'organization', organizationId: publish.organizationId, role: 'reader' }]);
    expect((await publish.http('PATCH', target, { as: reader, body })).status).toBe(403);
    const changed = await publish.http('PATCH', target, { as: publish.owner, body });
    expect(changed).toMatchObject({ status: 200, json: { trustedPublishingOnly: 'never' } });
    const first = await publish.published(next(repository, thief));
    expect(codesOf(first)).toEqual(['path.downgrade']);
    const approve = `/api/v1/held-releases/${first.releaseId}/approve`;
    await publish.http('POST', approve, { as: publish.owner, body: { reason: 'From now on by hand.' } });
    expect(await publish.published(next(repository, thief, { version: '1.4.4' }))).toMatchObject({
      state: 'published',
    });
  });
});

describe('a staged release', () => {
  it('is no downgrade after a trusted one, and one that people approved is not followed by one that they did not (P1, P8)', async () => {
    const { repository, release } = await trusted();
    const request = await publish.submission(next(repository, thief));
    const staged = await publish.ask(submitRelease, { ...request, stage: true });
    const [row] = await publish.query('SELECT state, submission_findings FROM releases WHERE release_id = $1', [
      staged.release.releaseId,
    ]);
    expect(row).toEqual({ state: 'staged', submission_findings: [] });
    const approvals = [{ username: 'bob', userId: randomUUID(), at: new Date().toISOString() }];
    await publish.query('UPDATE releases SET approvals = $2 WHERE release_id = $1', [
      release.releaseId,
      JSON.stringify(approvals),
    ]);
    const unapproved = await publish.published(next(repository, workflowOf(repository), { version: '1.4.4' }));
    expect(unapproved.reasons).toMatchObject([{ code: 'path.downgrade' }]);
    expect(unapproved.reasons[0]?.message).toContain('approved by one person; 1.4.4 comes from acme/left-pad');
  });
});

describe('a package with many releases', () => {
  it('has its predecessors found through an index, also those of a publisher that is new to it', async () => {
    const { repository, release } = await trusted();
    await publish.query(
      `INSERT INTO releases SELECT (json_populate_record(releases, json_build_object('release_id', gen_random_uuid(),
              'version', n || '.0.0', 'settled_at', releases.settled_at - n * interval '1 minute'))).*
         FROM releases, generate_series(2, 2001) AS n WHERE release_id = $1`,
      [release.releaseId],
    );
    await publish.query('ANALYZE releases');
    const newcomer = workflowOf(repository, { repositoryId: '2002' }, randomUUID() as PublisherId);
    const statements = await publish.statementsOf(() => publish.submit(next(repository, newcomer)));
    const [asked] = statements.filter((sql) => sql.includes('release_policies'));
    const [row] = await publish.query('SELECT package_id FROM releases WHERE release_id = $1', [release.releaseId]);
    const plan = await publish.query(`EXPLAIN (ANALYZE) ${asked ?? ''}`, [
      repository.repositoryId,
      row?.['package_id'],
      randomUUID(),
      'refs/tags/v1.4.3',
    ]);
    const lines = plan.map((line) => String(line['QUERY PLAN']));
    expect(lines.filter((line) => /Seq Scan on releases.*actual/.test(line))).toEqual([]);
    const read = lines
      .filter((line) => line.includes('releases v'))
      .map((line) => Number(/actual.* rows=(\d+)/.exec(line)?.[1] ?? 0));
    expect(Math.max(...read)).toBe(200);
  });
});

describe('a package that is moved', () => {
  it('to another organization keeps its history, and nothing that its owner had softened (P1, T11)', async () => {
    const { repository, release } = await trusted();
    const elsewhere = randomUUID() as OrganizationId;
    const to = await publish.repository('public', elsewhere);
    const mover = person(
      [publish.organizationId, elsewhere].map((organizationId) => ({
        kind: 'organization',
        organizationId,
        role: 'owner',
      })),
    );
    const target = (slug: string, more = '') =>
      `/api/v1/packages/${encodeURIComponent(release.packagePurl)}${more}?repository=${slug}`;
    const body = { trustedPublishingOnly: 'never' };
    expect((await publish.http('PATCH', target(repository.slug), { as: mover, body })).status).toBe(200);
    const moved = await publish.http('POST', target(repository.slug, '/transfer'), {
      as: mover,
      body: { repository: to.slug },
    });
    expect(moved).toMatchObject({ status: 200, json: { trustedPublishingOnly: null } });
    const release2 = await publish.published(next(to, mover));
    expect(codesOf(release2)).toEqual(['path.downgrade']);
  });
});

describe('a policy to refuse', () => {
  it('refuses a downgrade before any byte moves, and leaves nothing (P1)', async () => {
    const { repository } = await trusted();
    await policy(repository, { downgrade: 'refuse' });
    const wanted = next(repository, thief);
    await expect(publish.submit(wanted)).rejects.toMatchObject({ kind: 'forbidden', code: 'release.path-downgrade' });
    expect(await isStored(wanted)).toBe(false);
    const rows = await publish.query(
      'SELECT 1 FROM releases JOIN packages USING (package_id) WHERE repository_id = $1',
      [repository.repositoryId],
    );
    expect(rows).toHaveLength(1);
  });

  it('refuses all that no trusted publisher publishes, also the first release, and names nobody who may (P1)', async () => {
    const repository = await publish.repository();
    await policy(repository, { trustedPublishingOnly: 'always' });
    await expect(publish.submit(next(repository, publish.owner))).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'release.trusted-publishing-only',
    });
    expect(await publish.published(next(repository, workflowOf(repository)))).toMatchObject({ state: 'published' });
  });

  it('refuses a job that is not as it has to be, and what strangers can start whatever it says (P3)', async () => {
    const repository = await publish.repository();
    await policy(repository, {
      context: 'hold',
      environments: ['release'],
      refs: ['refs/tags/v*'],
      hostedRunner: true,
    });
    expect(await publish.published(next(repository, workflowOf(repository)))).toMatchObject({ state: 'published' });
    const elsewhere = { ref: 'refs/heads/main', environment: 'test' };
    const held = await publish.published(next(repository, workflowOf(repository, elsewhere), { name: 'new-name' }));
    expect(codesOf(held)).toEqual(['path.context', 'path.context']);
    await policy(repository, { environments: ['release'] });
    const submitted = publish.submit(next(repository, workflowOf(repository, elsewhere), { name: 'other-name' }));
    await expect(submitted).rejects.toMatchObject({ code: 'release.path-context' });
    await policy(repository, { context: 'flag' });
    const strangers = workflowOf(repository, { event: 'pull_request_target' });
    await expect(publish.submit(next(repository, strangers, { version: '2.0.0' }))).rejects.toMatchObject({
      code: 'release.path-context',
    });
  });

  it('is that of the narrowest pattern, and others go on', async () => {
    const repository = await publish.repository();
    const patterns = [{ ecosystem: 'npm', kind: 'scope', pattern: '@acme', trustedPublishingOnly: 'always' }];
    await policy(repository, { patterns });
    await expect(publish.submit(next(repository, thief, { name: '@acme/left-pad' }))).rejects.toMatchObject({
      code: 'release.trusted-publishing-only',
    });
    expect(await publish.published(next(repository, thief))).toMatchObject({ state: 'published' });
  });

  it('only flags what it says to flag', async () => {
    const { repository } = await trusted();
    await policy(repository, { downgrade: 'flag', discontinuity: 'flag' });
    expect(await publish.published(next(repository, thief))).toMatchObject({ state: 'published', reasons: [] });
  });
});

describe('the source that a release claims', () => {
  it('is verified where it came from there, and shown as not where it did not (P14)', async () => {
    const repository = await publish.repository();
    const of = async (version: string, sourceUrl: string, by: Principal) => {
      const request = await publish.submission({ repository, version, bytes: version, by });
      const { release } = await publish.ask(submitRelease, { ...request, summary: { sourceUrl } });
      return publish.scan(release);
    };
    const own = 'git+https://github.com/acme/left-pad.git';
    expect(await of('0.1.0', own, thief)).toMatchObject({ state: 'published', sourceVerified: null });
    expect(await of('1.0.0', own, workflowOf(repository))).toMatchObject({ state: 'published', sourceVerified: true });
    const jacked = await of('1.1.0', 'https://github.com/lodash/lodash', workflowOf(repository));
    expect(jacked).toMatchObject({ state: 'published', sourceVerified: false });
    const target = `/api/v1/releases/${encodeURIComponent(jacked.purl)}?repository=${repository.slug}`;
    const { json } = await publish.http('GET', target);
    expect(json).toMatchObject({
      sourceVerified: false,
      provenance: null,
      approvals: [],
      trustedPublisher: { provider: 'github-actions', repository: 'acme/left-pad', ref: 'refs/tags/v1.4.2' },
    });
    expect(JSON.stringify(json)).not.toContain('alice-at-github');
    await policy(repository, { source: 'refuse' });
    await expect(of('1.2.0', 'https://github.com/lodash/lodash', workflowOf(repository))).rejects.toMatchObject({
      code: 'release.source-unverified',
    });
  });
});

describe('what was compared without a lock', () => {
  it('is compared again when the first trusted release comes in between (P1)', async () => {
    const repository = await publish.repository();
    await publish.published({ repository, version: '1.0.0', by: thief });
    const stolen = await publish.submission(next(repository, thief));
    beforeWriting(() => publish.published({ repository, version: '1.4.2', bytes: 'ci', by: workflowOf(repository) }));
    const { release } = await publish.ask(submitRelease, stolen);
    expect(codesOf(await publish.scan(release))).toEqual(['path.downgrade']);
  });

  it('is compared again when the policy changes in between (P1)', async () => {
    const { repository } = await trusted();
    const stolen = await publish.submission(next(repository, thief));
    beforeWriting(() => policy(repository, { downgrade: 'refuse' }));
    await expect(publish.ask(submitRelease, stolen)).rejects.toMatchObject({ code: 'release.path-downgrade' });
    const fresh = await publish.repository();
    const first = await publish.submission(next(fresh, thief));
    beforeWriting(() => policy(fresh, { trustedPublishingOnly: 'always' }));
    await expect(publish.ask(submitRelease, first)).rejects.toMatchObject({ code: 'release.trusted-publishing-only' });
  });

  it('holds each of 20 releases that a stolen token publishes at once (P1)', async () => {
    const { repository } = await trusted();
    const wanted = Array.from({ length: 20 }, (_, index) => next(repository, thief, { version: `2.${index}.0` }));
    const releases = await Promise.all(wanted.map((one) => publish.submit(one)));
    const settled = await Promise.all(releases.map(({ release }) => publish.scan(release)));
    expect(new Set(settled.map(({ state }) => state))).toEqual(new Set(['held']));
  });
});

describe('a batch', () => {
  it('is held in whole where one of it came in a weaker way, and refused in whole where that is refused (P1)', async () => {
    const { repository } = await trusted();
    const submit = async (version: string) => {
      const wishes = [
        await publish.submission(next(repository, thief, { version })),
        await publish.submission(next(repository, thief, { version, name: `beside-${version}` })),
      ];
      const submissions = wishes.map(({ purl, artifacts, metadata, tags, summary }) => ({
        purl,
        artifacts,
        metadata,
        tags,
        summary,
      }));
      const { repositoryId } = repository;
      return publish.ask(submitReleaseBatch, { principal: thief, repositoryId, submissions, requestId: 'test' });
    };
    const { releases } = await submit('2.0.0');
    await Promise.all(releases.map(({ release }) => publish.emitScan(release)));
    expect(await Promise.all(releases.map(({ release }) => publish.settled(release)))).toEqual(['held', 'held']);
    await policy(repository, { downgrade: 'refuse' });
    await expect(submit('3.0.0')).rejects.toMatchObject({ code: 'release.path-downgrade' });
    const beside = releasePurl({ ecosystem: 'npm', name: 'beside-3.0.0' }, '3.0.0');
    expect(await publish.query('SELECT 1 FROM releases WHERE purl = $1', [beside])).toEqual([]);
  });
});
