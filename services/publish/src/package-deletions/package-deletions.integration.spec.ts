import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { packageChanged, releaseRestored, releaseWithdrawn, submitRelease } from '@waybill/contracts';
import type { Digest, OrganizationId, Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
let admin: Principal;

beforeAll(async () => {
  publish = await startPublish();
  admin = memberOf(publish.organizationId, 'admin');
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${repository.slug}`;
const releaseAt = (purl: string, below = '') =>
  `/api/v1/releases/${encodeURIComponent(purl)}${below}?repository=${repository.slug}`;
const remove = (purl: string, confirm: string, as: Principal = admin) =>
  publish.http('DELETE', addressOf(purl), { as, body: { confirm } });
const restore = (purl: string, as: Principal = admin) => publish.http('POST', addressOf(purl, '/restore'), { as });

async function packageIdOf(purl: string): Promise<string> {
  const [row] = await publish.query('SELECT package_id FROM packages WHERE purl = $1', [purl]);
  return String(row?.['package_id']);
}

/** 1.0.0 deprecated with `old`, 2.0.0 with `latest`, 3.0.0 withdrawn before, 4.0.0 held. */
async function lived(name: string): Promise<ReleaseFacts> {
  const one = await publish.published({ repository, name, tags: ['old'] });
  await publish.published({ repository, name, version: '2.0.0', bytes: 'two', tags: ['latest'] });
  await publish.published({ repository, name, version: '3.0.0', bytes: 'three' });
  await publish.held({ repository, name, version: '4.0.0', bytes: 'four' });
  const deprecation = releaseAt(one.purl, '/deprecation');
  await publish.http('PUT', deprecation, { as: admin, body: { message: 'use 2' } });
  await publish.http('DELETE', releaseAt(`${one.packagePurl}@3.0.0`), { as: admin });
  return one;
}

async function eventsOf(purl: string, types: string[]) {
  return (await publish.replay({ types })).filter(({ subject }) => subject === `${repository.repositoryId}/${purl}`);
}

describe('the deletion of a package', () => {
  it('takes all that clients can see, keeps the name, and is undone with exactly what it took (I8)', async () => {
    const name = `gone-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await lived(name);
    const before = (await publish.http('GET', addressOf(packagePurl), { as: admin })).json;
    expect((await remove(packagePurl, 'another')).json).toMatchObject({ status: 400, code: 'package.confirm' });
    const deleted = await remove(packagePurl, name);
    expect(deleted.json).toMatchObject({ releases: 0, tags: {}, deletedAt: expect.any(String) as string });
    for (const as of [anonymous, person(), publish.member]) {
      expect((await publish.http('GET', addressOf(packagePurl), { as })).status).toBe(as === anonymous ? 401 : 404);
      expect((await publish.http('GET', `/api/v1/packages?q=${name}`, { as })).items).toEqual([]);
    }
    await expect(publish.submit({ repository, name, version: '9.0.0' })).rejects.toMatchObject({
      code: 'package.deleted',
    });
    expect((await publish.submit({ repository, name })).joined).toBe(true);
    const back = await restore(packagePurl);
    expect(back.json).toEqual({ ...before, updatedAt: expect.any(String) as string });
    const states = await publish.query('SELECT version, state FROM releases WHERE package_id = $1 ORDER BY version', [
      await packageIdOf(packagePurl),
    ]);
    expect(states.map((row) => [row['version'], row['state']])).toEqual([
      ['1.0.0', 'deprecated'],
      ['2.0.0', 'published'],
      ['3.0.0', 'withdrawn'],
      ['4.0.0', 'held'],
    ]);
    const told = await eventsOf(packagePurl, [releaseWithdrawn.type, releaseRestored.type, packageChanged.type]);
    expect(told.map(({ type, data }) => [type, data])).toEqual([
      [releaseWithdrawn.type, expect.objectContaining({ releases: [expect.objectContaining({ version: '3.0.0' })] })],
      [releaseWithdrawn.type, expect.objectContaining({ removedTags: ['old', 'latest'] })],
      [packageChanged.type, expect.objectContaining({ deleted: true })],
      [packageChanged.type, expect.objectContaining({ deleted: false })],
      [releaseRestored.type, expect.objectContaining({ tags: { old: '1.0.0', latest: '2.0.0' } })],
    ]);
    const audited = (await publish.audit(`package:${await packageIdOf(packagePurl)}`)) as [string, string][];
    const actions = audited.map(([, action]) => action);
    expect(actions).toEqual(['package.deprecate', 'package.withdraw', 'package.delete', 'package.restore']);
    expect((await restore(packagePurl)).json).toMatchObject({ status: 409, code: 'package.not-deleted' });
    expect((await publish.published({ repository, name, version: '5.0.0' })).state).toBe('published');
  });

  it('needs the right to delete and a fresh proof, and hides from others that there is such a package (A6, W7)', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'kept' });
    expect((await remove(packagePurl, 'kept', publish.member)).status).toBe(403);
    const stale = person([{ kind: 'organization', organizationId: publish.organizationId, role: 'admin' }], {
      proven: false,
    });
    expect((await remove(packagePurl, 'kept', stale)).json).toMatchObject({ code: 'auth.step-up-required' });
    expect((await remove('pkg:npm/kept-not', 'kept-not', publish.member)).status).toBe(404);
    expect((await restore(packagePurl, publish.member)).status).toBe(403);
  });

  it('of many at once happens once, as does its undoing', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'contested', tags: ['latest'] });
    const deletions = await Promise.all(Array.from({ length: 50 }, () => remove(packagePurl, 'contested')));
    expect(deletions.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(deletions.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const restorations = await Promise.all(Array.from({ length: 50 }, () => restore(packagePurl)));
    expect(restorations.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(restorations.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const audited = (await publish.audit(`package:${await packageIdOf(packagePurl)}`)) as [string, string][];
    expect(audited.map(([, action]) => action)).toEqual(['package.delete', 'package.restore']);
  });

  it('cannot be undone after 30 days, without its bytes, or where others have reserved the name meanwhile', async () => {
    const purls: string[] = [];
    for (const name of ['late', 'bytesless', '@reserved/name']) {
      const purl = `pkg:npm/${name.replace('@', '%40')}`;
      const submission = await publish.submission({ repository, name: name.replace(/.*\//, ''), bytes: `of ${name}` });
      const { release } = await publish.ask(submitRelease, {
        ...submission,
        purl: `${purl}@1.0.0` as typeof submission.purl,
      });
      await publish.scan(release);
      expect((await remove(purl, name)).status).toBe(200);
      purls.push(purl);
    }
    const [late = '', bytesless = '', reserved = ''] = purls;
    await publish.query(
      `UPDATE package_deletions SET deleted_at = now() - interval '30 days 1 minute' WHERE package_id = $1`,
      [await packageIdOf(late)],
    );
    expect((await restore(late)).json).toMatchObject({ status: 410, code: 'restore.too-late' });
    const [file] = await publish.query(
      'SELECT sha256 FROM artifacts JOIN releases USING (release_id) WHERE package_id = $1',
      [await packageIdOf(bytesless)],
    );
    await publish.store.delete(file?.['sha256'] as Digest);
    expect((await restore(bytesless)).json).toMatchObject({ status: 410, code: 'restore.bytes-gone' });
    const organization = `o-${randomUUID().slice(0, 8)}`;
    await publish.organization(organization, randomUUID() as OrganizationId);
    const installationAdmin = person([], { installationAdmin: true });
    const body = { organization, ecosystem: 'npm', kind: 'scope', pattern: '@reserved' };
    const claim = await publish.http('POST', '/api/v1/namespaces', { as: installationAdmin, body });
    const approval = `/api/v1/namespaces/${String(claim.json['namespaceId'])}/approve`;
    expect((await publish.http('POST', approval, { as: installationAdmin })).status).toBe(200);
    expect((await restore(reserved)).json).toMatchObject({ status: 403, code: 'namespace.reserved' });
  });
});
