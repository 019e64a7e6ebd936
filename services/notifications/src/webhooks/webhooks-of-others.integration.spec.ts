import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, type Organization, type RunningNotifications } from '../../test/running-notifications.js';
import { WebhooksGround } from '../../test/webhooks-ground.js';

let ground: WebhooksGround;
let notifications: RunningNotifications;
let acme: Organization;
let publicOne: RepositoryFacts;
let privateOne: RepositoryFacts;
const outsider = memberOf(randomUUID() as OrganizationId);
const body = { url: 'http://127.0.0.1:9999/hook?token=canary-in-url' };

beforeAll(async () => {
  ground = await WebhooksGround.start();
  ({ notifications, acme, publicOne, privateOne } = ground);
});

afterAll(() => ground.stop());

describe('what may not be known', () => {
  it('is answered like what does not exist, by name and by id, whatever is asked (A6)', async () => {
    const hidden = [
      await notifications.webhook({ org: acme.name }, acme.owner, body),
      await notifications.webhook({ repository: publicOne.slug }, acme.owner, body),
      await notifications.webhook({ repository: privateOne.slug }, acme.owner, body),
    ].map(({ id }) => id);
    const readers = [anonymous, outsider, memberOf(acme.organizationId, 'member')];
    for (const as of readers) {
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/ping'],
        ['POST', '/rotate-secret'],
        ['GET', '/deliveries'],
        ['GET', `/deliveries/${randomUUID()}`],
        ['POST', `/deliveries/${randomUUID()}/redeliver`],
      ] as const) {
        const sent = { as, ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }) };
        const ask = (id: string) => notifications.http(method, `/api/v1/webhooks/${id}${path}`, sent);
        const missing = await ask(randomUUID());
        expect(missing.status).toBe(as.kind === 'anonymous' ? 401 : 404);
        for (const id of hidden) {
          const { status, withoutRequestId } = await ask(id);
          expect([status, withoutRequestId]).toEqual([missing.status, missing.withoutRequestId]);
        }
        expect((await ask('not-an-id')).status).toBe(missing.status);
      }
    }
    const list = (of: string) => notifications.http('GET', `/api/v1/webhooks?${of}`, { as: outsider });
    const missing = await list('org=nobody');
    for (const of of [`org=${acme.name}`, `repository=${privateOne.slug}`, 'repository=none', 'org=%00']) {
      expect((await list(of)).withoutRequestId).toBe(missing.withoutRequestId);
    }
  });

  it('is told to who may, but for the token: what it lacks', async () => {
    const { id } = await notifications.webhook({ org: acme.name }, acme.owner, body);
    const token = {
      ...acme.owner,
      kind: 'token',
      tokenId: randomUUID(),
      scopes: [{ actions: ['read'], on: { kind: 'everything' } }],
    } as unknown as Principal;
    const answer = await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: token });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: 'auth.forbidden' });
    expect(answer.withoutRequestId).toContain('lacks the permission manage-access');
  });

  it('is also a delivery of another webhook (A3)', async () => {
    const [mine, other] = [
      await notifications.webhook({ org: acme.name }, acme.owner, { ...body, active: true }),
      await notifications.webhook({ repository: publicOne.slug }, acme.owner, body),
    ];
    const ping = await notifications.http('POST', `/api/v1/webhooks/${mine.id}/ping`, { as: acme.owner });
    expect(ping.status).toBe(202);
    const path = `deliveries/${String(ping.json['id'])}`;
    const show = (id: string) => notifications.http('GET', `/api/v1/webhooks/${id}/${path}`, { as: acme.owner });
    expect((await show(mine.id)).status).toBe(200);
    expect((await show(other.id)).status).toBe(404);
    const again = await notifications.http('POST', `/api/v1/webhooks/${other.id}/${path}/redeliver`, {
      as: acme.owner,
    });
    expect(again.status).toBe(404);
  });
});
