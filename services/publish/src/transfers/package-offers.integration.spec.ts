import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageMoved } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let from: RepositoryFacts;
let place: RepositoryFacts;
const target = randomUUID() as OrganizationId;
const receiver = memberOf(target, 'admin');

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
  await publish.organization('globex', target);
  from = await publish.repository('private');
  place = await publish.repository('private', target);
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, { slug }: RepositoryFacts, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${slug}`;

async function purlOf(name = `p-${randomUUID().slice(0, 8)}`): Promise<string> {
  return (await publish.published({ repository: from, name, tags: ['latest'] })).packagePurl;
}

function offer(purl: string, { to = 'globex', as = publish.owner }: { to?: string; as?: Principal } = {}) {
  return publish.http('POST', addressOf(purl, from, '/offer'), { as, body: { to } });
}

function accept(
  transferId: unknown,
  { as = receiver, repository = place.slug }: { as?: Principal; repository?: string | null } = {},
) {
  const body = repository === null ? undefined : { repository };
  return publish.http('POST', `/api/v1/transfers/${String(transferId)}/accept`, { as, body });
}

function end(transferId: unknown, verb: 'decline' | 'cancel', as: Principal) {
  return publish.http('POST', `/api/v1/transfers/${String(transferId)}/${verb}`, { as });
}

async function audited(purl: string): Promise<unknown[]> {
  const rows = await publish.query(
    `SELECT action, organization_id, actor, client_address, details FROM audit_events
      WHERE subject = (SELECT 'package:' || package_id FROM packages WHERE purl = $1) ORDER BY at`,
    [purl],
  );
  return rows.map((row) => ({ ...row, actor: String(row['actor']).split(':')[0] }));
}

describe('a package that is offered to another organization', () => {
  it('goes where an admin of it says, with all that is in it, in one event, told to each side once (T11, A6, W9)', async () => {
    const purl = await purlOf();
    const offered = await offer(purl);
    expect(offered).toMatchObject({ status: 201, json: { state: 'pending', kind: 'package', name: purl } });
    const { transferId } = offered.json;
    expect((await publish.http('GET', addressOf(purl, from), { as: publish.owner })).status).toBe(200);
    const listed = await publish.http('GET', '/api/v1/transfers?state=pending', { as: receiver });
    expect(listed.items).toMatchObject([{ transferId, kind: 'package', name: purl, from: { name: 'acme' } }]);
    for (const as of [publish.owner, memberOf(target), memberOf(randomUUID() as OrganizationId, 'owner'), person()]) {
      expect((await accept(transferId, { as })).status).toBe(404);
    }
    expect(await accept(transferId)).toMatchObject({ status: 200, json: { state: 'accepted' } });
    expect(await publish.http('GET', addressOf(purl, place), { as: receiver })).toMatchObject({
      status: 200,
      json: { organizationId: target, latestVersion: '1.0.0', tags: { latest: '1.0.0' } },
    });
    expect((await publish.http('GET', addressOf(purl, from), { as: publish.owner })).status).toBe(404);
    const events = await publish.replay({ types: [packageMoved.type] });
    expect(events.filter(({ subject }) => subject === `${from.repositoryId}/${purl}`)).toHaveLength(1);
    expect(await audited(purl)).toEqual([
      expect.objectContaining({ action: 'transfer.offer', organization_id: publish.organizationId }),
      {
        action: 'package.transfer',
        organization_id: publish.organizationId,
        actor: 'organization',
        client_address: null,
        details: { purl, from: from.slug, transferId, to: 'globex' },
      },
      {
        action: 'package.receive',
        organization_id: target,
        actor: 'user',
        client_address: '192.0.2.7',
        details: { transferId, name: purl, from: publish.organizationId, to: place.slug },
      },
    ]);
  });

  it('waits also for who administers both sides, who moves it at once where they know the place', async () => {
    const purl = await purlOf();
    const both = person(
      [publish.organizationId, target].map((organizationId) => ({
        kind: 'organization',
        organizationId,
        role: 'admin',
      })),
    );
    expect(await offer(purl, { as: both })).toMatchObject({ status: 201, json: { state: 'pending' } });
    const { transferId } = (await publish.http('GET', '/api/v1/transfers?limit=1', { as: both })).items[0]!;
    const body = { repository: place.slug };
    expect((await publish.http('POST', addressOf(purl, from, '/transfer'), { as: both, body })).status).toBe(200);
    expect(await accept(transferId)).toMatchObject({ status: 409, json: { details: { state: 'cancelled' } } });
  });

  it('is nothing that a grant on it alone gives, and asks for a fresh proof of who one is (T11, W7)', async () => {
    const purl = await purlOf();
    const { repositoryId } = from;
    const granted = person([{ kind: 'repository', repositoryId, actions: ['read', 'admin'] }]);
    expect(await offer(purl, { as: granted })).toMatchObject({ status: 403 });
    expect(await offer(purl, { as: publish.member })).toMatchObject({ status: 403 });
    const { organizationId } = publish;
    const stale = person([{ kind: 'organization', organizationId, role: 'owner' }], { proven: false });
    expect(await offer(purl, { as: stale })).toMatchObject({ json: { code: 'auth.step-up-required' } });
    expect(await offer(purl, { to: 'acme' })).toMatchObject({ json: { code: 'transfer.same-organization' } });
    expect(await offer(purl, { to: 'there-is-none' })).toMatchObject({ status: 201, json: { state: 'pending' } });
  });

  it('goes into no repository of somebody else, whether or not there is one (A3, A6)', async () => {
    const { transferId } = (await offer(await purlOf())).json;
    expect(await accept(transferId, { repository: null })).toMatchObject({
      status: 400,
      json: { code: 'transfer.needs-repository', errors: [{ field: 'body.repository' }] },
    });
    const hidden = await publish.repository('private', randomUUID() as OrganizationId);
    const [theirs, none] = [hidden.slug, 'there-is-none'];
    const [one, other] = [
      await accept(transferId, { repository: theirs }),
      await accept(transferId, { repository: none }),
    ];
    expect([one.status, one.withoutRequestId]).toEqual([404, other.withoutRequestId]);
    await publish.http('PATCH', `/api/v1/repositories/${place.slug}`, { as: receiver, body: { archived: true } });
    expect(await accept(transferId)).toMatchObject({ status: 409, json: { code: 'repository.archived' } });
    await publish.http('PATCH', `/api/v1/repositories/${place.slug}`, { as: receiver, body: { archived: false } });
    expect(await accept(transferId)).toMatchObject({ status: 200 });
  });

  it('stays where it is while a release of it waits, or its name is taken there; the offer stays, too', async () => {
    const purl = await purlOf('busy');
    const { transferId } = (await offer(purl)).json;
    const { release } = await publish.submit({ repository: from, name: 'busy', version: '2.0.0' });
    expect(await accept(transferId)).toMatchObject({ status: 409, json: { code: 'package.waiting' } });
    await publish.scan(release);
    await publish.published({ repository: place, name: 'Busy', by: memberOf(target) });
    expect(await accept(transferId)).toMatchObject({ status: 409, json: { code: 'package.name-taken' } });
    const other = await publish.repository('public', target);
    expect(await accept(transferId, { repository: other.slug })).toMatchObject({ status: 200 });
  });

  it('is offered by one of 50 at the same time, and accepted by one of 50', async () => {
    const purl = await purlOf();
    const offers = await Promise.all(Array.from({ length: 50 }, () => offer(purl)));
    const [first, ...more] = offers.filter(({ status }) => status === 201);
    expect([first?.status, more]).toEqual([201, []]);
    expect(offers.filter(({ json }) => json['code'] === 'transfer.pending')).toHaveLength(49);
    const answers = await Promise.all(Array.from({ length: 50 }, () => accept(first!.json['transferId'])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ status, json }) => [status, json['code']]);
    expect(others).toEqual(Array(49).fill([409, 'transfer.settled']));
    expect(await audited(purl)).toHaveLength(3);
  });

  it('stays when the offer is declined, taken back or over, or it is deleted meanwhile', async () => {
    const purl = await purlOf();
    const declined = (await offer(purl)).json['transferId'];
    expect(await end(declined, 'decline', receiver)).toMatchObject({ status: 200, json: { state: 'declined' } });
    const taken = (await offer(purl)).json['transferId'];
    expect(await end(taken, 'cancel', publish.owner)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    const late = (await offer(purl)).json['transferId'];
    await publish.query(`UPDATE transfers SET expires_at = now() WHERE transfer_id = $1`, [late]);
    expect(await accept(late)).toMatchObject({ status: 409, json: { details: { state: 'expired' } } });
    const { transferId } = (await offer(purl)).json;
    const confirm = decodeURIComponent(purl.slice('pkg:npm/'.length));
    await publish.http('DELETE', addressOf(purl, from), { as: publish.owner, body: { confirm } });
    expect(await accept(transferId)).toMatchObject({ status: 409, json: { code: 'transfer.changed-meanwhile' } });
  });
});
