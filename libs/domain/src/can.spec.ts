import { describe, expect, it } from 'vitest';
import type { Action } from './action.js';
import { actions } from './action.js';
import { can, decisionOnMissing, refusal } from './can.js';
import type { OrganizationId, RepositoryId, SessionId, TokenId, UserId } from './ids.js';
import type { Grant, Principal, TokenScope } from './principal.js';
import { anonymous } from './principal.js';
import { packagePurl } from './purl.js';
import type { Resource, Visibility } from './resource.js';

const acme = 'o-acme' as OrganizationId;
const main = 'r-main' as RepositoryId;
const leftPad = packagePurl({ ecosystem: 'npm', name: 'left-pad' });

function repository(visibility: Visibility): Resource {
  return { kind: 'repository', organizationId: acme, repositoryId: main, visibility };
}

function user(grants: Grant[], installationAdmin = false): Principal {
  return {
    kind: 'user',
    userId: 'u-alice' as UserId,
    username: 'alice',
    sessionId: 's-1' as SessionId,
    installationAdmin,
    grants,
  };
}

function token(grants: Grant[], scopes: TokenScope[], installationAdmin = false): Principal {
  return {
    kind: 'token',
    userId: 'u-alice' as UserId,
    username: 'alice',
    tokenId: 't-1' as TokenId,
    installationAdmin,
    grants,
    scopes,
  };
}

const member: Grant = { kind: 'organization', organizationId: acme, role: 'member' };
const reader: Grant = { kind: 'organization', organizationId: acme, role: 'reader' };

describe('who may read', () => {
  it('lets everybody read what is public or unlisted, and nobody else than members what is private (A7)', () => {
    expect(can(anonymous, 'read', repository('public')).allowed).toBe(true);
    expect(can(anonymous, 'read', repository('unlisted')).allowed).toBe(true);
    expect(can(anonymous, 'read', repository('internal'))).toEqual({ allowed: false, because: 'authenticate' });
    expect(can(anonymous, 'read', repository('private'))).toEqual({ allowed: false, because: 'authenticate' });
    expect(can(user([]), 'read', repository('internal')).allowed).toBe(true);
    expect(can(user([]), 'read', repository('private'))).toEqual({ allowed: false, because: 'hidden' });
    expect(can(user([reader]), 'read', repository('private')).allowed).toBe(true);
  });

  it('answers a missing thing exactly as a hidden one (A6)', () => {
    expect(decisionOnMissing(anonymous)).toEqual(can(anonymous, 'read', repository('private')));
    expect(decisionOnMissing(user([]))).toEqual(can(user([]), 'read', repository('private')));
  });

  it('gives no read to a grant that only publishes (A7)', () => {
    const publisher: Grant = { kind: 'repository', repositoryId: main, actions: ['publish'] };
    expect(can(user([publisher]), 'publish', repository('private')).allowed).toBe(true);
    expect(can(user([publisher]), 'read', repository('private'))).toEqual({ allowed: false, because: 'hidden' });
  });
});

describe('who may write', () => {
  it('says 403 on what one may see and 404 on what one may not', () => {
    expect(can(user([]), 'publish', repository('public'))).toEqual({ allowed: false, because: 'known' });
    expect(can(user([]), 'publish', repository('private'))).toEqual({ allowed: false, because: 'hidden' });
    expect(can(user([member]), 'publish', repository('private')).allowed).toBe(true);
    expect(can(user([reader]), 'publish', repository('private'))).toEqual({ allowed: false, because: 'known' });
  });

  it('keeps grants inside their own organization and repository (A3)', () => {
    const elsewhere: Grant = { kind: 'organization', organizationId: 'o-else' as OrganizationId, role: 'owner' };
    expect(can(user([elsewhere]), 'publish', repository('private')).allowed).toBe(false);
    const other: Grant = { kind: 'repository', repositoryId: 'r-else' as RepositoryId, actions: ['publish'] };
    expect(can(user([other]), 'publish', repository('public')).allowed).toBe(false);
  });

  it('keeps a package grant on that package', () => {
    const grant: Grant = { kind: 'packages', repositoryId: main, purls: [leftPad], actions: ['publish'] };
    const resource = { organizationId: acme, repositoryId: main, visibility: 'public' } as const;
    expect(can(user([grant]), 'publish', { kind: 'package', purl: leftPad, ...resource }).allowed).toBe(true);
    const rightPad = packagePurl({ ecosystem: 'npm', name: 'right-pad' });
    expect(can(user([grant]), 'publish', { kind: 'package', purl: rightPad, ...resource }).allowed).toBe(false);
    expect(can(user([grant]), 'publish', repository('public')).allowed).toBe(false);
  });
});

describe('the ceiling of a token', () => {
  it('is never wider than its owner, nor than its scopes (A4)', () => {
    const everything: TokenScope = { actions: ['read', 'publish'], on: { kind: 'everything' } };
    expect(can(token([], [everything]), 'publish', repository('public')).allowed).toBe(false);
    expect(can(token([member], [everything]), 'publish', repository('public')).allowed).toBe(true);
    expect(can(token([member], [everything]), 'yank', repository('public')).allowed).toBe(false);
    expect(can(token([], [everything], true), 'admin', { kind: 'installation' }).allowed).toBe(false);
  });

  it('reads what everybody reads, and hides what lies outside of its scopes (A4, A6)', () => {
    const narrow: TokenScope = { actions: ['read'], on: { kind: 'repository', repositoryId: 'r-2' as RepositoryId } };
    expect(can(token([member], [narrow]), 'read', repository('public')).allowed).toBe(true);
    expect(can(token([member], [narrow]), 'read', repository('private'))).toEqual({
      allowed: false,
      because: 'hidden',
    });
  });
});

describe('one’s own account', () => {
  const own: Resource = { kind: 'account', userId: 'u-alice' as UserId };

  it('is known to a token that may read it, and hidden from one that may not (A7)', () => {
    const everything = { kind: 'everything' } as const;
    expect(can(user([]), 'admin', own).allowed).toBe(true);
    expect(can(token([], [{ actions: ['read'], on: everything }]), 'admin', own)).toEqual({
      allowed: false,
      because: 'known',
      tokenLacks: 'admin',
    });
    expect(can(token([], [{ actions: ['publish'], on: everything }]), 'admin', own)).toEqual({
      allowed: false,
      because: 'hidden',
    });
  });
});

describe('a refusal', () => {
  const [narrow, wide]: TokenScope[][] = [
    [{ actions: ['read', 'publish'], on: { kind: 'everything' } }],
    [{ actions: ['read', 'publish', 'manage-access'], on: { kind: 'everything' } }],
  ];
  const owner: Grant = { kind: 'organization', organizationId: acme, role: 'owner' };
  const textOf = (principal: Principal, action: Action) => {
    const decision = can(principal, action, repository('private'));
    return decision.allowed ? 'allowed' : refusal(decision, 'It').message;
  };

  it('says what to do where only the token is too narrow for what its owner may (A4)', () => {
    expect(textOf(token([owner], narrow ?? []), 'manage-access')).toMatch(
      /lacks the permission manage-access: log in again through the browser and tick "It may also manage owners and members", or make a token that has it/,
    );
    expect(textOf(token([owner], narrow ?? []), 'delete')).toMatch(/lacks the permission delete: make one/);
    expect(textOf(token([owner], wide ?? []), 'manage-access')).toBe('allowed');
  });

  it('sends nobody for another token who may not do it with any, and tells nothing of what is hidden (A6)', () => {
    expect(textOf(token([member], narrow ?? []), 'manage-access')).toBe('You are not allowed to do this.');
    expect(textOf(token([], narrow ?? []), 'manage-access')).toBe('It was not found.');
    const unseeing: TokenScope[] = [{ actions: ['publish'], on: { kind: 'everything' } }];
    expect(textOf(token([owner], unseeing), 'manage-access')).toBe('It was not found.');
  });
});

describe('a refusal that knows what was wanted', () => {
  const refused = (principal: Principal, action: Action, resource: Resource) => {
    const decision = can(principal, action, resource);
    return decision.allowed ? 'allowed' : refusal(decision, 'It', { action, resource }).message;
  };
  const all: TokenScope[] = [{ actions, on: { kind: 'everything' } }];

  it('names the permission to who may know of the thing, and to nobody else (A6)', () => {
    expect(refused(token([member], all), 'manage-access', repository('private'))).toBe(
      'You are not allowed to do this. It needs the permission manage-access.',
    );
    expect(refused(token([], all), 'manage-access', repository('private'))).toBe('It was not found.');
  });

  it('says where only administrators of the installation may', () => {
    expect(refused(token([member], all), 'admin', { kind: 'installation' })).toBe(
      'You are not allowed to do this. Only administrators of the installation are.',
    );
  });
});

describe('what an organization gives (A1, A7)', () => {
  const inMain: Resource = { ...repository('private'), kind: 'package', purl: leftPad } as Resource;
  const organization: Resource = { kind: 'organization', organizationId: acme };

  it.each([
    ['none', false, false],
    ['read', true, false],
    ['publish', true, true],
  ] as const)('lets plain members do what it lets all of them do to packages: %s', (basePermission, read, publish) => {
    const plain = user([{ ...member, basePermission }]);
    expect(can(plain, 'read', inMain).allowed).toBe(read);
    expect(can(plain, 'publish', inMain).allowed).toBe(publish);
    expect(can(plain, 'read', organization).allowed).toBe(true);
  });

  it('does not hold back its owners, administrators and auditors', () => {
    for (const role of ['owner', 'admin', 'auditor'] as const) {
      const somebody = user([{ kind: 'organization', organizationId: acme, role, basePermission: 'none' }]);
      expect(can(somebody, 'read', inMain).allowed).toBe(true);
      expect(can(somebody, 'audit', organization).allowed).toBe(true);
      expect(can(somebody, 'publish', inMain).allowed).toBe(role !== 'auditor');
    }
  });

  it('reaches with a name pattern the packages that are called so, in that organization alone', () => {
    const grant: Grant = { kind: 'pattern', organizationId: acme, purlPrefix: 'pkg:npm/left', actions: ['read'] };
    const other = packagePurl({ ecosystem: 'npm', name: 'right-pad' });
    expect(can(user([grant]), 'read', inMain).allowed).toBe(true);
    expect(can(user([grant]), 'publish', inMain).allowed).toBe(false);
    expect(can(user([grant]), 'read', { ...inMain, purl: other } as Resource).allowed).toBe(false);
    expect(can(user([grant]), 'read', repository('private')).allowed).toBe(false);
    expect(can(user([{ ...grant, organizationId: 'o-2' as OrganizationId }]), 'read', inMain).allowed).toBe(false);
    expect(can(user([{ ...grant, repositoryId: 'r-2' as RepositoryId }]), 'read', inMain).allowed).toBe(false);
  });

  it('gives a token for one organization nothing in another, whoever owns it (A4)', () => {
    const scope: TokenScope = { actions: ['read'], on: { kind: 'organization', organizationId: acme } };
    const elsewhere: TokenScope = { ...scope, on: { ...scope.on, organizationId: 'o-2' as OrganizationId } as never };
    expect(can(token([reader], [scope]), 'read', inMain).allowed).toBe(true);
    expect(can(token([reader], [elsewhere]), 'read', inMain)).toEqual({ allowed: false, because: 'hidden' });
  });
});
