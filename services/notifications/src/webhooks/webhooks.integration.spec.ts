import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
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

describe('POST /api/v1/webhooks', () => {
  it('makes a webhook, shows its secret this once, and keeps it sealed (W6)', async () => {
    const target = `/api/v1/webhooks?org=${acme.name}`;
    const made = await notifications.http('POST', target, { as: acme.owner, body: { ...body, description: 'CI' } });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      organization: acme.name,
      repository: null,
      url: body.url,
      description: 'CI',
      eventTypes: [],
      active: true,
      circuit: { state: 'closed', failures: 0, retryAt: null },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
    });
    expect(made.headers).toMatchObject({
      etag: '"1"',
      location: `/api/v1/webhooks/${String(made.json['id'])}`,
      'cache-control': 'no-store',
    });
    const secret = String(made.json['secret']);
    const shown = await notifications.http('GET', `/api/v1/webhooks/${String(made.json['id'])}`, { as: acme.owner });
    expect(shown.status).toBe(200);
    expect(shown.withoutRequestId).not.toContain('whsec_');
    const rows = await notifications.query<{ text: string }>(
      `SELECT row_to_json(signing_secrets)::text AS text FROM signing_secrets`,
    );
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(rows.some(({ text }) => text.includes(key.toString('hex')) || text.includes(secret))).toBe(false);
    expect(notifications.logLines.join('')).not.toContain(secret);
    expect(notifications.logLines.join('')).not.toContain('canary-in-url');
  });

  it.each([
    ['a private address', 'https://10.0.0.1/', 'outbound.url-refused'],
    ['metadata', 'https://169.254.169.254/', 'outbound.url-refused'],
    ['loopback', 'https://[::1]/', 'outbound.url-refused'],
    ['a low port', 'https://hooks.example:22/', 'outbound.url-refused'],
    ['credentials', 'https://a:b@hooks.example/', 'outbound.url-refused'],
    ['no URL', 'hooks.example', 'outbound.url-malformed'],
  ])('refuses %s, names the field, and keeps nothing (W3)', async (_what, url, code) => {
    const count = () => notifications.query('SELECT count(*) FROM webhooks');
    const before = await count();
    const target = `/api/v1/webhooks?org=${acme.name}`;
    const answer = await notifications.http('POST', target, { as: acme.owner, body: { url } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code, errors: [{ field: 'body.url', code }] });
    expect(await count()).toEqual(before);
  });

  it('names every field that is wrong', async () => {
    const answer = await notifications.http('POST', `/api/v1/webhooks?org=${acme.name}`, {
      as: acme.owner,
      body: { url: 5, eventTypes: ['waybill.unknown.v1'], active: 'yes', secret: 'mine' },
    });
    expect(answer.status).toBe(400);
    const fields = (answer.json['errors'] as { field: string }[]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(
      expect.arrayContaining(['body.active', 'body.eventTypes', 'body.secret', 'body.url']),
    );
  });

  it('is for who manages access: of the organization, or of the repository', async () => {
    const create = (of: string, as: Principal) => notifications.http('POST', `/api/v1/webhooks?${of}`, { as, body });
    const grants = [{ kind: 'repository', repositoryId: privateOne.repositoryId, actions: ['read', 'manage-access'] }];
    const manager = { ...outsider, grants } as Principal;
    expect((await create(`repository=${privateOne.slug}`, manager)).status).toBe(201);
    expect((await create(`org=${acme.name}`, manager)).status).toBe(404);
    expect((await create(`org=${acme.name}`, memberOf(acme.organizationId, 'member'))).status).toBe(403);
    expect((await create(`repository=${publicOne.slug}`, outsider)).status).toBe(403);
    expect((await create('', acme.owner)).json).toMatchObject({ code: 'webhook.owner-missing' });
    const other = await notifications.organization();
    expect((await create(`org=${other.name}&repository=${publicOne.slug}`, acme.owner)).status).toBe(404);
  });

  it('is done once for one Idempotency-Key, with the same secret in the answer', async () => {
    const send = () =>
      notifications.http('POST', `/api/v1/webhooks?org=${acme.name}`, {
        as: acme.owner,
        body,
        headers: { 'idempotency-key': 'e0b0d6f0-5a0c-4d8e-9f57-0b6f5a6d7c11' },
      });
    const [first, again] = [await send(), await send()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json).toEqual(first.json);
  });

  it('stops at two hundred for one organization, however many ask at once', async () => {
    const full = await notifications.organization();
    await notifications.query(
      `INSERT INTO webhooks (webhook_id, organization_id, url, description, event_types, active, created_by, created_at, updated_at, version)
       SELECT gen_random_uuid(), $1, 'https://hooks.example/', '', '{}', true, 'test', now(), now(), 1 FROM generate_series(1, 199)`,
      [full.organizationId],
    );
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        notifications.http('POST', `/api/v1/webhooks?org=${full.name}`, { as: full.owner, body }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'webhook.too-many' });
  });
});

describe('GET /api/v1/webhooks', () => {
  it('lists those of one owner, page by page, and those of nobody else (A3)', async () => {
    const { name, owner, organizationId } = await notifications.organization();
    const repository = await notifications.repository(organizationId);
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await notifications.webhook({ org: name }, owner, body)).id);
    await notifications.webhook({ repository: repository.slug }, owner, body);
    const first = await notifications.http('GET', `/api/v1/webhooks?org=${name}&limit=2`, { as: owner });
    const next = /^<([^>]*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
    const second = await notifications.http('GET', next, { as: owner });
    expect([...first.items, ...second.items].map((item) => item['id'])).toEqual(made);
    expect(second.json['next']).toBeNull();
  });
});

describe('PATCH and DELETE /api/v1/webhooks/{id}', () => {
  it('change what is named, and nothing where somebody was faster', async () => {
    const { id } = await notifications.webhook({ org: acme.name }, acme.owner, { ...body, description: 'first' });
    const patch = (change: unknown, etag?: string) =>
      notifications.http('PATCH', `/api/v1/webhooks/${id}`, {
        as: acme.owner,
        body: change,
        headers: {
          'content-type': 'application/merge-patch+json',
          ...(etag === undefined ? {} : { 'if-match': etag }),
        },
      });
    const changed = await patch({ active: false, eventTypes: ['waybill.tag.moved.v1'] }, '"1"');
    expect(changed.json).toMatchObject({ active: false, eventTypes: ['waybill.tag.moved.v1'], description: 'first' });
    expect(changed.headers['etag']).toBe('"2"');
    const stale = await patch({ active: true }, '"1"');
    expect([stale.status, stale.json['code']]).toEqual([412, 'etag.stale']);
    expect((await patch({ eventTypes: null, description: null })).json).toMatchObject({
      eventTypes: [],
      description: '',
    });
    for (const wrong of [{ url: null }, { active: null }, { url: 'https://10.0.0.1/' }, { version: 1 }]) {
      expect((await patch(wrong)).status).toBe(400);
    }
    const remove = (etag: string) =>
      notifications.http('DELETE', `/api/v1/webhooks/${id}`, { as: acme.owner, headers: { 'if-match': etag } });
    expect((await remove('"1"')).status).toBe(412);
    expect((await remove('"3"')).status).toBe(204);
    expect((await remove('"3"')).status).toBe(404);
  });

  it('of fifty at once that saw the same version let one win', async () => {
    const { id } = await notifications.webhook({ org: acme.name }, acme.owner, body);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        notifications.http('PATCH', `/api/v1/webhooks/${id}`, {
          as: acme.owner,
          body: { description: String(index) },
          headers: { 'if-match': '"1"' },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(49);
    expect(await notifications.audit(id)).toHaveLength(2);
  });

  it('are audited once each, in the chain of the organization, without what is secret in the URL (W9, W6)', async () => {
    const { id, secret } = await notifications.webhook({ org: acme.name }, acme.owner, body);
    const at = `/api/v1/webhooks/${id}`;
    await notifications.http('PATCH', at, { as: acme.owner, body: { description: 'x' } });
    await notifications.http('POST', `${at}/rotate-secret`, { as: acme.owner, body: {} });
    await notifications.http('PATCH', at, { as: acme.owner, body: { url: 'https://10.0.0.1/' } });
    await notifications.http('DELETE', at, { as: acme.owner });
    const events = await notifications.audit(id);
    expect(events.map((event) => event['action'])).toEqual([
      'webhook.create',
      'webhook.change',
      'webhook.rotate-secret',
      'webhook.delete',
    ]);
    for (const event of events) expect(event['organization_id']).toBe(acme.organizationId);
    expect(events[0]?.['details']).toMatchObject({ origin: 'http://127.0.0.1:9999' });
    expect(JSON.stringify(events)).not.toContain('canary-in-url');
    expect(JSON.stringify(events)).not.toContain(secret);
  });
});

describe('a cursor that no page ended with', () => {
  it.each(['0000-01-01T00:00:00.000Z', `2026-01-01T00:00:00.${'0'.repeat(200)}Z`])(
    'is refused, and no failure of ours: %s',
    async (createdAt) => {
      const hooks = `/api/v1/webhooks?org=${acme.name}`;
      const made = await notifications.http('POST', hooks, { as: acme.owner, body });
      const webhookId = String(made.json['id']);
      const targets = [
        `${hooks}&cursor=${encodeCursor({ createdAt, webhookId })}`,
        `/api/v1/webhooks/${webhookId}/deliveries?cursor=${encodeCursor({ createdAt, deliveryId: webhookId })}`,
      ];
      for (const target of targets) {
        const answer = await notifications.http('GET', target, { as: acme.owner });
        expect([answer.status, answer.json['code']]).toEqual([400, 'page.cursor-malformed']);
      }
    },
  );
});
