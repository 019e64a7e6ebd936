import { randomUUID } from 'node:crypto';
import type { AuditEventFacts, DataOf } from '@waybill/contracts';
import { organizationChanged } from '@waybill/contracts';
import { roles } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAudit, somebody, startAudit, type TestOrganization } from './running-audit.js';

let audit: RunningAudit;

beforeAll(async () => {
  audit = await startAudit();
});

afterAll(async () => {
  await audit.stop();
});

interface Listed {
  readonly items: { readonly position: number; readonly target: string }[];
  readonly next: string | null;
}

async function list({ name, organizationId }: TestOrganization, query = ''): Promise<Listed> {
  const auditor = somebody({ organizationId, role: 'auditor' });
  const { status, json } = await audit.http(`/api/v1/audit/events?org=${name}${query}`, auditor);
  expect(status).toBe(200);
  return json as unknown as Listed;
}

async function targets(organization: TestOrganization, query: string): Promise<string[]> {
  return (await list(organization, query)).items.map(({ target }) => target).toSorted();
}

describe('the list of audited events', () => {
  it('says who did what to what, from where', async () => {
    const organization = await audit.organization();
    const facts = await audit.record({ organizationId: organization.organizationId });
    await audit.settled();
    expect((await list(organization)).items).toEqual([
      {
        position: 1,
        id: facts.eventId,
        at: facts.at,
        source: 'auth',
        actor: facts.actor,
        actorUserId: facts.actorUserId,
        action: 'team.create',
        target: 'team:1',
        outcome: 'success',
        requestId: 'request-1',
        clientAddress: '10.0.0.7',
        details: { name: 'readers' },
      },
    ]);
  });

  it('is filtered by actor, action, target, outcome and time', async () => {
    const organization = await audit.organization();
    const { organizationId } = organization;
    const [ada, ben] = [randomUUID(), randomUUID()];
    const wishes: Partial<AuditEventFacts>[] = [
      { subject: 'a', actor: `user:${ada}`, actorUserId: ada, at: '2026-01-01T00:00:00.000Z' },
      { subject: 'b', actor: 'token:1', actorUserId: ada, at: '2026-01-02T00:00:00.000Z', action: 'team.delete' },
      { subject: 'c', actor: `user:${ben}`, actorUserId: ben, at: '2026-01-03T00:00:00.000Z', outcome: 'refused' },
      { subject: 'd', actor: 'policy', actorUserId: null, at: '2026-01-04T00:00:00.000Z' },
    ];
    for (const wish of wishes) await audit.record({ organizationId, ...wish });
    await audit.settled();
    // A person with all their tokens.
    expect(await targets(organization, `&actor=user:${ada}`)).toEqual(['a', 'b']);
    expect(await targets(organization, '&actor=token:1')).toEqual(['b']);
    expect(await targets(organization, '&actor=policy')).toEqual(['d']);
    expect(await targets(organization, '&action=team.delete')).toEqual(['b']);
    expect(await targets(organization, '&target=c')).toEqual(['c']);
    expect(await targets(organization, '&outcome=refused')).toEqual(['c']);
    expect(await targets(organization, '&since=2026-01-02T00:00:00Z&until=2026-01-04T00:00:00Z')).toEqual(['b', 'c']);
    expect(await targets(organization, `&actor=user:${ben}&action=team.delete`)).toEqual([]);
  });

  it('comes in pages, newest first, without one twice or none', async () => {
    const organization = await audit.organization();
    const { organizationId, name } = organization;
    for (let count = 0; count < 7; count += 1) await audit.record({ organizationId });
    await audit.settled();
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Listed = await list(organization, `&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ position }) => position));
      cursor = page.next;
      await audit.record({ organizationId });
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { headers } = await audit.http(`/api/v1/audit/events?org=${name}&limit=1`, auditor);
    expect(headers['link']).toMatch(/^<\/api\/v1\/audit\/events\?org=.*cursor=.*>; rel="next"$/);
  });

  it.each([
    '&since=yesterday',
    '&since=2026-W05-1',
    '&until=2026-200',
    '&until=0000-01-01',
    '&outcome=maybe',
    '&cursor=x',
    '&limit=1000',
    '&actor=a%00b',
    '&unknown=1',
  ])('refuses what it cannot read, by its field: %s', async (query) => {
    const { name, organizationId } = await audit.organization();
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { status, json } = await audit.http(`/api/v1/audit/events?org=${name}${query}`, auditor);
    expect(status).toBe(400);
    expect(json['errors']).toEqual([expect.objectContaining({ field: expect.stringMatching(/^query\./) as string })]);
  });
});

describe('who may see the audit', () => {
  const paths = ['events', 'export', 'checkpoints'];

  it.each(paths)('of an organization: owners, admins and auditors (%s)', async (path) => {
    const { name, organizationId } = await audit.organization();
    const target = `/api/v1/audit/${path}?org=${name}`;
    const allowed = await Promise.all(
      roles.map(async (role) => [role, (await audit.http(target, somebody({ organizationId, role }))).status]),
    );
    expect(Object.fromEntries(allowed)).toEqual({ owner: 200, admin: 200, auditor: 200, member: 403, reader: 403 });
    expect((await audit.http(target, somebody('installation-admin'))).status).toBe(200);
  });

  it.each(paths)('of the installation: its administrators alone (%s)', async (path) => {
    const { organizationId } = await audit.organization();
    const target = `/api/v1/audit/${path}`;
    expect((await audit.http(target)).status).toBe(401);
    expect((await audit.http(target, somebody({ organizationId, role: 'owner' }))).status).toBe(403);
    expect((await audit.http(target, somebody('installation-admin'))).status).toBe(200);
  });

  it.each(paths)('does not show whether there is an organization (A6, %s)', async (path) => {
    const { name, organizationId } = await audit.organization();
    const outsider = somebody({ organizationId: (await audit.organization()).organizationId, role: 'owner' });
    const answers = await Promise.all(
      [name, 'no-such-org', organizationId, randomUUID(), 'Not_A_Name', `${name}&org=${name}`].map(async (org) => {
        const { status, json } = await audit.http(`/api/v1/audit/${path}?org=${org}`, outsider);
        return JSON.stringify({ status, ...json, requestId: undefined, instance: undefined });
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"status":404');
  });

  it('follows an organization to its new name; one that is gone is found by its id', async () => {
    const { name, organizationId } = await audit.organization();
    await audit.record({ organizationId });
    const auditor = somebody({ organizationId, role: 'auditor' });
    const change = { organizationId, accessChanged: false };
    await emitVersion(2, { ...change, name: `${name}-new`, deleted: false });
    await audit.settled();
    expect((await audit.http(`/api/v1/audit/events?org=${name}-new`, auditor)).status).toBe(200);
    expect((await audit.http(`/api/v1/audit/events?org=${name}`, auditor)).status).toBe(404);
    await emitVersion(3, { ...change, name: `${name}-new`, deleted: true });
    await audit.settled();
    const admin = somebody('installation-admin');
    expect((await audit.http(`/api/v1/audit/events?org=${name}-new`, admin)).status).toBe(404);
    const { json } = await audit.http(`/api/v1/audit/events?org=${organizationId}`, admin);
    expect(json['items']).toHaveLength(1);
  });

  it('of an id is that of no other organization, also when one is called like it (A1)', async () => {
    const { organizationId } = await audit.organization();
    await audit.record({ organizationId });
    const namesake = await audit.organization(organizationId);
    await audit.settled();
    const auditor = somebody({ organizationId, role: 'auditor' });
    const { status, json } = await audit.http(`/api/v1/audit/events?org=${organizationId}`, auditor);
    expect([status, json['items']]).toEqual([200, [expect.anything()]]);
    const other = somebody({ organizationId: namesake.organizationId, role: 'owner' });
    expect((await audit.http(`/api/v1/audit/events?org=${organizationId}`, other)).status).toBe(404);
  });
});

async function emitVersion(version: number, data: DataOf<typeof organizationChanged>): Promise<void> {
  await audit.emit(organizationChanged, data.organizationId, data, { version });
}
