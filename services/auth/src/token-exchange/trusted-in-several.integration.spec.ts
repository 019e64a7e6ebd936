import { setTimeout as delay } from 'node:timers/promises';
import { repositoryChanged, revokeTokenByKey } from '@waybill/contracts';
import type { OrganizationId, PublisherId } from '@waybill/domain';
import { publisherIn } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { ExchangeGround, outcome } from '../../test/exchange-ground.js';
import { SharedProject } from '../../test/shared-project.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { TrustedPublisherEnds } from '../trusted-publishers/trusted-publisher-ends.js';
import { PublisherTargetsRepository } from '../trusted-publishers/publisher-targets.repository.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;
let rival: OrganizationId;
let ours: Place;
let theirs: Place;
let projects = 0;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  github = await ground.issuer('github-actions');
  rival = await ground.organization('rival');
  ours = await ground.repository('ours');
  theirs = await ground.repository('theirs', rival);
});

afterAll(() => ground.stop());

function project(issuer = github): SharedProject {
  projects += 1;
  return new SharedProject(ground, issuer, `shared-${projects}`);
}

/** One that both organizations trust; `first` is the stranger, unless said. */
async function shared() {
  const it = project();
  const stranger = await it.trustedIn(theirs);
  const victim = await it.trustedIn(ours);
  return { it, stranger, victim };
}

async function tokenIdOf(token: string): Promise<string> {
  const principal = await ground.auth.principal({ token });
  if (principal.kind !== 'token') throw new Error('The token does not work.');
  return principal.tokenId;
}

const works = async (token: string) => (await ground.auth.principal({ token })).kind === 'token';
const both = (victim: PublisherId, stranger: PublisherId) => ({
  [ours.repositoryId]: victim,
  [theirs.repositoryId]: stranger,
});

/** As its organization ends it. */
function end(publisherId: PublisherId, beforeCommit = async () => {}): Promise<unknown> {
  return ground.auth.get(CredentialChanges, { strict: false }).run(async (manager) => {
    const targets = await ground.auth.get(PublisherTargetsRepository, { strict: false }).of(manager, publisherId);
    const ends = ground.auth.get(TrustedPublisherEnds, { strict: false });
    await ends.takeTargets(manager, { actor: 'test' }, targets, 'asked');
    await beforeCommit();
  });
}

describe('a project trusted in repositories of two organizations', () => {
  it.each(['first', 'later'])(
    'publishes to each as its own publisher there, though a stranger came %s',
    async (when) => {
      const it = project();
      const early = when === 'first' ? await it.trustedIn(theirs) : undefined;
      const victim = await it.trustedIn(ours);
      const stranger = early ?? (await it.trustedIn(theirs));
      const token = await it.exchange();
      expect(await it.placesOf(token)).toEqual(both(victim, stranger));
      const principal = await ground.auth.principal({ token });
      expect(publisherIn(principal, ours.repositoryId, it.purl)?.publisherId).toBe(victim);
      expect(publisherIn(principal, theirs.repositoryId, it.purl)?.publisherId).toBe(stranger);
    },
  );

  it('publishes though a stranger registered it thirty times, in as many repositories', async () => {
    const it = project();
    for (let index = 0; index < 30; index += 1) {
      await it.trustedIn(await ground.repository(`flood-${index}`, rival), { environment: 'release' });
      await it.trustedIn(await ground.repository(`drown-${index}`, rival));
    }
    const victim = await it.trustedIn(ours);
    const token = await it.exchange({}, it.idToken({ environment: 'release' }));
    const places = await it.placesOf(token);
    expect(places[ours.repositoryId]).toBe(victim);
    expect(Object.keys(places)).toHaveLength(50);
  });

  it('is known by what it published: who only names it does not count beside that, also without a package', async () => {
    const { it, victim, stranger } = await shared();
    await it.published(ours, await it.exchange());
    await expect.poll(async () => (await it.row(victim))?.['first_published_at'], { timeout: 8000 }).not.toBeNull();
    expect(await it.placesOf(await it.exchange())).toEqual({ [ours.repositoryId]: victim });
    const whole = await ground.exchange(await it.idToken(), { packagePurl: undefined } as never);
    expect(await it.placesOf(whole.token)).toEqual({ [ours.repositoryId]: victim });
    expect(await outcome(it.exchange({ repository: 'theirs' }))).toBe('ok');
    await it.published(theirs, await it.exchange({ repository: 'theirs' }));
    await expect.poll(async () => (await it.row(stranger))?.['first_published_at']).not.toBeNull();
    expect(await it.placesOf(await it.exchange())).toEqual(both(victim, stranger));
  });

  it('is not known by what came before its publisher was about it', async () => {
    const it = project();
    const stranger = await it.trustedIn(theirs);
    const victim = await it.trustedIn(ours);
    const token = await it.exchange();
    await ground.auth.query('UPDATE trusted_publishers SET project_since = now() WHERE publisher_id = $1', [stranger]);
    await it.published(theirs, token);
    await it.published(ours, token);
    await expect.poll(async () => (await it.row(victim))?.['first_published_at']).not.toBeNull();
    expect((await it.row(stranger))?.['first_published_at']).toBeNull();
  });
});

describe('what a stranger does to a publisher of the same project', () => {
  it('takes only what the stranger gave, and what its owner does takes only theirs (T11)', async () => {
    const { it, victim, stranger } = await shared();
    const [first, second] = [await it.exchange(), await it.exchange()];
    await end(stranger);
    expect(await it.placesOf(first)).toEqual({ [ours.repositoryId]: victim });
    await end(victim);
    expect([await works(first), await works(second)]).toEqual([false, false]);
    const again = await shared();
    const token = await again.it.exchange();
    await end(again.victim);
    expect(await again.it.placesOf(token)).toEqual({ [theirs.repositoryId]: again.stranger });
  });

  it('keeps nobody from exchanging while it ends, though all share one account (T11)', async () => {
    const { it, stranger } = await shared();
    const other = project();
    await other.trustedIn(ours);
    const token = await it.exchange();
    let meanwhile: Promise<unknown> = Promise.resolve();
    await end(stranger, async () => {
      meanwhile = outcome(other.exchange());
      expect(await Promise.race([meanwhile, delay(5000, 'waits')])).toBe('ok');
    });
    await meanwhile;
    expect(Object.keys(await it.placesOf(token))).toEqual([ours.repositoryId]);
  });

  it('is nothing to the other: a changed rule, a deleted repository (T11)', async () => {
    const { it, victim, stranger } = await shared();
    const changing = await it.exchange();
    const changed = await ground.auth.http('PATCH', `/api/v1/orgs/rival/trusted-publishers/${stranger}`, {
      as: ground.auth.admin,
      body: { environment: 'other' },
    });
    expect(changed.status).toBe(200);
    expect(await it.placesOf(changing)).toEqual({ [ours.repositoryId]: victim });

    const doomed = await ground.repository('doomed', rival);
    const other = project();
    await other.trustedIn(doomed);
    const own = await other.trustedIn(ours);
    const token = await other.exchange();
    const facts = {
      ...doomed,
      kind: 'hosted',
      visibility: 'private',
      archived: false,
      deleted: true,
      transferredFrom: null,
    };
    await ground.auth.emit(repositoryChanged, { aggregate: doomed.repositoryId, version: 2, data: facts });
    await expect.poll(() => other.placesOf(token)).toEqual({ [ours.repositoryId]: own });
    expect(await other.placesOf(await other.exchange())).toEqual({ [ours.repositoryId]: own });
  });

  it('with an issuer of their own ends and stops their own part only (T3, T11)', async () => {
    const own = await ground.strangeIssuer('github-actions');
    await ground.register(own, '/api/v1/orgs/acme/oidc-issuers');
    const made = await ground.register(own, '/api/v1/orgs/rival/oidc-issuers');
    const it = project(own);
    const [victim, stranger] = [await it.trustedIn(ours), await it.trustedIn(theirs)];
    const token = await it.exchange();
    expect(await it.placesOf(token)).toEqual(both(victim, stranger));
    const target = `/api/v1/orgs/rival/oidc-issuers/${String(made.json['id'])}`;
    const late = Array.from({ length: 10 }, async () => it.placesOf(await it.exchange()));
    const answer = await ground.auth.http('PATCH', target, { as: ground.auth.admin, body: { enabled: false } });
    expect(answer.status).toBe(200);
    for (const places of await Promise.all(late)) expect(places[ours.repositoryId]).toBe(victim);
    expect(await it.placesOf(token)).toEqual({ [ours.repositoryId]: victim });
    expect(await it.placesOf(await it.exchange())).toEqual({ [ours.repositoryId]: victim });
    const reached = `tokens WHERE revoked_at IS NULL AND publisher_ids @> ARRAY[$1::uuid]`;
    expect(await ground.count(reached, [stranger])).toBe(0);
  });

  it('tells them nothing of the job: not the audit, the lists, nor what is pinned (T8)', async () => {
    const { it, victim, stranger } = await shared();
    const token = await it.exchange();
    const events = await ground.auth.query(
      `SELECT organization_id, actor, client_address, details FROM audit_events
       WHERE action = 'oidc.exchange' AND details -> 'publisherIds' ? $1`,
      [stranger],
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      organization_id: rival,
      actor: `trusted-publisher:${stranger}`,
      client_address: null,
      details: { publisherIds: [stranger], scopes: [{ on: { repositoryId: theirs.repositoryId } }] },
    });
    for (const secret of [victim, ours.repositoryId, 'path', 'refs/']) {
      expect(JSON.stringify(events)).not.toContain(secret);
    }
    expect(await it.row(stranger)).toMatchObject({
      first_used_at: null,
      last_used_at: null,
      rule: { pinned: {} },
      version: 1,
    });
    const report = await ground.auth.http('GET', '/api/v1/orgs/rival/token-report', { as: ground.auth.admin });
    expect(report.text).not.toContain(await tokenIdOf(token));
    await it.published(ours, token);
    await expect
      .poll(async () => (await it.row(victim))?.['rule'])
      .toMatchObject({
        pinned: { repository_id: expect.any(String) as unknown, repository_owner_id: expect.any(String) as unknown },
      });
    expect(await it.row(stranger)).toMatchObject({ first_used_at: null, rule: { pinned: {} } });
  });

  it('shows neither which tokens of the other there are: one ends itself alone (A6)', async () => {
    const [one, other] = [project(), project()];
    await one.trustedIn(theirs);
    await other.trustedIn(ours);
    const [curious, working] = [await one.exchange(), await other.exchange()];
    const revoke = async (token: string) => {
      const key = (await tokenIdOf(token)).replaceAll('-', '');
      const principal = await ground.auth.principal({ token: curious });
      return (await ground.auth.ask(revokeTokenByKey, { principal, key })).revoked;
    };
    expect([await revoke(working), await works(working)]).toEqual([false, true]);
    expect([await revoke(curious), await works(curious)]).toEqual([true, false]);
  });

  it('does not show the use of a token in the report of who is left, when the other ended its part (A6)', async () => {
    const { it, victim, stranger } = await shared();
    const token = await it.exchange();
    await end(victim);
    expect(await it.placesOf(token)).toEqual({ [theirs.repositoryId]: stranger });
    const alone = project();
    await alone.trustedIn(theirs);
    const ofTheirs = await tokenIdOf(await alone.exchange());
    const report = await ground.auth.http('GET', '/api/v1/orgs/rival/token-report', { as: ground.auth.admin });
    expect(report.text).toContain(ofTheirs);
    expect(report.text).not.toContain(await tokenIdOf(token));
  });

  it('reads its issuer otherwise without changing how the other one knows the job', async () => {
    const own = await ground.strangeIssuer('github-actions');
    await ground.register(own, '/api/v1/orgs/acme/oidc-issuers');
    const generic = { provider: 'generic' as const, issuer: own.issuer };
    const registered = await ground.auth.http('POST', '/api/v1/orgs/rival/oidc-issuers', {
      as: ground.auth.admin,
      body: { provider: 'generic', url: own.issuer, title: 'otherwise' },
    });
    expect(registered.status).toBe(201);
    const it = project(own);
    const rule = { ...generic, conditions: [{ claim: 'repository', is: `acme/${it.name}` }], pinned: {} };
    const stranger = await ground.publisher(rule, { in: theirs, package: it.purl });
    await it.trustedIn(ours);
    const idToken = await it.idToken();
    const token = await it.exchange({}, Promise.resolve(idToken));
    const principal = await ground.auth.principal({ token });
    expect(publisherIn(principal, ours.repositoryId, it.purl)?.path).toMatchObject({
      provider: 'github-actions',
      repository: `acme/${it.name}`,
    });
    expect(publisherIn(principal, theirs.repositoryId, it.purl)).toMatchObject({
      publisherId: stranger,
      path: { provider: 'generic' },
    });
    for (const repository of ['ours', 'theirs']) {
      expect(await outcome(it.exchange({ repository }, Promise.resolve(idToken)))).toBe('oidc.token-used');
    }
  });
});

describe('one ID token of such a project', () => {
  it('is exchanged once for all of them: 50 at a time give one token (T2)', async () => {
    const { it } = await shared();
    const idToken = await it.idToken();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => outcome(it.exchange({}, Promise.resolve(idToken)))),
    );
    expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'oidc.token-used']));
    for (const repository of ['ours', 'theirs']) {
      expect(await outcome(it.exchange({ repository }, Promise.resolve(idToken)))).toBe('oidc.token-used');
    }
  });

  it('that was used for one of them is used for all, and nothing is claimed by that', async () => {
    const { it } = await shared();
    const idToken = Promise.resolve(await it.idToken());
    expect(await outcome(it.exchange({ repository: 'theirs' }, idToken))).toBe('ok');
    expect(await outcome(it.exchange({}, idToken))).toBe('oidc.token-used');
    expect(await outcome(it.exchange({ repository: 'ours' }, idToken))).toBe('ok');
  });

  it('waits where one has as many tokens as a publisher has, unless the project has published through another (T3)', async () => {
    const { it, victim, stranger } = await shared();
    const side = await it.trustedIn(await ground.repository('beside'));
    const token = await it.exchange();
    const fill = (full: PublisherId) =>
      ground.auth.query(
        `INSERT INTO tokens (token_id, user_id, kind, token_hash, prefix, description, scopes, expires_at, publisher_ids, release_path)
       SELECT gen_random_uuid(), user_id, kind, 'full' || n || $1, prefix, '', scopes, expires_at, ARRAY[$1::uuid], release_path
       FROM (SELECT * FROM tokens WHERE publisher_ids @> ARRAY[$1::uuid] LIMIT 1) one, generate_series(1, 500) n`,
        [full],
      );
    for (const full of [stranger, side]) await fill(full);
    expect(await outcome(it.exchange())).toBe('oidc.too-many-tokens');
    await it.published(ours, token);
    await expect.poll(async () => (await it.row(victim))?.['first_published_at']).not.toBeNull();
    expect(await it.placesOf(await it.exchange())).toEqual({ [ours.repositoryId]: victim });
    await ground.auth.query(`DELETE FROM tokens WHERE token_hash LIKE 'full%'`);
  });
});
