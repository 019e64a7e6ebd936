import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { audience, ExchangeGround, githubRule, leftPad, outcome } from '../../test/exchange-ground.js';

let ground: ExchangeGround;
let main: Place;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  main = await ground.repository('main');
});

afterAll(() => ground.stop());

/** An issuer that is registered at the path, with a publisher, and how to exchange a token of it. */
async function trusted(path = '/api/v1/oidc/issuers') {
  const issuer = await ground.strangeIssuer('github-actions');
  const made = await ground.register(issuer, path);
  const publisherId = await ground.publisher(githubRule(issuer), { in: main, package: leftPad });
  const exchange = async () => ground.exchange(await issuer.token({ aud: audience }));
  const target = `${path}/${String(made.json['id'])}`;
  const change = (body: object) => ground.auth.http('PATCH', target, { as: ground.auth.admin, body });
  return { issuer, publisherId, exchange, target, change };
}

const works = async (token: string) => (await ground.auth.principal({ token })).kind === 'token';
const ofAcme = '/api/v1/orgs/acme/oidc-issuers';

describe.each(['/api/v1/oidc/issuers', ofAcme])('tokens that were given for those of an issuer (%s)', (path) => {
  it('stay when it is called otherwise, and end when it is disabled (T11)', async () => {
    const { exchange, change } = await trusted(path);
    const { token } = await exchange();
    expect((await change({ title: 'Another name' })).status).toBe(200);
    expect(await works(token)).toBe(true);
    expect((await change({ enabled: false })).status).toBe(200);
    expect(await works(token)).toBe(false);
    expect(await outcome(exchange())).toBe('oidc.no-publisher');
    expect((await change({ enabled: true })).status).toBe(200);
    expect(await works(token)).toBe(false);
    expect(await outcome(exchange())).toBe('ok');
  });

  it('end when they would not be verified in the same way any more', async () => {
    const { exchange, change } = await trusted(path);
    const { token } = await exchange();
    expect((await change({ algorithms: ['RS256', 'ES256'] })).status).toBe(200);
    expect(await works(token)).toBe(false);
    expect(await outcome(exchange())).toBe('ok');
  });

  it('are not minted while it is disabled: none is left, whoever came first (T11)', async () => {
    const { publisherId, exchange, change } = await trusted(path);
    await exchange();
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => outcome(exchange())),
      change({ enabled: false }).then(({ status }) => status),
      ...Array.from({ length: 10 }, () => outcome(exchange())),
    ]);
    for (const one of outcomes) expect(['ok', 'oidc.no-publisher', 'oidc.issuer-unknown', 200]).toContain(one);
    expect(outcomes).toContain(200);
    const left = 'tokens WHERE publisher_ids[1] = $1 AND revoked_at IS NULL';
    expect(await ground.count(left, [publisherId])).toBe(0);
    expect(await outcome(exchange())).toBe('oidc.no-publisher');
  });
});

describe('an issuer of an organization', () => {
  it('that the installation registers is verified anew: what was given before ends', async () => {
    const { issuer, exchange } = await trusted(ofAcme);
    const { token } = await exchange();
    await ground.register(issuer);
    expect(await works(token)).toBe(false);
    expect(await outcome(exchange())).toBe('ok');
  });

  it('ends tokens of its own publishers only', async () => {
    const beta = await ground.organization('beta');
    const theirs = await ground.repository('theirs', beta);
    const { issuer, exchange, target } = await trusted(ofAcme);
    await ground.register(issuer, '/api/v1/orgs/beta/oidc-issuers');
    await ground.publisher(githubRule(issuer), { in: theirs, package: 'pkg:npm/theirs' });
    const ours = await exchange();
    const other = await ground.exchange(await issuer.token({ aud: audience }), {
      packagePurl: 'pkg:npm/theirs' as typeof leftPad,
    });
    expect((await ground.auth.http('DELETE', target, { as: ground.auth.admin })).status).toBe(204);
    expect([await works(ours.token), await works(other.token)]).toEqual([false, true]);
    expect(await outcome(exchange())).toBe('oidc.no-publisher');
  });
});
