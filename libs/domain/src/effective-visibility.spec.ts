import { describe, expect, it } from 'vitest';
import { anonymous, can } from './index.js';
import { effectiveVisibility } from './effective-visibility.js';
import type { OrganizationId, Principal, RepositoryId, Resource, SessionId, UserId, Visibility } from './index.js';
import { visibilities } from './index.js';

const stranger: Principal = {
  kind: 'user',
  userId: 'u' as UserId,
  sessionId: 's' as SessionId,
  username: 'eve',
  installationAdmin: false,
  grants: [],
};

const mayRead = (principal: Principal, visibility: Visibility) => {
  const resource: Resource = {
    kind: 'repository',
    organizationId: 'o' as OrganizationId,
    repositoryId: 'r' as RepositoryId,
    visibility,
  };
  return can(principal, 'read', resource).allowed;
};

describe('who may see a package', () => {
  const pairs = visibilities.flatMap((one) => visibilities.map((other) => [one, other] as const));

  it.each(pairs)('is nobody whom %s or %s shuts out (A9)', (repository, own) => {
    const effective = effectiveVisibility(repository, own);
    for (const principal of [anonymous, stranger]) {
      const isShutOut = !mayRead(principal, repository) || !mayRead(principal, own);
      expect(mayRead(principal, effective) && isShutOut).toBe(false);
    }
    const isListed = effective === 'public' || effective === 'internal';
    expect(isListed && [repository, own].includes('unlisted')).toBe(false);
    expect(effectiveVisibility(own, repository)).toBe(effective);
    expect(effectiveVisibility(effective, own)).toBe(effective);
  });

  it('is whoever may see its repository where the package says nothing', () => {
    for (const visibility of visibilities) expect(effectiveVisibility(visibility, null)).toBe(visibility);
  });

  it('is what the package says in a public repository', () => {
    for (const visibility of visibilities) expect(effectiveVisibility('public', visibility)).toBe(visibility);
  });

  it('is private where one is in no list and the other for people who are signed in', () => {
    expect(effectiveVisibility('unlisted', 'internal')).toBe('private');
  });
});
