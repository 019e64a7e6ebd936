import type { PackagePurl } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { audience, ExchangeGround, githubRule, gitlabRule, leftPad, outcome } from '../../test/exchange-ground.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;
let gitlab: RunningCiIssuer;
let main: Place;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  github = await ground.issuer('github-actions');
  gitlab = await ground.issuer('gitlab-ci');
  main = await ground.repository('main');
  await ground.publisher(githubRule(github), { in: main, package: leftPad });
});

afterAll(() => ground.stop());

const token = (claims: Readonly<Record<string, unknown>> = {}) => github.token({ aud: audience, ...claims });

describe('an exchange', () => {
  it('gives a token of a quarter of an hour for the package, which carries how it came', async () => {
    const made = await ground.exchange(await token(), { repository: 'main' });
    expect(made).toMatchObject({
      provider: 'github-actions',
      packages: [{ repositoryId: main.repositoryId, packagePurl: leftPad }],
      actions: ['read', 'publish'],
    });
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBeLessThanOrEqual(900_000);
    const principal = await ground.auth.principal({ token: made.token });
    expect(principal).toMatchObject({
      kind: 'token',
      installationAdmin: false,
      publisher: {
        publisherId: made.publisherId,
        path: { repository: 'acme/left-pad', repositoryId: '74', ref: 'refs/tags/v1.4.2' },
      },
      grants: [{ kind: 'packages', purls: [leftPad], actions: ['read', 'publish'] }],
    });
    const [row] = await ground.auth.query(
      `SELECT details FROM audit_events WHERE action = 'oidc.exchange' AND outcome = 'success' LIMIT 1`,
    );
    expect(row?.['details']).toMatchObject({
      publisherIds: [made.publisherId],
      path: { workflow: '.github/workflows/release.yml' },
    });
  });

  it('of one token by 50 at a time gives one credential (T2)', async () => {
    const idToken = await token();
    const before = await ground.count(`tokens WHERE kind = 'publisher'`);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(ground.exchange(idToken))));
    expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'oidc.token-used')).toHaveLength(49);
    expect(await ground.count(`tokens WHERE kind = 'publisher'`)).toBe(before + 1);
  });

  it('uses no token up that is refused, and one that is taken for good (T2)', async () => {
    const idToken = await token();
    const refused = await outcome(ground.exchange(idToken, { packagePurl: 'pkg:npm/other' as PackagePurl }));
    expect(refused).toBe('oidc.no-publisher');
    expect(await outcome(ground.exchange(idToken))).toBe('ok');
    expect(await outcome(ground.exchange(idToken))).toBe('oidc.token-used');
  });

  it('of one token of a GitLab job works once for each package of a workspace (pitfall 16)', async () => {
    const packages = ['left-pad', 'right-pad', 'pad'].map((name) => `pkg:npm/${name}` as PackagePurl);
    const place = await ground.repository('workspace');
    await ground.publisher(
      gitlabRule(gitlab),
      packages.map((purl) => ({ in: place, package: purl })),
    );
    const idToken = await gitlab.token({ aud: audience });
    for (const packagePurl of packages) expect(await outcome(ground.exchange(idToken, { packagePurl }))).toBe('ok');
    for (const packagePurl of packages) {
      expect(await outcome(ground.exchange(idToken, { packagePurl }))).toBe('oidc.token-used');
    }
    const whole = { ecosystem: 'npm', packagePurl: undefined } as never;
    expect(await outcome(ground.exchange(idToken, whole))).toBe('oidc.token-used');
    const another = await gitlab.token({ aud: audience });
    expect(await outcome(ground.exchange(another, whole))).toBe('ok');
    expect(await outcome(ground.exchange(another))).toBe('oidc.token-used');
  });

  it('is remembered until after its token could be used, and then forgotten (T1)', async () => {
    await ground.exchange(await token());
    const lasting = `oidc_replays WHERE forget_at < now() + interval '5 minutes'`;
    expect(await ground.count(lasting)).toBe(0);
    await ground.auth.query(`INSERT INTO oidc_replays VALUES ('old', sha256('a'), '{x}', now() - interval '1 minute')`);
    const before = await ground.count('oidc_replays');
    await ground.careForExchanges();
    expect(await ground.count('oidc_replays')).toBe(before - 1);
  });

  it('keeps only those pending targets that it was for from expiring (pitfall 19)', async () => {
    const rule = githubRule(github, { repository: 'pending' });
    const claims = {
      repository: 'acme/pending',
      workflow_ref: 'acme/pending/.github/workflows/release.yml@refs/tags/v1',
    };
    const [one, two] = [await ground.repository('pending-one'), await ground.repository('pending-two')];
    const id = await ground.publisher(rule, [
      { in: one, package: 'pkg:npm/pending' },
      { in: one, package: 'pkg:npm/elsewhere' },
      { in: one, package: 'pkg:pypi/pending' },
      { in: two, package: 'pkg:npm/pending' },
    ]);
    await ground.auth.query(
      `UPDATE trusted_publisher_targets SET pending = true, expires_at = now() + interval '30 days' WHERE publisher_id = $1`,
      [id],
    );
    const expiring = () =>
      ground.auth
        .query(
          `SELECT r.slug || ' ' || t.package_purl AS what FROM trusted_publisher_targets t JOIN known_repositories r USING (repository_id)
           WHERE t.publisher_id = $1 AND t.expires_at IS NOT NULL ORDER BY what`,
          [id],
        )
        .then((rows) => rows.map((row) => row['what']));
    const packagePurl = 'pkg:npm/pending' as PackagePurl;
    await ground.exchange(await token(claims), { packagePurl, repository: 'pending-one' });
    expect(await expiring()).toEqual([
      'pending-one pkg:npm/elsewhere',
      'pending-one pkg:pypi/pending',
      'pending-two pkg:npm/pending',
    ]);
    await ground.exchange(await token(claims), { packagePurl: undefined, repository: 'pending-one' } as never);
    expect(await expiring()).toEqual(['pending-one pkg:pypi/pending', 'pending-two pkg:npm/pending']);
  });

  it('without a package names the repositories that a token could be for, and takes the one that is said', async () => {
    const rule = githubRule(github, { repository: 'twice' });
    const claims = { repository: 'acme/twice', workflow_ref: 'acme/twice/.github/workflows/release.yml@refs/tags/v1' };
    const [one, two] = [await ground.repository('one'), await ground.repository('two')];
    await ground.publisher(rule, { in: one, package: 'pkg:npm/twice' });
    await ground.publisher(rule, { in: two, package: 'pkg:npm/twice' });
    const whole = { packagePurl: undefined } as never;
    const refused = await ground.exchange(await token(claims), whole).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DomainError);
    expect(refused).toMatchObject({ code: 'oidc.ambiguous', details: { repositories: ['one', 'two'] } });
    const packagePurl = 'pkg:npm/twice' as PackagePurl;
    const made = await ground.exchange(await token(claims), { packagePurl, repository: 'two' });
    expect(made.packages).toEqual([{ repositoryId: two.repositoryId, packagePurl }]);
  });
});

describe('strangers', () => {
  it('learn nothing: an unknown issuer, repository and package are answered alike (A6)', async () => {
    const stranger = await ground.strangeIssuer('github-actions');
    const answers = await Promise.all([
      ground.exchangeByHttp(await stranger.token({ aud: audience }), { package: leftPad }),
      ground.exchangeByHttp(await token({ repository: 'mallory/left-pad', repository_id: '9' }), { package: leftPad }),
      ground.exchangeByHttp(await token(), { package: 'pkg:npm/hidden' }),
      ground.exchangeByHttp(await token(), { package: leftPad, repository: 'no-such' }),
    ]);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0].json).toMatchObject({ error: 'invalid_grant', code: 'oidc.no-publisher' });
  });

  it('are refused with a workflow of another repository, also one of the same name at another issuer (T3)', async () => {
    const other = await ground.issuer('github-actions');
    const same = await other.token({ aud: audience });
    expect(await outcome(ground.exchange(same))).toBe('oidc.no-publisher');
    const foreign = { workflow_ref: 'mallory/x/.github/workflows/release.yml@refs/heads/main' };
    expect(await outcome(ground.exchange(await token(foreign)))).toBe('oidc.publisher-refuses');
  });

  it('are refused with what somebody started by pull_request_target, and the owner is told why (T9)', async () => {
    const refused = await ground.exchangeByHttp(await token({ event_name: 'pull_request_target' }), {
      package: leftPad,
    });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: 'invalid_grant', code: 'oidc.publisher-refuses' });
    expect(refused.json['error_description']).toContain('pull_request_target, which strangers can cause');
  });

  it('are refused after a repository was renamed away and made anew (T8)', async () => {
    const purl = 'pkg:npm/reborn' as PackagePurl;
    const rule = githubRule(github, { repository: 'reborn' });
    const id = await ground.publisher(rule, { in: main, package: purl });
    const claims = {
      repository: 'acme/reborn',
      workflow_ref: 'acme/reborn/.github/workflows/release.yml@refs/tags/v1',
    };
    const first = await token({ ...claims, repository_id: '100', repository_owner_id: '65' });
    expect(await outcome(ground.exchange(first, { packagePurl: purl, repository: 'main' }))).toBe('ok');
    const [row] = await ground.auth.query('SELECT rule FROM trusted_publishers WHERE publisher_id = $1', [id]);
    expect(row?.['rule']).toMatchObject({ pinned: { repository_id: '100', repository_owner_id: '65' } });
    const anew = await token({ ...claims, repository_id: '200', repository_owner_id: '65' });
    expect(await outcome(ground.exchange(anew, { packagePurl: purl }))).toBe('oidc.no-publisher');
  });

  it('of whom the first use pins one: of two repositories of one name at the same time only one is taken (T8)', async () => {
    const purl = 'pkg:npm/raced' as PackagePurl;
    await ground.publisher(githubRule(github, { repository: 'raced' }), { in: main, package: purl });
    const claims = { repository: 'acme/raced', workflow_ref: 'acme/raced/.github/workflows/release.yml@refs/tags/v1' };
    const tokens = await Promise.all(['1', '2'].map((repository_id) => token({ ...claims, repository_id })));
    const wish = { packagePurl: purl, repository: 'main' };
    const outcomes = await Promise.all(tokens.map((each) => outcome(ground.exchange(each, wish))));
    expect(outcomes.toSorted()).toEqual(['ok', 'oidc.no-publisher'].toSorted());
  });
});
