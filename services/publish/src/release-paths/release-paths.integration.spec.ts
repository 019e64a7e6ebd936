import { randomUUID } from 'node:crypto';
import { submitRelease } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person } from '../../test/principals.js';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { codesOf, next, startReleasePathGround } from '../../test/release-path-ground.js';
import type { RunningPublish } from '../../test/running-publish.js';

let ground: ReleasePathGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startReleasePathGround();
  publish = ground.publish;
});

afterAll(async () => {
  await publish.stop();
});

describe('a release of a package that a workflow publishes', () => {
  it('is published when the workflow publishes it again', async () => {
    const { repository } = await ground.trusted();
    const release = await publish.published(
      next(repository, ground.workflowOf(repository, { ref: 'refs/tags/v1.4.3' })),
    );
    expect(release).toMatchObject({ state: 'published', reasons: [] });
  });

  it('is held when a stolen token publishes it, and who approves sees why (P1)', async () => {
    const { repository, release: before } = await ground.trusted();
    const release = await publish.published(next(repository, ground.thief));
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
    const { repository } = await ground.trusted();
    const allowed = await publish.published(next(repository, ground.thief));
    await ground.approve(allowed);
    expect(codesOf(await publish.published(next(repository, ground.thief, { version: '1.4.4' })))).toEqual([
      'path.downgrade',
    ]);
  });

  it('stays trusted when its trusted releases are withdrawn (P1)', async () => {
    const { repository, release } = await ground.trusted();
    await ground.withdraw(release);
    expect(codesOf(await publish.published(next(repository, ground.thief)))).toEqual(['path.downgrade']);
  });

  it('stays as strong as it was when what people approved is withdrawn (P1, P8)', async () => {
    const repository = await publish.repository();
    await publish.published(next(repository, publish.owner, { version: '1.0.0' }));
    const approved = await publish.published(next(repository, publish.owner, { version: '1.1.0' }));
    await ground.markApproved(approved);
    await ground.withdraw(approved);
    const late = await publish.published(next(repository, publish.owner, { version: '1.1.1' }));
    expect(codesOf(late)).toEqual(['path.downgrade']);
  });

  it('is held from a branch that it never came from; branches that it came from take turns (P2)', async () => {
    const repository = await publish.repository();
    const by = (branch: string) => ground.workflowOf(repository, { ref: `refs/heads/${branch}`, refType: 'branch' });
    await publish.published(next(repository, by('main'), { version: '1.0.0' }));
    const other = await publish.published(next(repository, by('next'), { version: '2.0.0-0' }));
    expect(codesOf(other)).toEqual(['path.discontinuity']);
    await ground.approve(other);
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
    const { repository } = await ground.trusted();
    for (const [index, path] of [
      { repositoryId: '2002' },
      { workflow: 'x.yml' },
      { event: 'workflow_dispatch' },
    ].entries()) {
      const release = await publish.published(
        next(repository, ground.workflowOf(repository, path), { version: `1.5.${index}` }),
      );
      expect(release).toMatchObject({ state: 'held', reasons: [{ rule: 'P2', code: 'path.discontinuity' }] });
    }
    const other = ground.workflowOf(repository, { repositoryId: '3003' }, randomUUID() as PublisherId);
    expect(await publish.published(next(repository, other, { version: '1.6.0' }))).toMatchObject({ state: 'held' });
  });

  it('may be published by anybody again when its owner says so, compared with the newest alone (P1)', async () => {
    const { repository, release } = await ground.trusted();
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
    const first = await publish.published(next(repository, ground.thief));
    expect(codesOf(first)).toEqual(['path.downgrade']);
    await ground.approve(first);
    expect(await publish.published(next(repository, ground.thief, { version: '1.4.4' }))).toMatchObject({
      state: 'published',
    });
  });
});

describe('a staged release', () => {
  it('is no downgrade after a trusted one, and one that people approved is not followed by one that they did not (P1, P8)', async () => {
    const { repository, release } = await ground.trusted();
    const request = await publish.submission(next(repository, ground.thief));
    const staged = await publish.ask(submitRelease, { ...request, stage: true });
    const [row] = await publish.query('SELECT state, submission_findings FROM releases WHERE release_id = $1', [
      staged.release.releaseId,
    ]);
    expect(row).toEqual({ state: 'staged', submission_findings: [] });
    await ground.markApproved(release);
    const unapproved = await publish.published(next(repository, ground.workflowOf(repository), { version: '1.4.4' }));
    expect(unapproved.reasons).toMatchObject([{ code: 'path.downgrade' }]);
    expect(unapproved.reasons[0]?.message).toContain('approved by one person; 1.4.4 comes from acme/left-pad');
  });
});

describe('a package with many releases', () => {
  it('has its predecessors found through an index, also those of a publisher that is new to it', async () => {
    const { repository, release } = await ground.trusted();
    await publish.query(
      `INSERT INTO releases SELECT (json_populate_record(releases, json_build_object('release_id', gen_random_uuid(),
              'version', n || '.0.0', 'settled_at', releases.settled_at - n * interval '1 minute'))).*
         FROM releases, generate_series(2, 2001) AS n WHERE release_id = $1`,
      [release.releaseId],
    );
    await publish.query('ANALYZE releases');
    const newcomer = ground.workflowOf(repository, { repositoryId: '2002' }, randomUUID() as PublisherId);
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
    const passedOver = lines.map((line) => Number(/Rows Removed by Filter: (\d+)/.exec(line)?.[1] ?? 0));
    expect(Math.max(...passedOver)).toBeLessThanOrEqual(200);
  });
});

describe('a token of several publishers of one organization', () => {
  it('publishes each package as the one that names it most narrowly (P1, T10)', async () => {
    const repository = await publish.repository();
    const { organizationId } = publish;
    const { repositoryId } = repository;
    const [alice, bob] = [randomUUID() as PublisherId, randomUUID() as PublisherId];
    const actions = ['publish'] as const;
    const token = ground.workflowOf(repository, {}, alice);
    if (token.kind !== 'token') throw new Error('A token is a token.');
    const by = {
      ...token,
      scopes: [
        {
          actions,
          on: { kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/a-' },
          publisherId: alice,
        },
        { actions, on: { kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/' }, publisherId: alice },
        { actions, on: { kind: 'package', repositoryId, purl: 'pkg:npm/b-new' as PackagePurl }, publisherId: bob },
      ],
    } as const;
    const recorded = async (name: string) =>
      (await publish.published({ repository, name, by })).trustedPublisher?.publisherId;
    expect(await recorded('b-new')).toBe(bob);
    expect(await recorded('a-new')).toBe(alice);
  });
});

describe('a package that is moved', () => {
  it('to another organization keeps its history, and nothing that its owner had softened (P1, T11)', async () => {
    const { repository, release } = await ground.trusted();
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
