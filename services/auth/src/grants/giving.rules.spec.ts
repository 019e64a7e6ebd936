import { randomUUID } from 'node:crypto';
import type {
  Action,
  Grant,
  OrganizationId,
  PackagePurl,
  Principal,
  RepositoryId,
  SessionId,
  TokenId,
  UserId,
} from '@waybill/domain';
import { actions } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { mayGive, requireMayGive } from './giving.rules.js';
import type { GrantTarget } from './grant.resource.js';
import { resourcesOf, targetText } from './grant.resource.js';

const organizationId = randomUUID() as OrganizationId;
const repositoryId = randomUUID() as RepositoryId;
const purl = 'pkg:npm/%40acme/left-pad' as PackagePurl;

const nothing = { organizationId, repositoryId: null, packagePurl: null, purlPrefix: null };
const everywhere: GrantTarget = { ...nothing, kind: 'organization' };
const inRepository: GrantTarget = { ...nothing, kind: 'repository', repositoryId };
const inPackage: GrantTarget = { ...nothing, kind: 'package', repositoryId, packagePurl: purl };
const named = (purlPrefix: string, within: RepositoryId | null = null): GrantTarget => ({
  ...nothing,
  kind: 'pattern',
  purlPrefix,
  repositoryId: within,
});

const facts = { userId: randomUUID() as UserId, username: 'ada', installationAdmin: false };
const person = (...grants: Grant[]): Principal => ({
  kind: 'user',
  sessionId: randomUUID() as SessionId,
  ...facts,
  grants,
});
const token = (scoped: readonly Action[], ...grants: Grant[]): Principal => ({
  kind: 'token',
  tokenId: randomUUID() as TokenId,
  scopes: [{ actions: scoped, on: { kind: 'everything' } }],
  ...facts,
  grants,
});
const may = (caller: Principal, action: Action, target: GrantTarget) => mayGive(caller, [action], resourcesOf(target));

describe('nobody gives more than they have (A8)', () => {
  it('on one package gives on that package, and on nothing around it', () => {
    const caller = person({ kind: 'packages', repositoryId, purls: [purl], actions });
    expect(may(caller, 'publish', inPackage)).toBe(true);
    for (const wider of [inRepository, everywhere, named(purl), named(purl, repositoryId), named('pkg:npm/')]) {
      expect(may(caller, 'publish', wider)).toBe(false);
    }
  });

  it('on names gives on names that begin so, and never on fewer letters', () => {
    const caller = person({ kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/%40acme/ui-', actions: ['yank'] });
    expect(may(caller, 'yank', named('pkg:npm/%40acme/ui-kit'))).toBe(true);
    expect(may(caller, 'yank', named('pkg:npm/%40acme/ui-', repositoryId))).toBe(true);
    for (const wider of ['pkg:npm/%40acme/ui', 'pkg:npm/%40acme/', 'pkg:npm/', 'pkg:']) {
      expect(may(caller, 'yank', named(wider))).toBe(false);
    }
    expect(may(caller, 'yank', everywhere)).toBe(false);
    const here = person({ kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/', actions: ['yank'] });
    expect(may(here, 'yank', named('pkg:npm/', repositoryId))).toBe(true);
    expect(may(here, 'yank', named('pkg:npm/'))).toBe(false);
  });

  it('by role gives what the base permission leaves of it: a member who manages access is no publisher by that', () => {
    const role = { kind: 'organization', organizationId, role: 'member', basePermission: 'none' } as const;
    const caller = person(role, { kind: 'organization-actions', organizationId, actions: ['manage-access'] });
    for (const target of [everywhere, inRepository, inPackage, named('pkg:npm/')]) {
      expect(may(caller, 'manage-access', target)).toBe(true);
      expect(may(caller, 'publish', target)).toBe(false);
    }
  });

  it('a token gives for its owner, but access to give only if it has that itself (A4)', () => {
    const owner: Grant = { kind: 'organization', organizationId, role: 'owner' };
    expect(may(token(['manage-access'], owner), 'yank', inRepository)).toBe(true);
    expect(may(token(['manage-access'], owner), 'admin', inRepository)).toBe(false);
    expect(may(token(['read'], owner), 'manage-access', inRepository)).toBe(false);
    expect(may({ kind: 'anonymous' }, 'read', inRepository)).toBe(false);
    expect(() => requireMayGive(person(), ['read'], resourcesOf(inPackage))).toThrow('neither give nor take away');
  });
});

it('a target is one text, another for everything that differs', () => {
  const targets = [
    everywhere,
    inRepository,
    inPackage,
    named('pkg:npm/'),
    named('pkg:npm/', repositoryId),
    named('pkg:npm/a'),
  ];
  expect(new Set(targets.map(targetText)).size).toBe(targets.length);
});
