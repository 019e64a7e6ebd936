import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageMoved, submitRelease } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let from: RepositoryFacts;
let to: RepositoryFacts;
let admin: Principal;
/** Administers both organizations. */
let both: Principal;
const otherId = randomUUID() as OrganizationId;

beforeAll(async () => {
  publish = await startPublish();
  admin = memberOf(publish.organizationId, 'admin');
  both = person([
    { kind: 'organization', organizationId: publish.organizationId, role: 'admin' },
    { kind: 'organization', organizationId: otherId, role: 'admin' },
  ]);
  from = await publish.repository();
  to = await publish.repository('private', otherId);
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, { slug }: RepositoryFacts, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${slug}`;

function transfer(
  purl: string,
  { as = both, at = from, target = to }: Partial<Record<'at' | 'target', RepositoryFacts>> & { as?: Principal } = {},
) {
  return publish.http('POST', addressOf(purl, at, '/transfer'), { as, body: { repository: target.slug } });
}

describe('the transfer of a package', () => {
  it('takes it with its releases and tags to where it is as visible as its new repository, in one event (T11)', async () => {
    const name = 'moving';
    const { packagePurl } = await publish.published({ repository: from, name, tags: ['latest'] });
    const source = { forge: 'github', host: 'github.com', owner: 'acme', name, inheritRoles: true };
    await publish.http('PATCH', addressOf(packagePurl, from), { as: admin, body: { source } });
    const moved = await transfer(packagePurl);
    expect(moved.json).toMatchObject({
      repository: to.slug,
      organizationId: otherId,
      visibility: 'private',
      latestVersion: '1.0.0',
      tags: { latest: '1.0.0' },
      source: { inheritRoles: false },
    });
    expect((await publish.http('GET', addressOf(packagePurl, from), { as: both })).status).toBe(404);
    expect((await publish.http('GET', addressOf(packagePurl, to), { as: admin })).status).toBe(404);
    expect((await publish.http('GET', addressOf(packagePurl, to), { as: both })).status).toBe(200);
    const events = await publish.replay({ types: [packageMoved.type] });
    expect(events.map(({ subject, aggregateversion, data }) => ({ subject, aggregateversion, data }))).toEqual([
      {
        subject: `${from.repositoryId}/${packagePurl}`,
        aggregateversion: 4,
        data: expect.objectContaining({
          packagePurl,
          to: expect.objectContaining({ slug: to.slug }) as object,
        }) as object,
      },
    ]);
    const [row] = await publish.query('SELECT package_id FROM packages WHERE purl = $1', [packagePurl]);
    expect(await publish.audit(`package:${String(row?.['package_id'])}`)).toEqual([
      [expect.any(String), 'package.change'],
      [expect.any(String), 'package.transfer'],
      [expect.any(String), 'package.receive'],
    ]);
    const next = await publish.published({ repository: to, name, version: '2.0.0', by: memberOf(otherId) });
    expect(next.repository.slug).toBe(to.slug);
    await expect(publish.submit({ repository: from, name, version: '3.0.0' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'package.moved',
    });
    await expect(publish.submit({ repository: from, name: 'MOVING', version: '3.0.0' })).rejects.toMatchObject({
      code: 'package.moved',
    });
  });

  it('is told to each of both organizations once, and nothing of a place that its readers may not see (A6, W9)', async () => {
    const open = await publish.repository('public', otherId);
    const hidden = await publish.repository('private');
    const audited = async (purl: string) => {
      const rows = await publish.query(
        `SELECT action, organization_id, details FROM audit_events
          WHERE details ->> 'purl' = $1 AND action IN ('package.transfer', 'package.receive') ORDER BY at`,
        [purl],
      );
      return rows.map((row) => [row['action'], row['organization_id'], row['details']]);
    };
    const { packagePurl: one } = await publish.published({ repository: hidden, name: 'told' });
    await transfer(one, { at: hidden, target: to });
    expect(await audited(one)).toEqual([
      ['package.transfer', publish.organizationId, { purl: one, from: hidden.slug }],
      ['package.receive', otherId, { purl: one, to: to.slug }],
    ]);
    const { packagePurl: two } = await publish.published({ repository: from, name: 'told-openly' });
    await transfer(two, { target: open });
    expect(await audited(two)).toEqual([
      [
        'package.transfer',
        publish.organizationId,
        { purl: two, from: from.slug, to: open.slug, organizationId: otherId },
      ],
      [
        'package.receive',
        otherId,
        { purl: two, to: open.slug, from: from.slug, organizationId: publish.organizationId },
      ],
    ]);
    const { packagePurl: three } = await publish.published({ repository: from, name: 'told-within' });
    await transfer(three, { target: hidden });
    expect(await audited(three)).toEqual([
      ['package.transfer', publish.organizationId, { purl: three, from: from.slug, to: hidden.slug }],
    ]);
  });

  it('is refused to who does not administer both, in words that tell nothing of the other repository (A6)', async () => {
    const { packagePurl } = await publish.published({ repository: from, name: 'staying' });
    const missing = await transfer(packagePurl, { as: admin, target: { ...to, slug: 'there-is-none' } });
    const hidden = await transfer(packagePurl, { as: admin });
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.withoutRequestId.replace(to.slug, '')).toBe(missing.withoutRequestId.replace('there-is-none', ''));
    expect((await transfer(packagePurl, { as: memberOf(otherId, 'admin') })).status).toBe(403);
    expect((await transfer(packagePurl, { as: publish.member })).status).toBe(403);
    expect((await transfer(packagePurl, { target: from })).json).toMatchObject({ code: 'package.there-already' });
  });

  it('out of its organization is nothing that a grant on the package or its repository alone gives (T11)', async () => {
    const { packagePurl } = await publish.published({ repository: from, name: 'kept' });
    const { repositoryId } = from;
    const actions = ['read', 'admin'] as const;
    const within = await publish.repository();
    for (const grant of [
      { kind: 'packages', repositoryId, purls: [packagePurl], actions },
      { kind: 'repository', repositoryId, actions },
    ] as const) {
      const granted = person([
        grant,
        { kind: 'organization', organizationId: otherId, role: 'owner' },
        { kind: 'repository', repositoryId: within.repositoryId, actions },
      ]);
      expect(await transfer(packagePurl, { as: granted })).toMatchObject({ status: 403 });
      expect((await publish.http('GET', addressOf(packagePurl, from), { as: granted })).status).toBe(200);
      const inside = await transfer(packagePurl, { as: granted, target: within });
      expect([grant.kind, inside.status]).toEqual([grant.kind, 200]);
      await transfer(packagePurl, { at: within, target: from });
    }
  });

  it('is refused where the name is taken, or was, in whatever case', async () => {
    const { packagePurl } = await publish.published({ repository: from, name: 'taken' });
    await publish.published({ repository: to, name: 'Taken', by: memberOf(otherId) });
    expect((await transfer(packagePurl)).json).toMatchObject({ status: 409, code: 'package.name-taken' });
    const third = await publish.repository();
    const { packagePurl: gone } = await publish.published({ repository: third, name: 'gone-on' });
    expect((await transfer(gone, { at: third })).status).toBe(200);
    await publish.published({ repository: from, name: 'gone-on' });
    expect((await transfer(gone, { at: from, target: third })).json).toMatchObject({ code: 'package.name-taken' });
    const back = await transfer(gone, { at: to, target: third });
    expect(back.json).toMatchObject({ repository: third.slug, latestVersion: '1.0.0' });
  });

  it('waits until nothing of the package waits to be checked, and does not take a deleted one', async () => {
    const { packagePurl } = await publish.published({ repository: from, name: 'busy' });
    const { release } = await publish.submit({ repository: from, name: 'busy', version: '2.0.0' });
    expect((await transfer(packagePurl)).json).toMatchObject({ status: 409, code: 'package.waiting' });
    await publish.scan(release);
    const wish = await publish.submission({ repository: from, name: 'busy', version: '3.0.0' });
    const staged = await publish.ask(submitRelease, { ...wish, stage: true });
    expect((await transfer(packagePurl)).json).toMatchObject({ status: 409, code: 'package.waiting' });
    const reject = `/api/v1/staged-releases/${staged.release.releaseId}/reject`;
    expect((await publish.http('POST', reject, { as: admin, body: { reason: 'it moves' } })).status).toBe(200);
    await publish.http('DELETE', addressOf(packagePurl, from), { as: admin, body: { confirm: 'busy' } });
    expect((await transfer(packagePurl)).json).toMatchObject({ status: 409, code: 'package.deleted' });
  });

  it('of many at once happens once', async () => {
    const { packagePurl } = await publish.published({ repository: from, name: 'wanted' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => transfer(packagePurl)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    // Who comes after it was moved is told that there is no such package, as everybody else.
    expect(statuses.filter((status) => status !== 200 && status !== 409 && status !== 404)).toEqual([]);
    const rows = await publish.query(
      'SELECT aggregate_version FROM package_moves WHERE repository_id = $1 AND name_key = $2',
      [from.repositoryId, packagePurl],
    );
    expect(rows).toHaveLength(1);
  });
});
