import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
const target = randomUUID() as OrganizationId;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
  await publish.organization('globex', target);
});

afterAll(async () => {
  await publish.stop();
});

function offer({ slug }: RepositoryFacts, to = 'globex', as: Principal = publish.owner) {
  return publish.http('POST', `/api/v1/repositories/${slug}/transfer`, { as, body: { to } });
}

describe('the list of transfers', () => {
  it('has those from and to organizations that one administers, newest first, in pages', async () => {
    const organizationId = randomUUID() as OrganizationId;
    await publish.organization('hooli', organizationId);
    const owner = memberOf(organizationId, 'owner');
    const ids: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      const repository = await publish.repository('public', organizationId);
      ids.unshift((await offer(repository, 'globex', owner)).json['transferId']);
    }
    const seen: unknown[] = [];
    let next: string | undefined = '/api/v1/transfers?limit=2';
    while (next !== undefined) {
      const page = await publish.http('GET', next, { as: owner });
      seen.push(...page.items.map(({ transferId }) => transferId));
      next = /^<([^>]+)>; rel="next"$/.exec(page.link ?? '')?.[1];
    }
    expect(seen).toEqual(ids);
    const noSuchYear = encodeCursor({ requestedAt: '0000-01-01T00:00:00.000Z', transferId: ids[0] });
    expect((await publish.http('GET', `/api/v1/transfers?cursor=${noSuchYear}`, { as: owner })).status).toBe(400);
    for (const as of [memberOf(organizationId), person(), undefined]) {
      const answer = await publish.http('GET', '/api/v1/transfers', as === undefined ? {} : { as });
      expect(answer).toMatchObject({ status: 200, items: [] });
      const one = await publish.http('GET', '/api/v1/transfers?limit=1', as === undefined ? {} : { as });
      expect(one.json).toEqual({ items: [], next: null });
    }
    const one = `/api/v1/transfers/${String(ids[0])}`;
    expect((await publish.http('GET', one, { as: owner })).json).toMatchObject({ state: 'pending' });
    expect((await publish.http('GET', one, { as: memberOf(organizationId) })).status).toBe(404);
  });
});
