import type { OrganizationId } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { startCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { UnitOfWork } from '@waybill/persistence';
import type { Answer, Credential } from '../../test/auth-conversation.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';
import { IdTokenVerifier } from './id-token-verifier.js';
import { IssuersInUse } from './issuers-in-use.js';
import { KnownIssuers } from './known-issuers.js';

const audience = 'npm:waybill.example';
const github = 'https://token.actions.githubusercontent.com';
const common = '/api/v1/oidc/issuers';
const ofAcme = '/api/v1/orgs/acme/oidc-issuers';

let auth: RunningAuth;
let acme: OrganizationId;
let rival: OrganizationId;

beforeAll(async () => {
  auth = await startAuth({
    settings: { WAYBILL_OIDC_ALLOWED_NETWORKS: '127.0.0.1', WAYBILL_OIDC_ALLOW_HTTP: 'yes' },
  });
  await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'rival' } });
  acme = (await auth.organizationId('acme')) as OrganizationId;
  rival = (await auth.organizationId('rival')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

async function member(username: string, role: string, organization = 'acme'): Promise<Credential> {
  const person = await auth.person(username);
  await auth.http('POST', `/api/v1/orgs/${organization}/members`, { as: auth.admin, body: { username, role } });
  return person.session;
}

const register = (path: string, body: object, as: Credential = auth.admin) => auth.http('POST', path, { as, body });

async function started(provider: 'gitlab-ci' | 'generic' | 'github-actions' = 'gitlab-ci'): Promise<RunningCiIssuer> {
  const issuer = await startCiIssuer(provider);
  onTestFinished(issuer.stop);
  return issuer;
}

async function verified(issuer: RunningCiIssuer) {
  const [first] = await auth.get(IdTokenVerifier, { strict: false }).verify(await issuer.token({ aud: audience }), {
    audiences: [audience],
  });
  return first;
}

const outcome = (issuer: RunningCiIssuer): Promise<unknown> =>
  verified(issuer).then(
    ({ issuer: { organizations } }) => organizations,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

const audited = (answer: Answer) =>
  auth.query(`SELECT action, organization_id, details FROM audit_events WHERE subject = $1 ORDER BY at`, [
    `oidc-issuer:${String(answer.json['id'])}`,
  ]);

describe('issuers of the installation', () => {
  it('are registered, shown, changed and deleted by its administrators, with an audit event each (W9)', async () => {
    const issuer = await started();
    expect(await outcome(issuer)).toBe('oidc.issuer-unknown');
    const made = await register(common, { provider: 'gitlab-ci', url: `${issuer.issuer}/`, title: 'Our GitLab' });
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      json: {
        url: issuer.issuer,
        provider: 'gitlab-ci',
        title: 'Our GitLab',
        from: 'installation',
        jwksUri: null,
        algorithms: ['RS256'],
        allowFixedAudience: false,
        enabled: true,
      },
    });
    const path = `${common}/${String(made.json['id'])}`;
    expect(await outcome(issuer)).toBe('all');
    const stale = { 'if-match': '"7"' };
    const off = { as: auth.admin, body: { enabled: false } };
    expect((await auth.http('PATCH', path, { ...off, headers: stale })).status).toBe(412);
    const changed = await auth.http('PATCH', path, { ...off, headers: { 'if-match': '"1"' } });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, json: { enabled: false } });
    expect(await outcome(issuer)).toBe('oidc.issuer-unknown');
    // What is so already is no change.
    expect(await auth.http('PATCH', path, off)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect((await auth.http('DELETE', path, { as: auth.admin, headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await auth.http('DELETE', path, { as: auth.admin, headers: { 'if-match': '"2"' } })).status).toBe(204);
    expect((await auth.http('GET', path, { as: auth.admin })).json['code']).toBe('oidc-issuer.not-found');
    expect(await audited(made)).toMatchObject([
      { action: 'oidc-issuer.create', organization_id: null, details: { url: issuer.issuer, provider: 'gitlab-ci' } },
      { action: 'oidc-issuer.change', details: { before: { enabled: true }, after: { enabled: false } } },
      { action: 'oidc-issuer.delete', details: { url: issuer.issuer } },
    ]);
  });

  it('are listed to everybody who is signed in, with the public ones; disabled ones to administrators', async () => {
    const ada = (await auth.person('ada')).session;
    const made = await register(common, { provider: 'generic', url: 'https://hidden.example', enabled: false });
    expect(made.status).toBe(201);
    const urls = async (as?: Credential) => {
      const { json } = await auth.http('GET', common, as === undefined ? {} : { as });
      return (json['items'] as { url: string }[] | undefined)?.map(({ url }) => url);
    };
    expect(await urls(ada)).toContain(github);
    expect(await urls(ada)).not.toContain('https://hidden.example');
    expect(await urls(auth.admin)).toContain('https://hidden.example');
    expect((await auth.http('GET', common)).status).toBe(401);
    const { json } = await auth.http('GET', common, { as: ada });
    expect(json['items']).toContainEqual(
      expect.objectContaining({ id: null, url: github, provider: 'github-actions', from: 'built-in', enabled: true }),
    );
  });

  it('can disable a public one for everybody', async () => {
    const known = auth.get(KnownIssuers, { strict: false });
    expect(await known.of(acme, github)).toMatchObject({ from: 'built-in' });
    const made = await register(common, { provider: 'github-actions', url: github, enabled: false });
    expect(made.status).toBe(201);
    expect(await known.readings(github, 'RS256')).toEqual([]);
    expect(await known.of(acme, github)).toBeUndefined();
    expect((await known.list(acme)).map(({ url }) => url)).not.toContain(github);
    await auth.http('DELETE', `${common}/${String(made.json['id'])}`, { as: auth.admin });
    expect(await known.of(acme, github)).toMatchObject({ provider: 'github-actions', from: 'built-in' });
  });

  it('are refused where no issuer of the provider can be, or nobody may go (T3, T6)', async () => {
    const code = async (body: object) => {
      const { status, json } = await register(common, body);
      return `${status} ${String(json['code'])}`;
    };
    const generic = 'generic';
    expect(await code({ provider: generic, url: github })).toBe('400 oidc-issuer.url-wrong');
    expect(await code({ provider: 'github-actions', url: 'https://evil.example' })).toBe('400 oidc-issuer.url-wrong');
    expect(await code({ provider: generic, url: 'http://ci.example' })).toBe('400 oidc-issuer.url-wrong');
    expect(await code({ provider: generic, url: 'https://a:b@ci.example' })).toBe('400 oidc-issuer.url-wrong');
    expect(await code({ provider: generic, url: 'https://ci.example/\0' })).toBe('400 oidc-issuer.url-wrong');
    for (const url of ['https://169.254.169.254', 'https://10.0.0.1', 'https://[::1]', 'https://127.0.0.2']) {
      expect(await code({ provider: generic, url })).toBe('400 outbound.url-refused');
    }
    const pinned = { provider: generic, url: 'https://pinned.example' };
    expect(await code({ ...pinned, jwksUri: 'https://100.64.0.1/keys' })).toBe('400 outbound.url-refused');
    expect(await code({ ...pinned, allowFixedAudience: true })).toBe('400 oidc-issuer.audience-free');
    for (const more of [{ algorithms: ['none'] }, { algorithms: ['HS256'] }, { algorithms: [] }, { title: 'a\nb' }]) {
      expect(await code({ ...pinned, ...more })).toBe('400 request.invalid');
    }
    expect(await code({ provider: 'nothing', url: 'https://ci.example' })).toBe('400 request.invalid');
  });

  it('are for its administrators alone', async () => {
    const owner = await member('olaf', 'owner');
    const body = { provider: 'generic', url: 'https://owners.example' };
    const made = await register(common, { provider: 'generic', url: 'https://admins.example' });
    const path = `${common}/${String(made.json['id'])}`;
    const answers = await Promise.all([
      register(common, body, owner),
      auth.http('GET', path, { as: owner }),
      auth.http('PATCH', path, { as: owner, body: { enabled: false } }),
      auth.http('DELETE', path, { as: owner }),
      auth.http('POST', common, { body }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 401]);
  });
});

describe('issuers of an organization', () => {
  it('are registered by its administrators, and count for its publishers only (T3, pitfall 22)', async () => {
    const admin = await member('anna', 'admin');
    const issuer = await started();
    const made = await register(ofAcme, { provider: 'gitlab-ci', url: issuer.issuer }, admin);
    expect(made).toMatchObject({ status: 201, json: { from: 'organization', title: 'GitLab CI/CD' } });
    expect(await outcome(issuer)).toEqual([acme]);
    const known = auth.get(KnownIssuers, { strict: false });
    expect(await known.of(acme, issuer.issuer)).toMatchObject({ from: 'organization', provider: 'gitlab-ci' });
    expect(await known.of(rival, issuer.issuer)).toBeUndefined();
    expect((await known.list(acme)).map(({ url }) => url)).toEqual(expect.arrayContaining([issuer.issuer, github]));
    expect(await audited(made)).toMatchObject([{ action: 'oidc-issuer.create', organization_id: acme }]);
    const path = `${ofAcme}/${String(made.json['id'])}`;
    expect((await auth.http('PATCH', path, { as: admin, body: { title: 'Forge' } })).json['title']).toBe('Forge');
    expect(await outcome(issuer)).toEqual([acme]);
    expect((await auth.http('DELETE', path, { as: admin })).status).toBe(204);
    expect(await outcome(issuer)).toBe('oidc.issuer-unknown');
  });

  it('are nobody else’s business (A3, A6)', async () => {
    const made = await register(ofAcme, { provider: 'generic', url: 'https://secret.example' });
    const outsider = await member('rita', 'owner', 'rival');
    const plain = await member('mia', 'member');
    const id = String(made.json['id']);
    const elsewhere = `/api/v1/orgs/rival/oidc-issuers/${id}`;
    const answers = await Promise.all([
      auth.http('GET', ofAcme, { as: outsider }),
      auth.http('GET', `/api/v1/orgs/no-such/oidc-issuers`, { as: outsider }),
      auth.http('GET', elsewhere, { as: outsider }),
      auth.http('PATCH', elsewhere, { as: outsider, body: { enabled: false } }),
      auth.http('DELETE', elsewhere, { as: outsider }),
      auth.http('DELETE', `${common}/${id}`, { as: auth.admin }),
      auth.http('GET', ofAcme, { as: plain }),
      auth.http('DELETE', `${ofAcme}/${id}`, { as: plain }),
      register(ofAcme, { provider: 'generic', url: 'https://mias.example' }, plain),
      auth.http('GET', ofAcme),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 200, 403, 403, 401]);
    expect(answers[0].withoutRequestId).toBe(answers[1].withoutRequestId);
    expect(answers[2].withoutRequestId).toBe(
      (await auth.http('GET', elsewhere.replace(id, '00000000-0000-4000-8000-000000000000'), { as: outsider }))
        .withoutRequestId,
    );
  });

  it('are not those that everybody has, and say not where their keys are', async () => {
    const code = async (body: object) => (await register(ofAcme, body)).json['code'];
    expect(await code({ provider: 'github-actions', url: github })).toBe('oidc-issuer.installation-has');
    await register(common, { provider: 'generic', url: 'https://ours.example', enabled: false });
    expect(await code({ provider: 'generic', url: 'https://ours.example' })).toBe('oidc-issuer.installation-has');
    const pinned = { provider: 'generic', url: 'https://p.example', jwksUri: 'https://keys.example/' };
    expect(await code(pinned)).toBe('request.invalid');
  });

  it('can be others’, too, each for itself; and the installation’s, which then decides', async () => {
    const issuer = await started('github-actions');
    await register(ofAcme, { provider: 'github-actions', url: issuer.issuer });
    await register('/api/v1/orgs/rival/oidc-issuers', { provider: 'github-actions', url: issuer.issuer });
    expect(await outcome(issuer)).toEqual([acme, rival]);
    const made = await register(common, { provider: 'github-actions', url: issuer.issuer });
    expect(await outcome(issuer)).toBe('all');
    const path = `${common}/${String(made.json['id'])}`;
    await auth.http('PATCH', path, { as: auth.admin, body: { enabled: false } });
    expect(await outcome(issuer)).toBe('oidc.issuer-unknown');
    await auth.http('DELETE', path, { as: auth.admin });
    expect(await outcome(issuer)).toEqual([acme, rival]);
  });

  it('are registered once, however many try at a time; the key of a request repeats its answer', async () => {
    const body = { provider: 'generic', url: 'https://once.example' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(ofAcme, body)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ json }) => json['code']))).toEqual(
      new Set(['oidc-issuer.exists']),
    );
    const headers = { 'idempotency-key': 'register-it-once' };
    const again = { as: auth.admin, body: { ...body, url: 'https://twice.example' }, headers };
    const [first, second] = [await auth.http('POST', ofAcme, again), await auth.http('POST', ofAcme, again)];
    expect(second.json['id']).toBe(first.json['id']);
  });

  it('are bounded', async () => {
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'many' } });
    await auth.query(
      `INSERT INTO oidc_issuers (issuer_id, url, provider, organization_id, title, algorithms)
       SELECT gen_random_uuid(), 'https://' || n || '.example', 'generic', $1, 'x', '{RS256}' FROM generate_series(1, 49) n`,
      [await auth.organizationId('many')],
    );
    const add = (url: string) => register('/api/v1/orgs/many/oidc-issuers', { provider: 'generic', url });
    const answers = await Promise.all([add('https://a.example'), add('https://b.example')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.json['code']).toBe('oidc-issuer.too-many');
  });

  it('go with their organization', async () => {
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'leaving' } });
    const issuer = await started();
    await register('/api/v1/orgs/leaving/oidc-issuers', { provider: 'gitlab-ci', url: issuer.issuer });
    expect(await outcome(issuer)).toEqual([await auth.organizationId('leaving')]);
    await auth.query(`DELETE FROM organizations WHERE name = 'leaving'`);
    expect(await outcome(issuer)).toBe('oidc.issuer-unknown');
  });
});

describe('who mints a token', () => {
  it('holds its issuer as it is: an administrator who disables it waits, and the next is refused (T11)', async () => {
    const issuer = await started();
    const made = await register(ofAcme, { provider: 'gitlab-ci', url: issuer.issuer });
    const path = `${ofAcme}/${String(made.json['id'])}`;
    const inUse = auth.get(IssuersInUse, { strict: false });
    const unitOfWork = auth.get(UnitOfWork, { strict: false });
    const token = await verified(issuer);
    const order: string[] = [];
    let disabling: Promise<unknown> | undefined;
    await unitOfWork.run(async (manager) => {
      await inUse.hold(manager, token.issuer, acme);
      disabling = auth.http('PATCH', path, { as: auth.admin, body: { enabled: false } }).then(() => {
        order.push('disabled');
      });
      await waiting();
      order.push('minted');
    });
    await disabling;
    expect(order).toEqual(['minted', 'disabled']);
    const late = unitOfWork.run((manager) => inUse.hold(manager, token.issuer, acme));
    await expect(late).rejects.toMatchObject({ code: 'oidc.issuer-unknown' });
  });

  it('is refused where the issuer is registered otherwise now, or not for that organization', async () => {
    const issuer = await started();
    const made = await register(ofAcme, { provider: 'gitlab-ci', url: issuer.issuer });
    const inUse = auth.get(IssuersInUse, { strict: false });
    const unitOfWork = auth.get(UnitOfWork, { strict: false });
    const { issuer: held } = await verified(issuer);
    const hold = (organizationId: OrganizationId) =>
      unitOfWork
        .run((manager) => inUse.hold(manager, held, organizationId))
        .then(
          () => 'held',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        );
    expect(await hold(acme)).toBe('held');
    expect(await hold(rival)).toBe('oidc.issuer-unknown');
    const path = `${ofAcme}/${String(made.json['id'])}`;
    await auth.http('PATCH', path, { as: auth.admin, body: { title: 'Another name' } });
    expect(await hold(acme)).toBe('held');
    await auth.http('PATCH', path, { as: auth.admin, body: { algorithms: ['ES256'] } });
    expect(await hold(acme)).toBe('oidc.issuer-unknown');
  });
});

describe('a token that names an issuer', () => {
  it('that no database could look for is refused like any other (T4)', async () => {
    const issuer = await started();
    const verifier = auth.get(IdTokenVerifier, { strict: false });
    for (const iss of ['https://a\0b.example', 'https://\ud800.example', `https://${'x'.repeat(399)}`, "'; --", 7]) {
      const token = await issuer.token({ aud: audience, iss });
      await expect(verifier.verify(token, { audiences: [audience] })).rejects.toMatchObject({
        code: expect.stringMatching(/^oidc\.(issuer-unknown|token-malformed)$/) as string,
      });
    }
  });
});

/** Until somebody waits for a lock that was taken for an issuer. */
async function waiting(): Promise<void> {
  await expect
    .poll(() => auth.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`), { timeout: 5000 })
    .not.toEqual([]);
}
