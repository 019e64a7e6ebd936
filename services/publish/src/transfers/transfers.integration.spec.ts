import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { startTransfersGround, type TransfersGround } from '../../test/transfers-ground.js';

let ground: TransfersGround;
let publish: TransfersGround['publish'];
let target: TransfersGround['target'];
let receiver: TransfersGround['receiver'];
let offer: TransfersGround['offer'];
let settle: TransfersGround['settle'];
let owned: TransfersGround['owned'];
let transferEvents: TransfersGround['transferEvents'];
let audited: TransfersGround['audited'];
let adminOfBoth: TransfersGround['adminOfBoth'];

beforeAll(async () => {
  ground = await startTransfersGround();
  ({ publish, target, receiver, offer, settle, owned, transferEvents, audited, adminOfBoth } = ground);
});

afterAll(() => ground.publish.stop());

describe('a transfer of a repository', () => {
  it('happens at once by who administers both organizations, with one event and one audit entry (T11, W9)', async () => {
    const repository = await publish.repository('private');
    await publish.published({ repository });
    const both = adminOfBoth();
    expect(await offer(repository, 'globex', both)).toMatchObject({
      status: 201,
      json: { state: 'accepted', kind: 'repository', name: repository.slug, to: { name: 'globex' } },
    });
    expect(await owned(repository, receiver)).toBe(target);
    expect(await owned(repository, publish.owner)).toBe(404);
    await expect(publish.submit({ repository, version: '2.0.0' })).rejects.toMatchObject({ kind: 'not-found' });
    const by = memberOf(target);
    expect((await publish.submit({ repository, version: '2.0.0', by })).release.state).toBe('quarantined');
    expect(await transferEvents(repository)).toMatchObject([
      { organizationId: target, transferredFrom: publish.organizationId, visibility: 'private' },
    ]);
    expect(await audited(repository)).toEqual([
      ['repository.transfer', publish.organizationId],
      ['repository.receive', target],
    ]);
  });

  it('ends what the sources of its packages give, keeps the links, and says so (T11, W9)', async () => {
    const repository = await publish.repository('private');
    const { packagePurl } = await publish.published({ repository });
    await publish.published({ repository, name: 'without-source' });
    const target = `/api/v1/packages/${encodeURIComponent(packagePurl)}?repository=${repository.slug}`;
    const source = { forge: 'github', host: 'github.com', owner: 'acme', name: 'left-pad' };
    const inherits = { inheritVisibility: true, inheritRoles: true };
    await publish.http('PATCH', target, { as: publish.owner, body: { source: { ...source, ...inherits } } });
    await offer(repository, 'globex', adminOfBoth());
    expect((await publish.http('GET', target, { as: receiver })).json).toMatchObject({
      source: { ...source, inheritVisibility: false, inheritRoles: false },
    });
    const [entry] = await publish.query(
      `SELECT details FROM audit_events WHERE subject = $1 AND action = 'repository.transfer'`,
      [`repository:${repository.repositoryId}`],
    );
    expect(entry?.['details']).toMatchObject({ sourceLinksEnded: 1 });
  });

  it('waits otherwise for who administers the other organization', async () => {
    const repository = await publish.repository('private');
    const offered = await offer(repository);
    expect(offered).toMatchObject({ status: 201, json: { state: 'pending' } });
    expect(await owned(repository, publish.owner)).toBe(publish.organizationId);
    const listed = await publish.http('GET', '/api/v1/transfers?state=pending', { as: receiver });
    const { transferId } = offered.json;
    expect(listed.items).toMatchObject([{ transferId, name: repository.slug, from: { name: 'acme' } }]);
    for (const as of [publish.owner, memberOf(target), memberOf(randomUUID() as OrganizationId, 'owner'), person()]) {
      expect((await settle(transferId, 'accept', as)).status).toBe(404);
    }
    expect(await settle(transferId, 'accept')).toMatchObject({ status: 200, json: { state: 'accepted' } });
    expect(await owned(repository, receiver)).toBe(target);
    expect(await settle(transferId, 'accept')).toMatchObject({ status: 409, json: { code: 'transfer.settled' } });
    expect(await audited(repository)).toEqual([
      ['transfer.offer', publish.organizationId],
      ['repository.transfer', publish.organizationId],
      ['repository.receive', target],
    ]);
  });

  it('is told to each of both organizations once, and no people or addresses of the other one (A6, W9)', async () => {
    const repository = await publish.repository('private');
    const { transferId } = (await offer(repository)).json;
    await settle(transferId, 'accept');
    const told = (organizationId: OrganizationId) =>
      publish.query(
        `SELECT action, actor, actor_user_id, client_address, details FROM audit_events
          WHERE subject = $1 AND organization_id = $2 AND action IN ('repository.transfer', 'repository.receive')`,
        [`repository:${repository.repositoryId}`, organizationId],
      );
    const name = repository.slug;
    expect(await told(publish.organizationId)).toEqual([
      {
        action: 'repository.transfer',
        actor: 'organization:globex',
        actor_user_id: null,
        client_address: null,
        details: { slug: name, transferId, to: 'globex' },
      },
    ]);
    expect(await told(target)).toEqual([
      {
        action: 'repository.receive',
        actor: expect.stringMatching(/^user:/) as string,
        actor_user_id: receiver.kind === 'anonymous' ? undefined : receiver.userId,
        client_address: '192.0.2.7',
        details: { name, transferId, from: publish.organizationId },
      },
    ]);
  });

  it('asks for a fresh proof of who one is on both sides (W7)', async () => {
    const repository = await publish.repository('public');
    const stale = (organizationId: OrganizationId) =>
      person([{ kind: 'organization', organizationId, role: 'owner' }], { proven: false });
    const refused = { status: 403, json: { code: 'auth.step-up-required' } };
    expect(await offer(repository, 'globex', stale(publish.organizationId))).toMatchObject(refused);
    const { transferId } = (await offer(repository)).json;
    expect(await settle(transferId, 'accept', stale(target))).toMatchObject(refused);
    await settle(transferId, 'cancel', publish.owner);
  });

  it('is nothing that a grant on the repository alone gives', async () => {
    const repository = await publish.repository('private');
    const { repositoryId } = repository;
    const granted = person([
      { kind: 'repository', repositoryId, actions: ['read', 'admin'] },
      { kind: 'organization', organizationId: target, role: 'owner' },
    ]);
    expect(await offer(repository, 'globex', granted)).toMatchObject({ status: 403 });
    expect(await offer(repository, 'globex', publish.member)).toMatchObject({ status: 403 });
    expect(await owned(repository, publish.owner)).toBe(publish.organizationId);
  });

  it('to an organization that there is not answers like one to an organization that there is (A6)', async () => {
    const [one, other] = [await publish.repository('public'), await publish.repository('public')];
    const known = await offer(one, 'globex');
    const unknown = await offer(other, 'initech');
    const shape = ({ json, status }: typeof known) => [
      status,
      { ...json, transferId: '', name: '', requestedAt: '', expiresAt: '', to: '' },
    ];
    expect(shape(unknown)).toEqual(shape(known));
    await publish.organization('initech', randomUUID() as OrganizationId);
    const [organization] = await publish.query(`SELECT organization_id FROM organizations WHERE name = 'initech'`);
    const late = memberOf(organization?.['organization_id'] as OrganizationId, 'owner');
    expect((await settle(unknown.json['transferId'], 'accept', late)).status).toBe(404);
    for (const { json } of [known, unknown]) await settle(json['transferId'], 'cancel', publish.owner);
    expect(await offer(one, 'Not A Name')).toMatchObject({ status: 400 });
    expect(await offer(one, 'acme')).toMatchObject({ status: 400, json: { code: 'transfer.same-organization' } });
  });
});
