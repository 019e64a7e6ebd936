import { randomUUID } from 'node:crypto';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from './running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
  await auth.organizationId('acme');
});

afterAll(async () => {
  await auth.stop();
});

const id = randomUUID();
const noSuchYear = '0000-01-01T00:00:00.000Z';
const tooExact = `2026-01-01T00:00:00.${'0'.repeat(200)}Z`;

describe('a cursor that no page ended with', () => {
  it.each([
    ['tokens', { createdAt: noSuchYear, tokenId: id }],
    ['tokens', { createdAt: tooExact, tokenId: id }],
    ['token-report', { createdAt: noSuchYear, tokenId: id }],
    ['orgs/acme/token-report', { createdAt: tooExact, tokenId: id }],
    ['invitations', { createdAt: noSuchYear, id }],
    ['orgs/acme/invitations', { createdAt: tooExact, id }],
    ['users', 'a\0b'],
    ['orgs', 'a\0b'],
    ['orgs/acme/service-accounts', { name: 'a\0b' }],
  ])('of /%s is refused, and no failure of ours', async (path, values) => {
    const answer = await auth.http('GET', `/api/v1/${path}?cursor=${encodeCursor(values)}`, { as: auth.admin });
    expect([answer.status, answer.json['code']]).toEqual([400, 'page.cursor-malformed']);
  });

  it.each(['2026-W05-1', '2026-200', '0000-01-01'])(
    'nor does a token end in what is no moment: %s',
    async (expiresAt) => {
      const body = { description: 'ends', preset: 'read', expiresAt };
      expect((await auth.http('POST', '/api/v1/tokens', { as: auth.admin, body })).status).toBe(400);
    },
  );
});
