import { HttpAdapterHost } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Action, PackagePurl, Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import { listRoutes } from '@waybill/edge';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { audience, ExchangeGround, githubRule, leftPad, outcome } from '../../test/exchange-ground.js';
import { Attenuation } from '../tokens/attenuation.service.js';
import { TokenCreation } from '../tokens/token-creation.service.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;
let main: Place;
let other: Place;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  github = await ground.issuer('github-actions');
  [main, other] = [await ground.repository('main'), await ground.repository('other')];
  await ground.publisher(githubRule(github), { in: main, package: leftPad }, ['publish', 'yank']);
});

afterAll(() => ground.stop());

const token = (claims: Readonly<Record<string, unknown>> = {}) => github.token({ aud: audience, ...claims });
const minted = async () => ({ token: (await ground.exchange(await token())).token });

function may(principal: Principal, action: Action, place: Place, purl: string): boolean {
  const { organizationId, repositoryId } = place;
  const resource = { kind: 'package' as const, organizationId, repositoryId, visibility: 'private' as const };
  return can(principal, action, { ...resource, purl: purl as PackagePurl }).allowed;
}

describe('a minted token (T10)', () => {
  it('may do what its publisher may with its package, and nothing with any other', async () => {
    const principal = await ground.auth.principal(await minted());
    const actions: Action[] = ['read', 'publish', 'yank', 'stage', 'metadata', 'delete', 'restore', 'manage-access'];
    expect(actions.filter((action) => may(principal, action, main, leftPad))).toEqual(['read', 'publish', 'yank']);
    for (const purl of [
      'pkg:npm/left-pad-two',
      'pkg:npm/%40acme/left-pad',
      'pkg:cargo/left-pad',
      'pkg:pypi/left-pad',
    ]) {
      expect(actions.filter((action) => may(principal, action, main, purl))).toEqual([]);
    }
    expect(actions.filter((action) => may(principal, action, other, leftPad))).toEqual([]);
  });

  it('does nothing to repositories, organizations, accounts and the installation', async () => {
    const principal = await ground.auth.principal(await minted());
    const userId = principal.kind === 'anonymous' ? undefined : principal.userId;
    if (userId === undefined) throw new Error('nobody');
    const repository = { kind: 'repository' as const, ...main, visibility: 'private' as const };
    for (const action of ['read', 'publish', 'admin', 'manage-access', 'audit'] as const) {
      expect(can(principal, action, repository).allowed).toBe(false);
      expect(can(principal, action, { kind: 'organization', organizationId: main.organizationId }).allowed).toBe(false);
      expect(can(principal, action, { kind: 'account', userId }).allowed).toBe(false);
      expect(can(principal, action, { kind: 'installation' }).allowed).toBe(false);
    }
  });

  it('is refused by each route of the management API alike, but to end itself', async () => {
    const as = await minted();
    const principal = await ground.auth.principal(as);
    const { httpAdapter } = ground.auth.get(HttpAdapterHost);
    const app = { getHttpAdapter: () => httpAdapter } as unknown as NestFastifyApplication;
    const routes = listRoutes(app).filter(({ method, path, declaration }) => {
      const isSignIn = declaration?.kind === 'open' && declaration.signIn;
      return path.startsWith('/api/v1/') && method !== 'HEAD' && !isSignIn;
    });
    expect(routes.length).toBeGreaterThan(50);
    const taken: string[] = [];
    for (const { method, path } of routes) {
      if (path === '/api/v1/tokens/current') continue;
      const target = path.replaceAll(/:[a-zA-Z]+/g, 'acme').replaceAll('*', 'acme');
      const sent = method === 'GET' ? {} : { body: {} };
      const answer = await ground.auth.httpAs(method, target, principal, sent);
      if (answer.status !== 403 || answer.json['code'] !== 'token.publisher-only') taken.push(`${method} ${path}`);
    }
    expect(taken).toEqual([]);
    expect((await ground.auth.http('DELETE', '/api/v1/tokens/current', { as })).status).toBe(204);
    expect(await ground.auth.principal(as)).toEqual({ kind: 'anonymous' });
  });

  it('makes no other tokens, neither narrower ones nor its like', async () => {
    const principal = await ground.auth.principal(await minted());
    const by = { actor: 'test' };
    const wish = { description: 'x', scopes: undefined, expiresAt: undefined, ttlSeconds: undefined };
    const narrower = ground.auth.get(Attenuation, { strict: false }).attenuate(by, principal, wish);
    expect(await outcome(narrower)).toBe('token.publisher-only');
    const scopes = principal.kind === 'token' ? principal.scopes : [];
    const like = ground.auth.get(TokenCreation, { strict: false });
    const made = like.create(by, principal, { description: 'x', scopes, expiresAt: undefined });
    expect(await outcome(made)).toBe('token.publisher-only');
  });

  it('for all of a publisher is of its ecosystem and its repository', async () => {
    const rule = githubRule(github, { repository: 'whole' });
    await ground.publisher(rule, { in: other });
    const claims = { repository: 'acme/whole', workflow_ref: 'acme/whole/.github/workflows/release.yml@refs/tags/v1' };
    const made = await ground.exchange(await token(claims), { packagePurl: undefined } as never);
    const principal = await ground.auth.principal({ token: made.token });
    expect(may(principal, 'publish', other, 'pkg:npm/anything')).toBe(true);
    expect(may(principal, 'publish', other, 'pkg:cargo/anything')).toBe(false);
    expect(may(principal, 'publish', main, 'pkg:npm/anything')).toBe(false);
  });

  it('is one of a bounded number of its publisher', async () => {
    const made = await ground.exchange(await token());
    await ground.auth.query(
      `INSERT INTO tokens (token_id, user_id, kind, token_hash, prefix, description, scopes, expires_at, publisher_ids, release_path)
       SELECT gen_random_uuid(), user_id, kind, 'h' || n, prefix, '', scopes, expires_at, publisher_ids, release_path
       FROM tokens, generate_series(1, 500) n WHERE token_id = (SELECT token_id FROM tokens WHERE publisher_ids[1] = $1 LIMIT 1)`,
      [made.publisherId],
    );
    expect(await outcome(ground.exchange(await token()))).toBe('oidc.too-many-tokens');
    await ground.auth.query(`DELETE FROM tokens WHERE token_hash LIKE 'h%'`);
  });
});

describe('POST /api/v1/oidc/exchange', () => {
  it('answers as RFC 8693 has it, to JSON and to a form', async () => {
    const json = await ground.exchangeByHttp(await token(), { package: leftPad });
    expect(json.status).toBe(200);
    expect(json.json).toEqual({
      access_token: expect.stringMatching(/^wb-/) as unknown,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: expect.any(Number) as unknown,
      scope: 'read publish yank',
    });
    expect(json.headers['cache-control']).toBe('no-store');
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await token(),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      resource: 'https://waybill.example/npm/main/',
      scope: 'yank',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const byForm = await ground.auth.http('POST', '/api/v1/oidc/exchange', { text: form.toString(), headers });
    expect(byForm.json).toMatchObject({ token_type: 'Bearer', scope: 'yank' });
    form.append('subject_token', 'another');
    const twice = await ground.auth.http('POST', '/api/v1/oidc/exchange', { text: form.toString(), headers });
    expect([twice.status, twice.json['error']]).toEqual([400, 'invalid_request']);
  });

  it('is the only route of the management API that takes a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ground.auth.http('POST', '/api/v1/tokens', { as: ground.auth.admin, text: 'a=b', headers });
    expect(answer.status).toBe(415);
  });

  it('needs no package, and takes the token for one audience only', async () => {
    expect((await ground.exchangeByHttp(await token())).status).toBe(200);
    const shown = await ground.auth.http('GET', '/api/v1/oidc/audience');
    expect(shown.json).toEqual({ audience });
    const other = await ground.exchangeByHttp(await github.token({ aud: 'npm:elsewhere.example' }));
    expect(other.json).toMatchObject({ error: 'invalid_grant', code: 'oidc.audience-wrong' });
  });

  it('leaves no ID token and no minted one in the log and the audit (W6)', async () => {
    const idToken = await token();
    const { json } = await ground.exchangeByHttp(idToken, { package: leftPad });
    await ground.exchangeByHttp(idToken, { package: leftPad });
    const rows = await ground.auth.query('SELECT * FROM audit_events');
    const written = JSON.stringify(rows) + ground.auth.logLines().join('\n');
    const signature = idToken.slice(idToken.lastIndexOf('.') + 1);
    expect(written).not.toContain(signature);
    expect(written).not.toContain(String(json['access_token']));
  });

  it('is audited when it is refused, once and then counted (W4, W9)', async () => {
    const forged = { repository: 'mallory/x', workflow_ref: 'mallory/x/.github/workflows/release.yml@refs/heads/main' };
    for (let time = 0; time < 3; time += 1) await ground.exchangeByHttp(await token(forged), { package: leftPad });
    const refused = `audit_events WHERE action = 'oidc.exchange' AND outcome = 'refused' AND subject LIKE 'ci-project:% mallory/x'`;
    await expect.poll(() => ground.count(refused)).toBe(1);
  });
});
