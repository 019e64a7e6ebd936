import { randomUUID } from 'node:crypto';
import type { RequestOf } from '@waybill/contracts';
import { exchangeIdToken } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { PublishService } from '../../test/publish-service.js';
import { publisherOf } from '../../test/principals.js';
import { startAdapter, type RunningAdapter } from '../../test/running-adapter.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';

const idToken = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJl';
const minted = { createdAt: '2026-11-20T10:00:00.000Z', expiresAt: '2026-11-20T10:15:00.000Z' };
const atRoot = '/-/npm/v1/oidc/token/exchange/package/';

let adapter: RunningAdapter;
let asked: RequestOf<typeof exchangeIdToken>[];
let refusal: DomainError | undefined;

beforeAll(async () => {
  adapter = await startAdapter();
  answering(adapter.operator, exchangeIdToken, (request) => {
    asked.push(request);
    if (refusal !== undefined) throw refusal;
    const { packagePurl } = request;
    const packages = packagePurl === undefined ? [] : [{ repositoryId: randomUUID(), packagePurl }];
    const publisher = { publisherId: randomUUID(), provider: 'github-actions' };
    return { token: 'wb-minted', ...minted, ...publisher, packages, actions: ['read', 'publish'] };
  });
});

beforeEach(() => {
  asked = [];
  refusal = undefined;
});

afterAll(() => adapter.stop());

function exchange(target: string, call: { headers?: Record<string, string>; externalUrl?: string } = {}) {
  return adapter.call(target, { method: 'POST', foreignBearer: idToken, ...call });
}

describe('POST /-/npm/v1/oidc/token/exchange/package/:package', () => {
  it('gives one of our tokens for one of a CI', async () => {
    const answer = await exchange(`${atRoot}left-pad`, { headers: { 'user-agent': 'npm/12.2.0' } });
    expect(answer.status).toBe(201);
    expect(answer.json()).toEqual({
      token_type: 'oidc',
      token: 'wb-minted',
      created: minted.createdAt,
      expires: minted.expiresAt,
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(asked).toMatchObject([
      {
        idToken,
        audiences: ['npm:packages.example'],
        ecosystem: 'npm',
        packagePurl: 'pkg:npm/left-pad',
        clientAddress: '192.0.2.7',
        userAgent: 'npm/12.2.0',
      },
    ]);
    expect(asked[0]).not.toHaveProperty('repository');
  });

  it.each(['@acme%2fleft-pad', '@acme%2Fleft-pad', '%40acme%2Fleft-pad', '@acme/left-pad', '%40acme/left-pad'])(
    'knows %s as @acme/left-pad, at the root and in a repository',
    async (written) => {
      expect((await exchange(`${atRoot}${written}`)).status).toBe(201);
      expect((await exchange(`/npm/main${atRoot}${written}`)).status).toBe(201);
      expect(asked.map(({ packagePurl, repository }) => [packagePurl, repository])).toEqual([
        ['pkg:npm/%40acme/left-pad', undefined],
        ['pkg:npm/%40acme/left-pad', 'main'],
      ]);
    },
  );

  it('takes tokens for the address that was configured, whatever a request or a proxy says', async () => {
    await exchange(`${atRoot}left-pad`, { externalUrl: 'http://evil.example', headers: { host: 'evil.example' } });
    expect(asked[0]?.audiences).toEqual(['npm:packages.example']);
  });

  it('asks nobody about a name that is none, or without a token', async () => {
    expect((await exchange(`${atRoot}Left%20Pad`)).status).toBe(400);
    expect((await exchange(`${atRoot}acme/left-pad`)).status).toBe(400);
    expect((await exchange(`/npm/${'x'.repeat(65)}${atRoot}left-pad`)).status).toBe(404);
    const without = await adapter.call(`${atRoot}left-pad`, { method: 'POST' });
    expect([without.status, without.json()['code']]).toEqual([401, 'auth.bearer-missing']);
    expect(without.json()['body']).toEqual({ message: without.json()['message'] });
    expect(asked).toEqual([]);
  });

  it('answers a refusal so that npm, yarn and pnpm can show it', async () => {
    refusal = new DomainError('conflict', 'oidc.ambiguous', 'It is trusted in main and in tools: name one.');
    const answer = await exchange(`${atRoot}left-pad`);
    expect(answer.status).toBe(409);
    const { message } = refusal;
    expect(answer.json()).toMatchObject({ message, error: message, body: { message }, code: 'oidc.ambiguous' });
    refusal = new DomainError('unavailable', 'oidc.issuer-unavailable', 'Later.', { retryAfterSeconds: 5 });
    const later = await exchange(`${atRoot}left-pad`);
    expect([later.status, later.headers['retry-after']]).toEqual([503, '5']);
  });
});

describe('GET /-/package/:package/visibility at the root of the host', () => {
  const name = '@acme/root';
  const target = '/-/package/@acme%2froot/visibility';
  const purl = purlOf(parseNpmName(name));

  beforeAll(async () => {
    const publish = await PublishService.start(adapter);
    await publish.publish({ name, version: '1.0.0' }, { visibility: 'public' });
    await publish.publish({ name, version: '1.0.0' }, { visibility: 'private' });
  });

  it('is that of the package that the token was minted for', async () => {
    const { repositories } = adapter;
    const shown = async (visibility: 'public' | 'private') =>
      (
        await adapter.call(target, { principal: publisherOf(purl, ['read', 'publish'], repositories[visibility]) })
      ).json();
    expect(await shown('public')).toEqual({ public: true });
    expect(await shown('private')).toEqual({ public: false });
  });

  it('is public for a token of several repositories only if the package is in all of them', async () => {
    const { repositories } = adapter;
    for (const others of [
      [repositories.public, repositories.private],
      [repositories.private, repositories.public],
    ]) {
      const answer = await adapter.call(target, { principal: publisherOf(purl, ['read', 'publish'], ...others) });
      expect(answer.json()).toEqual({ public: false });
    }
  });

  it('is nothing to anybody else, whether the package is there or not (A6)', async () => {
    const { repositories } = adapter;
    const other = purlOf(parseNpmName('@acme/other'));
    for (const [path, principal] of [
      [target, publisherOf(other, ['read', 'publish'], repositories.public)],
      ['/-/package/@acme%2fnothing/visibility', publisherOf(purl, ['read', 'publish'], repositories.public)],
    ] as const) {
      const answer = await adapter.call(path, { principal });
      expect([answer.status, answer.json()['code']]).toEqual([404, 'not-found']);
    }
    expect((await adapter.call(target)).status).toBe(401);
  });

  it('is the only thing of a package that is asked for there', async () => {
    const principal = publisherOf(purl, ['read', 'publish'], adapter.repositories.public);
    for (const path of ['/-/package/@acme%2froot/dist-tags', '/-/package/@acme%2froot', '/-/npm/v1/oidc/x']) {
      expect((await adapter.call(path, { principal })).status).toBe(404);
    }
  });
});
