import type { OrganizationId, PublisherId } from '@waybill/domain';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../../test/exchange-ground.js';
import { ExchangeGround, githubRule } from '../../test/exchange-ground.js';
import { SharedProject } from '../../test/shared-project.js';

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

/** With an id of its own. */
function project() {
  projects += 1;
  const shared = new SharedProject(ground, github, `known-${projects}`);
  const id = String(5000 + projects);
  return { it: shared, id, idToken: () => shared.idToken({ repository_id: id }) };
}

/** A publisher of the rival for all repositories of the owner whose names a pattern covers. */
function wide(matches: string, environment?: string): Promise<PublisherId> {
  const conditions = [
    { claim: 'repository_owner', is: 'acme' },
    { claim: 'repository', matches },
  ];
  const rule = { ...githubRule(github), conditions, ...(environment === undefined ? {} : { environment }) };
  return ground.publisher(rule, { in: theirs });
}

const publishedFrom = async (it: SharedProject, publisher: PublisherId) =>
  (await it.row(publisher))?.['published_projects'];

async function eventsOf(publisher: PublisherId) {
  return ground.auth.query(
    `SELECT organization_id, client_address, details FROM audit_events
     WHERE action = 'oidc.exchange' AND outcome = 'success' AND details -> 'publisherIds' ? $1 ORDER BY at, id`,
    [publisher],
  );
}

describe('an organization that published from one project', () => {
  it('is known for that one, and in nobody’s way at another one of the same owner (T3, T8)', async () => {
    const [mine, victims] = [project(), project()];
    const insider = await wide('acme/known-*');
    const own = await mine.it.exchange({}, mine.idToken());
    await mine.it.published(theirs, own);
    await expect.poll(() => publishedFrom(mine.it, insider)).toEqual([mine.id]);
    const victim = await victims.it.trustedIn(ours);
    const token = await victims.it.exchange({}, victims.idToken());
    expect(await victims.it.placesOf(token)).toEqual({
      [ours.repositoryId]: victim,
      [theirs.repositoryId]: insider,
    });
    await victims.it.published(ours, token);
    await expect.poll(() => publishedFrom(victims.it, victim)).toEqual([victims.id]);
    const later = await victims.it.exchange({}, victims.idToken());
    expect(await victims.it.placesOf(later)).toEqual({ [ours.repositoryId]: victim });
    await ground.auth.query('UPDATE trusted_publishers SET ended_at = now() WHERE publisher_id = $1', [insider]);
  });

  it('is known for no more than 20 of them, the first ones', async () => {
    const { it, id, idToken } = project();
    const publisher = await it.trustedIn(ours);
    const many = Array.from({ length: 19 }, (_, index) => `p${index}`);
    await ground.auth.query(
      'UPDATE trusted_publishers SET published_projects = $2, first_published_at = now() WHERE publisher_id = $1',
      [publisher, many],
    );
    const token = await it.exchange({}, idToken());
    await it.published(ours, token);
    await expect.poll(() => publishedFrom(it, publisher)).toEqual([...many, id]);
    const full = await it.exchange({ repository: 'ours' }, it.idToken({ repository_id: id, environment: 'other' }));
    expect(await it.placesOf(full)).toEqual({ [ours.repositoryId]: publisher });
  });

  it('is known for nothing any more when its rule is about others (T3)', async () => {
    const { it, id } = project();
    const publisher = await wide('acme/known-*', 'release');
    await ground.auth.query(
      'UPDATE trusted_publishers SET published_projects = ARRAY[$2], first_published_at = now() WHERE publisher_id = $1',
      [publisher, id],
    );
    const change = async (body: object) =>
      ground.auth.http('PATCH', `/api/v1/orgs/rival/trusted-publishers/${publisher}`, { as: ground.auth.admin, body });
    expect((await change({ refs: ['refs/tags/v*'] })).status).toBe(200);
    expect(await publishedFrom(it, publisher)).toEqual([id]);
    const { rule: before } = (await it.row(publisher)) as { rule: { provider: string; issuer: string } };
    const conditions = [
      { claim: 'repository_owner', is: 'acme' },
      { claim: 'repository', matches: 'acme/victim*' },
    ];
    const { provider, issuer } = before;
    const changed = await change({ rule: { provider, issuer, conditions } });
    expect([changed.status, changed.text]).toEqual([200, expect.any(String)]);
    expect(await it.row(publisher)).toMatchObject({ published_projects: [], first_published_at: null });
  });
});

describe('what an exchange tells', () => {
  it('is nothing to a stranger who alone has registered the project, unless the job names their repository (T8, A6)', async () => {
    const { it, idToken } = project();
    const stranger = await it.trustedIn(theirs);
    await it.exchange({}, idToken());
    const [event] = await eventsOf(stranger);
    expect(event).toMatchObject({ organization_id: rival, client_address: null });
    expect(JSON.stringify(event)).not.toMatch(/path|refs\//);
    expect(await it.row(stranger)).toMatchObject({ first_used_at: null, last_used_at: null, rule: { pinned: {} } });
    await it.exchange({ repository: 'theirs' }, idToken());
    const [, named] = await eventsOf(stranger);
    expect(named).toMatchObject({ client_address: '10.0.0.1', details: { path: { repository: `acme/${it.name}` } } });
    expect((await it.row(stranger))?.['first_used_at']).not.toBeNull();
  });

  it('is path and address to each organization that published from there, though others did as well (T8)', async () => {
    const { it, id, idToken } = project();
    const [victim, stranger] = [await it.trustedIn(ours), await it.trustedIn(theirs)];
    await ground.auth.query(
      'UPDATE trusted_publishers SET published_projects = ARRAY[$2], first_published_at = now() WHERE publisher_id = ANY($1)',
      [[victim, stranger], id],
    );
    await it.exchange({}, idToken());
    for (const publisher of [victim, stranger]) {
      const [event] = await eventsOf(publisher);
      expect(event).toMatchObject({ client_address: '10.0.0.1', details: { path: { repositoryId: id } } });
      expect((event?.['details'] as { scopes: unknown[] }).scopes).toHaveLength(1);
    }
  });
});
