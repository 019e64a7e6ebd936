import { revokeTokenByKey } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

interface Token {
  readonly id: string;
  readonly token: string;
}

beforeAll(async () => {
  auth = await startAuth();
  new PublishDouble(auth.bus).create('main', (await auth.organizationId('acme')) as OrganizationId);
  await auth.http('POST', '/api/v1/orgs/acme/service-accounts', { as: auth.admin, body: { name: 'builder' } });
});

afterAll(() => auth.stop());

async function made(path: string, as: { token: string }, body: object): Promise<Token> {
  const { status, json } = await auth.http('POST', path, { as, body: { description: 'ci', ...body } });
  expect(status).toBe(201);
  return { id: String(json['id']), token: String(json['token']) };
}

const deployToken = () =>
  made('/api/v1/deploy-tokens', auth.admin, { repository: 'main', actions: ['read', 'publish'] });
const serviceToken = () =>
  made('/api/v1/orgs/acme/service-accounts/builder/tokens', auth.admin, {
    scopes: [{ actions: ['read', 'publish'], on: { kind: 'organization', organization: 'acme' } }],
  });
const madeFrom = (parent: Token) => made('/api/v1/tokens/attenuate', parent, {});
const works = async (token: Token) => (await auth.introspect(token)).principal !== null;

async function revoke(as: Token, { id }: Token): Promise<boolean> {
  const key = id.replaceAll('-', '');
  return (await auth.ask(revokeTokenByKey, { principal: await auth.principal(as), key })).revoked;
}

describe.each([
  ['a deploy token', deployToken],
  ['a token of a service account', serviceToken],
])('%s', (_whose, create) => {
  it('ends none of the others that stand for the same, however equal they are (A4)', async () => {
    const [leaked, sibling] = [await create(), await create()];
    const child = await madeFrom(sibling);
    for (const other of [sibling, child]) {
      await expect(revoke(leaked, other)).rejects.toMatchObject({ kind: 'forbidden', code: 'token.beyond-ceiling' });
      expect(await works(other)).toBe(true);
    }
    await expect(revoke(child, sibling)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('ends itself, and what was made from it by however many steps', async () => {
    const root = await create();
    const child = await madeFrom(root);
    const [kept, grandchild] = [await madeFrom(child), await madeFrom(child)];
    expect(await revoke(root, grandchild)).toBe(true);
    expect([await works(child), await works(grandchild)]).toEqual([true, false]);
    expect(await revoke(root, root)).toBe(true);
    expect(await works(kept)).toBe(false);
  });
});
