import { randomUUID } from 'node:crypto';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ForgeServer } from '../../test/forge-server.js';
import { memberOf } from '../../test/principals.js';
import { type PublishEnvironment, publishEnvironment } from '../../test/publish-environment.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

const path = '/api/v1/namespaces';
const npm = { ecosystem: 'npm', kind: 'scope' };
const maven = { ecosystem: 'maven', kind: 'prefix' };
let forge: ForgeServer;
let environment: PublishEnvironment;
let publish: RunningPublish;
let owner: string;

interface Organization {
  readonly name: string;
  readonly as: Principal;
}

let acme: Organization;
let other: Organization;

beforeAll(async () => {
  forge = await ForgeServer.start();
  const made = await publishEnvironment();
  const variables = {
    WAYBILL_FORGES: [
      `github.com=github@${forge.url}`,
      `gitlab.com=gitlab@${forge.url}/api/v4`,
      `git.example=forgejo@${forge.url}/`,
      'inside.example=forgejo@http://127.0.0.2:9/api/v1',
    ].join(', '),
    WAYBILL_FORGE_OF_NAMES: 'git.example',
    WAYBILL_FORGE_ALLOWED_NETWORKS: '127.0.0.1',
    WAYBILL_FORGE_ALLOW_HTTP: 'yes',
  };
  environment = { ...made, variables: { ...made.variables, ...variables } };
  publish = await startPublish(environment);
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
  await forge.stop();
});

beforeEach(async () => {
  forge.answers.clear();
  forge.asked.length = 0;
  owner = `o${randomUUID().slice(0, 8)}`;
  [acme, other] = [await organization(), await organization()];
});

async function organization(): Promise<Organization> {
  const organizationId = randomUUID() as OrganizationId;
  const name = `org-${organizationId.slice(0, 8)}`;
  await publish.organization(name, organizationId);
  return { name, as: memberOf(organizationId, 'owner') };
}

async function claim({ name, as }: Organization, of: object, pattern: string) {
  const { status, json } = await publish.http('POST', path, { as, body: { organization: name, ...of, pattern } });
  expect(status).toBe(201);
  return { id: String(json['namespaceId']), repository: (json['challenge'] as { repository: string }).repository };
}

/** Without the pause between two looks. */
async function prove(id: string, where: unknown, { as }: Organization = acme) {
  await publish.query('UPDATE namespaces SET last_checked_at = NULL');
  return publish.http('POST', `${path}/${id}/verify`, { as, body: { forge: where } });
}

describe('an owner at a forge', () => {
  it('has the groupIds of their name once they made the public repository that the claim names', async () => {
    const { id, repository } = await claim(acme, maven, `io.github.${owner}`);
    const where = `github.com/${owner.toUpperCase()}`;
    expect(await prove(id, where)).toMatchObject({ status: 409, json: { code: 'namespace.not-proven' } });
    forge.repository(owner.toUpperCase(), repository);
    expect(await prove(id, where)).toMatchObject({
      status: 200,
      json: {
        state: 'verified',
        forge: { host: 'github.com', owner, ownerId: '42', provenAt: expect.any(String) as string },
      },
    });
    expect(forge.asked).toEqual(Array(2).fill(`/repos/${owner}/${repository}`));
    const [, change] = (await publish.audit(`namespace:${id}`)) as [string, string][];
    expect(change?.[1]).toBe('namespace.verify');
  });

  it('has the scope, vendor and segment of their name at the forge that names are taken from, and at no other', async () => {
    const claims: [object, string, string][] = [
      [npm, `@${owner}`, 'verified'],
      [{ ecosystem: 'composer', kind: 'vendor' }, owner, 'verified'],
      [{ ecosystem: 'oci', kind: 'prefix' }, `${owner}/tools`, 'verified'],
      [{ ecosystem: 'nuget', kind: 'prefix' }, `${owner}.`, 'pending'],
      [npm, `@${owner}-like`, 'pending'],
      [maven, `io.github.${owner}`, 'pending'],
      [maven, `example.git.${owner}`, 'verified'],
    ];
    for (const [of, pattern, state] of claims) {
      const { id, repository } = await claim(acme, of, pattern);
      forge.repository(owner, repository);
      const answer = await prove(id, `git.example/${owner}`);
      expect([pattern, answer.status, answer.json['state']]).toEqual([pattern, 200, state]);
    }
    const { id, repository } = await claim(acme, npm, `@${owner}x`);
    forge.repository(`${owner}x`, repository);
    expect((await prove(id, `github.com/${owner}x`)).json).toMatchObject({
      state: 'pending',
      forge: { owner: `${owner}x` },
    });
  });

  it('of GitLab is proven by a public project, by the id of its namespace', async () => {
    const { id, repository } = await claim(acme, maven, `io.gitlab.${owner}`);
    const project = `/api/v4/projects/${owner}%2F${repository}`;
    const json = {
      id: 1,
      path: repository,
      visibility: 'public',
      namespace: { id: 77, kind: 'group', full_path: owner },
    };
    forge.answers.set(project, { json: { ...json, visibility: 'internal' } });
    expect((await prove(id, `gitlab.com/${owner}`)).status).toBe(409);
    forge.answers.set(project, { json: { ...json, namespace: { ...json.namespace, full_path: `${owner}/inner` } } });
    expect((await prove(id, `gitlab.com/${owner}`)).status).toBe(409);
    forge.answers.set(project, { json });
    expect((await prove(id, `gitlab.com/${owner}`)).json).toMatchObject({
      state: 'verified',
      forge: { ownerId: '77' },
    });
  });

  it('is not proven by the repository of another claim, a private one, or one that is elsewhere by now', async () => {
    const mine = await claim(acme, maven, `io.github.${owner}`);
    const theirs = await claim(other, maven, `io.github.${owner}`);
    const where = `github.com/${owner}`;
    forge.repository(owner, theirs.repository);
    expect((await prove(mine.id, where)).status).toBe(409);
    forge.repository(owner, mine.repository, { private: true });
    expect((await prove(mine.id, where)).status).toBe(409);
    forge.repository(owner, mine.repository, { owner: { login: 'somebody-else', id: 42 } });
    expect((await prove(mine.id, where)).status).toBe(409);
    const moved = `/repositories/9`;
    forge.answers.set(`/repos/${owner}/${mine.repository}`, { status: 301, location: `${forge.url}${moved}` });
    forge.answers.set(moved, { json: { name: mine.repository, private: false, owner: { login: owner, id: 42 } } });
    expect((await prove(mine.id, where)).status).toBe(409);
    expect(forge.asked).not.toContain(moved);
    expect(await prove(theirs.id, where, other)).toMatchObject({ status: 200, json: { state: 'verified' } });
    forge.repository(owner, mine.repository);
    expect(await prove(mine.id, where)).toMatchObject({ status: 409, json: { code: 'namespace.taken' } });
  });

  it('who took over a name that was given up is not who has proven it', async () => {
    const { id, repository } = await claim(acme, npm, `@${owner}`);
    forge.repository(owner, repository);
    expect((await prove(id, `github.com/${owner}`)).status).toBe(200);
    forge.repository(owner, repository, { owner: { login: owner, id: 43 } });
    expect(await prove(id, `github.com/${owner}`)).toMatchObject({
      status: 409,
      json: { code: 'namespace.owner-changed' },
    });
    const view = await publish.http('GET', `${path}/${id}`, { as: acme.as });
    expect(view.json).toMatchObject({ forge: { ownerId: '42' } });
  });
});

describe('a forge', () => {
  it.each([{ status: 403, json: {} }, { status: 500, json: {} }, { json: 'no object' }, { json: { name: 5 } }])(
    'that answers %j has not answered',
    async (answer) => {
      const { id, repository } = await claim(acme, maven, `io.github.${owner}`);
      forge.answers.set(`/repos/${owner}/${repository}`, answer);
      expect(await prove(id, `github.com/${owner}`)).toMatchObject({
        status: 503,
        json: { code: 'forge.unavailable' },
      });
    },
  );

  it('that is not in reach by the policy of the operator is like one that is away (W3)', async () => {
    const { id } = await claim(acme, npm, `@${owner}`);
    expect(await prove(id, `inside.example/${owner}`)).toMatchObject({
      status: 503,
      json: { code: 'forge.unavailable' },
    });
  });

  it.each(['evil.example/acme', 'github.com', 'github.com/a/b', 'github.com/../x', 'https://github.com/acme', 5])(
    'is one that the operator named: %s is not asked',
    async (where) => {
      const { id } = await claim(acme, npm, `@${owner}`);
      expect((await prove(id, where)).status).toBe(400);
      expect(forge.asked).toEqual([]);
    },
  );

  it('is asked at most once in ten seconds for a claim, and by admins of its organization alone (A3)', async () => {
    const { id } = await claim(acme, npm, `@${owner}`);
    const body = { forge: `github.com/${owner}` };
    const ask = (as: Principal) => publish.http('POST', `${path}/${id}/verify`, { as, body });
    expect((await ask(other.as)).status).toBe(404);
    expect([(await ask(acme.as)).status, (await ask(acme.as)).status]).toEqual([409, 429]);
    expect(forge.asked).toHaveLength(1);
    const both = { ...body, domain: 'acme.example' };
    const answer = await publish.http('POST', `${path}/${id}/verify`, { as: acme.as, body: both });
    expect([answer.status, answer.json['code']]).toEqual([400, 'namespace.proof']);
  });
});
