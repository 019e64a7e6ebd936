import { tokenRevoked } from '@waybill/contracts';
import type { PackagePurl, PublisherId } from '@waybill/domain';
import { publisherIn } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { audience, ExchangeGround, githubRule, gitlabRule, leftPad, outcome } from '../../test/exchange-ground.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { PublisherTokens } from './publisher-tokens.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;
let main: Place;
const by = { actor: 'test' };

beforeAll(async () => {
  ground = await ExchangeGround.start();
  github = await ground.issuer('github-actions');
  main = await ground.repository('main');
});

afterAll(() => ground.stop());

/** A publisher of a repository of that name, and how to exchange a token of it. */
async function published(name: string, place = main, targets: readonly string[] = [`pkg:npm/${name}`]) {
  const rule = githubRule(github, { repository: name });
  const publisherId = await ground.publisher(
    rule,
    targets.map((purl) => ({ in: place, package: purl })),
  );
  const claims = {
    repository: `acme/${name}`,
    workflow_ref: `acme/${name}/.github/workflows/release.yml@refs/tags/v1`,
  };
  const exchange = async (purl = targets[0]) =>
    ground.exchange(await github.token({ aud: audience, ...claims }), { packagePurl: purl as PackagePurl });
  return { publisherId, exchange };
}

const works = async (token: string) => (await ground.auth.principal({ token })).kind === 'token';

/** As whoever ends a publisher does: its row first, then its tokens. */
function end(publisherId: PublisherId): Promise<number> {
  return ground.auth.get(CredentialChanges, { strict: false }).run(async (manager) => {
    await manager.query('UPDATE trusted_publishers SET ended_at = now() WHERE publisher_id = $1', [publisherId]);
    return ground.auth.get(PublisherTokens, { strict: false }).end(manager, by, [publisherId], 'admin');
  });
}

describe('tokens of a trusted publisher', () => {
  it('end with it, and the gateways are told (T11)', async () => {
    const { publisherId, exchange } = await published('ends');
    const other = await published('stays');
    const [ended, stays] = [await exchange(), await other.exchange()];
    expect(await end(publisherId)).toBe(1);
    expect([await works(ended.token), await works(stays.token)]).toEqual([false, true]);
    const [row] = await ground.auth.query(`SELECT token_id FROM tokens WHERE publisher_ids[1] = $1`, [publisherId]);
    expect(await ground.auth.events(tokenRevoked, String(row?.['token_id']))).toMatchObject([{ reason: 'admin' }]);
    expect(await ground.auth.audit(`token:${String(row?.['token_id'])}`)).toEqual(['oidc.exchange', 'token.revoke']);
    expect(await outcome(exchange())).toBe('oidc.no-publisher');
  });

  it('are not minted while it ends: none is left, whoever came first (T11)', async () => {
    const { publisherId, exchange } = await published('raced');
    await exchange();
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => outcome(exchange())),
      end(publisherId),
      ...Array.from({ length: 10 }, () => outcome(exchange())),
    ]);
    expect(new Set(outcomes.filter((one) => typeof one === 'string'))).toEqual(
      new Set(outcomes.includes('ok') ? ['ok', 'oidc.no-publisher'] : ['oidc.no-publisher']),
    );
    const left = `tokens WHERE publisher_ids[1] = $1 AND revoked_at IS NULL`;
    expect(await ground.count(left, [publisherId])).toBe(0);
  });

  it('of several publishers lose what each of them gave, and end with the last (T11)', async () => {
    const place = await ground.repository('several');
    const rule = githubRule(github, { repository: 'several' });
    const one = await ground.publisher(rule, { in: place, package: 'pkg:npm/a' });
    const other = await ground.publisher(rule, { in: place, package: 'pkg:npm/b' });
    const claims = {
      repository: 'acme/several',
      workflow_ref: 'acme/several/.github/workflows/release.yml@refs/tags/v1',
    };
    const idToken = await github.token({ aud: audience, ...claims });
    const made = await ground.exchange(idToken, { packagePurl: undefined } as never);
    expect(made.packages.map(({ packagePurl }) => packagePurl).toSorted()).toEqual(['pkg:npm/a', 'pkg:npm/b']);
    await end(one);
    const principal = await ground.auth.principal({ token: made.token });
    const left = principal.kind === 'token' ? principal.scopes.map(({ on }) => on) : [];
    expect(left).toEqual([{ kind: 'package', repositoryId: place.repositoryId, purl: 'pkg:npm/b' }]);
    await end(other);
    expect(await works(made.token)).toBe(false);
  });

  it('that were minted before their scopes named publishers work on, and end as a whole', async () => {
    const { publisherId, exchange } = await published('old');
    const { token } = await exchange();
    await ground.auth.query(
      `UPDATE tokens SET scopes = jsonb_build_array((scopes -> 0) - 'publisherId') WHERE publisher_ids[1] = $1`,
      [publisherId],
    );
    const principal = await ground.auth.principal({ token });
    const purl = 'pkg:npm/old' as PackagePurl;
    expect(publisherIn(principal, main.repositoryId, purl)?.publisherId).toBe(publisherId);
    expect(await end(publisherId)).toBe(1);
    expect(await works(token)).toBe(false);
  });

  it('end where their package or their repository does, and nowhere else (T11)', async () => {
    const place = await ground.repository('places');
    const { exchange } = await published('two', place, ['pkg:npm/two', 'pkg:npm/two-more']);
    const [two, more] = [await exchange('pkg:npm/two'), await exchange('pkg:npm/two-more')];
    const endOn = (packagePurl?: PackagePurl) =>
      ground.auth.get(CredentialChanges, { strict: false }).run((manager) => {
        const { repositoryId } = place;
        const where = packagePurl === undefined ? { repositoryId } : { repositoryId, packagePurl };
        return ground.auth.get(PublisherTokens, { strict: false }).endOn(manager, by, where, 'admin');
      });
    expect(await endOn('pkg:npm/two' as PackagePurl)).toBe(1);
    expect([await works(two.token), await works(more.token)]).toEqual([false, true]);
    expect(await endOn()).toBe(1);
    expect(await works(more.token)).toBe(false);
  });

  it('end with an issuer that is disabled, which gives no more (T11)', async () => {
    const own = await ground.strangeIssuer('github-actions');
    const registered = await ground.register(own);
    await ground.publisher(githubRule(own), { in: main, package: leftPad });
    const made = await ground.exchange(await own.token({ aud: audience }));
    expect(await works(made.token)).toBe(true);
    const target = `/api/v1/oidc/issuers/${String(registered.json['id'])}`;
    const changed = await ground.auth.http('DELETE', target, {
      as: ground.auth.admin,
      headers: { 'if-match': String(registered.headers['etag']) },
    });
    expect(changed.status).toBe(204);
    expect(await works(made.token)).toBe(false);
    expect(await outcome(ground.exchange(await own.token({ aud: audience })))).toBe('oidc.no-publisher');
  });

  it('of one organization’s own issuer are for its publishers only (T3)', async () => {
    const beta = await ground.organization('beta');
    const theirs = await ground.repository('theirs', beta);
    const own = await ground.strangeIssuer('gitlab-ci');
    await ground.register(own, '/api/v1/orgs/beta/oidc-issuers');
    await ground.publisher(gitlabRule(own), { in: theirs, package: 'pkg:npm/theirs' });
    await ground.publisher(gitlabRule(own), { in: main, package: 'pkg:npm/ours' });
    const idToken = await own.token({ aud: audience });
    const foreign = ground.exchange(idToken, { packagePurl: 'pkg:npm/ours' as PackagePurl });
    expect(await outcome(foreign)).toBe('oidc.no-publisher');
    expect(await outcome(ground.exchange(idToken, { packagePurl: 'pkg:npm/theirs' as PackagePurl }))).toBe('ok');
  });
});
