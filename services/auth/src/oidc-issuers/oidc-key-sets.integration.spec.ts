import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audience, ExchangeGround, githubRule, leftPad, outcome } from '../../test/exchange-ground.js';
import { OidcKeySetsRepository } from './oidc-key-sets.repository.js';
import { OidcKeySetsTurn } from './oidc-key-sets.turn.js';

let ground: ExchangeGround;
let sets: OidcKeySetsRepository;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  sets = ground.auth.get(OidcKeySetsRepository, { strict: false });
});

afterAll(() => ground.stop());

/** Organizations with issuers, all of which are due; the URLs begin with the name. */
async function organizations(name: string, count: number, issuersOfEach: number): Promise<void> {
  await ground.auth.query(
    `WITH made AS (
       INSERT INTO organizations (organization_id, name) SELECT gen_random_uuid(), $1 || n FROM generate_series(1, $2::int) n
       RETURNING organization_id, name)
     INSERT INTO oidc_issuers (issuer_id, url, provider, organization_id, title, algorithms)
     SELECT gen_random_uuid(), 'https://' || name || '-' || n || '.invalid', 'generic', organization_id, 'x', '{RS256}'
     FROM made, generate_series(1, $3::int) n`,
    [name, count, issuersOfEach],
  );
}

/** Far ahead of what the service itself does meanwhile: by then all is due. */
const later = new Date(Date.now() + 24 * 3600_000);
const hosts = (claimed: readonly { readonly url: string }[]) => claimed.map(({ url }) => new URL(url).hostname);

describe('keys of issuers that two hundred organizations registered', () => {
  beforeEach(async () => {
    await ground.auth.query('DELETE FROM oidc_issuers');
    await ground.auth.query('DELETE FROM oidc_key_sets');
  });

  it('are read in turns: nobody waits for the second of another before the first of its own (W4)', async () => {
    const crowd = `crowd${randomUUID().slice(0, 4)}`;
    const honest = `honest${randomUUID().slice(0, 4)}`;
    await organizations(crowd, 200, 5);
    await organizations(honest, 1, 2);
    const first = await sets.claimDue(later, 201);
    expect(new Set(hosts(first).map((host) => host.split('-')[0])).size).toBe(201);
    expect(hosts(first).filter((host) => host.startsWith(honest))).toHaveLength(1);
    const second = await sets.claimDue(later, 201);
    expect(hosts(second).filter((host) => host.startsWith(honest))).toHaveLength(1);
  });

  it('are read by one replica each, however many look at a time', async () => {
    await organizations(`many${randomUUID().slice(0, 4)}`, 50, 1);
    const claimed = (await Promise.all(Array.from({ length: 10 }, () => sets.claimDue(later, 20)))).flat();
    expect(new Set(hosts(claimed)).size).toBe(claimed.length);
    expect(claimed.length).toBeGreaterThanOrEqual(20);
  });

  it('are read first where a token was verified with them', async () => {
    const name = `busy${randomUUID().slice(0, 4)}`;
    await organizations(name, 1, 10);
    await sets.claimDue(later, 100);
    const at = new Date(later.getTime() + 3600_000);
    await sets.used({ url: `https://${name}1-7.invalid`, provider: 'generic' }, later, later);
    expect(hosts(await sets.claimDue(at, 1))).toEqual([`${name}1-7.invalid`]);
  });

  it('are not read while the installation decides about the issuer, and are forgotten with the last registration', async () => {
    const name = `gone${randomUUID().slice(0, 4)}`;
    await organizations(name, 1, 1);
    const url = `https://${name}1-1.invalid`;
    expect(hosts(await sets.claimDue(later, 1))).toEqual([new URL(url).hostname]);
    const at = new Date(later.getTime() + 3600_000);
    await ground.auth.query(
      `INSERT INTO oidc_issuers (issuer_id, url, provider, title, algorithms, enabled) VALUES (gen_random_uuid(), $1, 'generic', 'x', '{RS256}', false)`,
      [url],
    );
    expect(await sets.claimDue(at, 1)).toEqual([]);
    await sets.deleteOrphans(at);
    expect(await sets.ofUrl(url)).toHaveLength(1);
    await ground.auth.query('DELETE FROM oidc_issuers WHERE url = $1', [url]);
    await sets.deleteOrphans(at);
    expect(await sets.ofUrl(url)).toEqual([]);
  });
});

describe('a stranger', () => {
  it('is told the same of an organization’s issuer as of nobody’s, and makes nobody ask it (A6)', async () => {
    const main = await ground.repository('main');
    const known = await ground.strangeIssuer('github-actions');
    const unknown = await ground.strangeIssuer('github-actions');
    await ground.register(known, '/api/v1/orgs/acme/oidc-issuers');
    await ground.publisher(githubRule(known), { in: main, package: leftPad });
    expect(await outcome(ground.exchange(await known.token({ aud: audience })))).toBe('ok');
    const asked = { ...known.asked };
    const answers = [];
    for (const iss of [known.issuer, unknown.issuer]) {
      for (const kid of ['unknown', known.key.kid]) {
        const token = await unknown.token({ aud: audience, iss }, { kid });
        answers.push(await ground.exchangeByHttp(token, { package: leftPad }));
      }
    }
    expect(new Set(answers.map(({ status, withoutRequestId }) => `${status} ${withoutRequestId}`)).size).toBe(1);
    expect(known.asked).toEqual(asked);
    expect(unknown.asked).toMatchObject({ discovery: 0, keys: 0, elsewhere: 0 });
  });
});

describe('an administrator of an organization', () => {
  it('has the keys read by registering, and sees when that was; whoever registered the same issuer before is not seen (A6)', async () => {
    const beta = '/api/v1/orgs/beta/oidc-issuers';
    await ground.organization('beta');
    const issuer = await ground.strangeIssuer('gitlab-ci');
    const first = await ground.register(issuer, '/api/v1/orgs/acme/oidc-issuers');
    expect(new Date(String(first.json['keysReadAt'])) >= new Date(String(first.json['createdAt']))).toBe(true);
    issuer.goDown();
    const second = await ground.register(issuer, beta);
    expect(second.json['keysReadAt']).toBeNull();
    issuer.comeBack();
    const path = `${beta}/${String(second.json['id'])}`;
    // Saved again, they are read again.
    const saved = await ground.auth.http('PATCH', path, { as: ground.auth.admin, body: {} });
    expect(saved.json['keysReadAt']).not.toBeNull();
    const { json } = await ground.auth.http('GET', beta, { as: ground.auth.admin });
    expect(json['items']).toMatchObject([{ keysReadAt: saved.json['keysReadAt'] }]);
  });

  it('has them read by and by where that did not work at once', async () => {
    const issuer = await ground.strangeIssuer('gitlab-ci');
    issuer.goDown();
    await ground.register(issuer, '/api/v1/orgs/acme/oidc-issuers');
    issuer.comeBack();
    await ground.auth.query(`UPDATE oidc_key_sets SET next_attempt_at = now() - interval '1 minute' WHERE url = $1`, [
      issuer.issuer,
    ]);
    await ground.auth.get(OidcKeySetsTurn, { strict: false }).take();
    expect(await sets.ofUrl(issuer.issuer)).toMatchObject([{ failures: 0, keys: [{ kid: issuer.key.kid }] }]);
  });
});
