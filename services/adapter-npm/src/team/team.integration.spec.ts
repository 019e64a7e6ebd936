import {
  addTeamMember,
  createTeam,
  deleteTeam,
  grantTeamPackage,
  listTeamGrants,
  listTeamMembers,
  listTeams,
  removeTeamMember,
  revokeTeamPackage,
} from '@waybill/contracts';
import type { Grant } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { adminOf, memberOf, person } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { Call, RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
const teams = new Map<string, Set<string>>();
const grants: Grant[] = [];
const asked: unknown[] = [];

beforeAll(async () => {
  adapter = await startAdapter();
  const publish = await PublishService.start(adapter);
  const known = (team: string) => {
    const members = teams.get(team);
    if (members === undefined) throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
    return members;
  };
  const { operator } = adapter;
  answering(operator, listTeams, () => ({ teams: [...teams.keys()] }));
  answering(operator, createTeam, ({ team }) => ({ team: (teams.set(team, new Set()), team) }));
  answering(operator, deleteTeam, ({ team }) => ({ deleted: (known(team), teams.delete(team)) }));
  answering(operator, listTeamMembers, ({ team }) => ({ members: [...known(team)] }));
  answering(operator, addTeamMember, ({ team, username }) => ({ added: (known(team).add(username), true) }));
  answering(operator, removeTeamMember, ({ team, username }) => ({ removed: known(team).delete(username) }));
  answering(operator, listTeamGrants, () => ({ grants }));
  answering(operator, grantTeamPackage, ({ organization, team, slug, packagePurl, permission }) => {
    asked.push({ organization, team, slug, packagePurl, permission });
    return { granted: true };
  });
  answering(operator, revokeTeamPackage, ({ packagePurl }) => {
    asked.push({ revoked: packagePurl });
    return { revoked: true };
  });
  await publish.publish({ name: '@acme/seen', version: '1.0.0' });
  await publish.publish({ name: '@acme/hidden', version: '1.0.0' }, { visibility: 'private' });
});

afterAll(async () => {
  await adapter.stop();
});

const call = (method: string, target: string, json?: unknown, more: Call = { principal: person() }) =>
  adapter.call(`/npm/main/-/${target}`, { method, ...(json === undefined ? {} : { json }), ...more });

describe('npm team', () => {
  it('makes, lists, fills, empties and deletes teams in npm’s words', async () => {
    const made = await call('PUT', 'org/@acme/team', { name: 'acme:devs', description: 'They build.' });
    expect([made.status, made.json()]).toEqual([201, { name: 'acme:devs' }]);
    expect((await call('GET', 'org/acme/team?format=cli')).json()).toEqual(['acme:devs']);
    expect((await call('PUT', 'team/acme/devs/user', { user: '@bob' })).status).toBe(201);
    expect((await call('GET', 'team/acme/devs/user?format=cli')).json()).toEqual(['bob']);
    expect((await call('DELETE', 'team/acme/devs/user', { user: 'bob' })).status).toBe(204);
    expect((await call('GET', 'team/acme/devs/user')).json()).toEqual([]);
    expect((await call('DELETE', 'team/acme/devs')).status).toBe(204);
    expect((await call('GET', 'team/acme/devs/user')).status).toBe(404);
  });

  it('needs somebody, and a body that names what it is about', async () => {
    for (const [method, target] of [
      ['GET', 'org/acme/team'],
      ['PUT', 'org/acme/team'],
      ['DELETE', 'team/acme/devs'],
      ['GET', 'team/acme/devs/package'],
      ['PUT', 'team/acme/devs/user'],
    ] as const) {
      expect((await call(method, target, { name: 'x', user: 'x' }, {})).status).toBe(401);
    }
    expect((await call('PUT', 'org/acme/team', {})).status).toBe(400);
    expect((await call('PUT', 'team/acme/devs/user', { user: 7 })).status).toBe(400);
    expect((await call('PUT', 'team/acme/devs/package', { package: '@acme/seen' })).status).toBe(400);
  });
});

describe('npm access of teams', () => {
  it('grants and revokes on a package of this repository, for who manages access to it', async () => {
    const principal = adminOf(adapter.repositories.public);
    const body = { package: '@acme/seen', permissions: 'read-write' };
    expect((await call('PUT', 'team/acme/devs/package', body, { principal })).status).toBe(200);
    expect((await call('DELETE', 'team/acme/devs/package', { package: '@acme/seen' }, { principal })).status).toBe(200);
    const packagePurl = 'pkg:npm/%40acme/seen';
    expect(asked).toEqual([
      { organization: 'acme', team: 'devs', slug: 'main', packagePurl, permission: 'write' },
      { revoked: packagePurl },
    ]);
    const member = { principal: memberOf(adapter.repositories.public) };
    expect((await call('PUT', 'team/acme/devs/package', body, member)).status).toBe(403);
    const none = { ...body, package: '@acme/none' };
    expect((await call('PUT', 'team/acme/devs/package', none, { principal })).status).toBe(404);
  });

  it('tells of a private package nothing that it does not tell of a missing one (A6)', async () => {
    const body = { package: '@acme/hidden', permissions: 'read-only' };
    const hidden = await adapter.call('/npm/secret/-/team/acme/devs/package', {
      method: 'PUT',
      json: body,
      principal: person(),
    });
    const missing = await adapter.call('/npm/nothing/-/team/acme/devs/package', {
      method: 'PUT',
      json: body,
      principal: person(),
    });
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.json()['error']).toEqual(missing.json()['error']);
  });

  it('lists what the team may do with the packages here that the caller may read', async () => {
    const { repositoryId, organizationId } = adapter.repositories.public;
    const principal = memberOf(adapter.repositories.public);
    const list = async () => (await call('GET', 'team/acme/devs/package?format=cli', undefined, { principal })).json();
    expect(await list()).toEqual({});
    grants.push({ kind: 'repository', repositoryId, actions: ['read'] });
    expect(await list()).toEqual({ '@acme/seen': 'read' });
    grants.push({ kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/%40acme/', actions: ['publish'] });
    expect(await list()).toEqual({ '@acme/seen': 'write' });
  });
});
