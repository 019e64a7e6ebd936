import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actions } from './action.js';
import { can } from './can.js';
import type { OrganizationId, RepositoryId, TokenId, UserId } from './ids.js';
import type { Grant, Principal, TokenScope } from './principal.js';
import { packagePurl } from './purl.js';
import type { Resource } from './resource.js';
import { visibilities } from './resource.js';
import { mayEver, namedByScopes, tokenReaches } from './token-ceilings.js';

const organizations = ['o-1', 'o-2'] as OrganizationId[];
const repositories = ['r-1', 'r-2'] as RepositoryId[];
const purls = ['left-pad', 'left-pad-two', 'right-pad'].map((name) => packagePurl({ ecosystem: 'npm', name }));

const someActions = fc.subarray([...actions]);
const organizationId = fc.constantFrom(...organizations);
const repositoryId = fc.constantFrom(...repositories);
const purl = fc.constantFrom(...purls);
const purlPrefix = fc.constantFrom('pkg:npm/', 'pkg:npm/left', 'pkg:npm/left-pad-');

const on: fc.Arbitrary<TokenScope['on']> = fc.oneof(
  fc.constant({ kind: 'everything' as const }),
  fc.record({ kind: fc.constant('organization' as const), organizationId }),
  fc.record({ kind: fc.constant('pattern' as const), organizationId, purlPrefix }),
  fc.record({ kind: fc.constant('repository' as const), repositoryId }),
  fc.record({ kind: fc.constant('package' as const), repositoryId, purl }),
);
const scopes = fc.array(fc.record({ actions: someActions, on }), { minLength: 1, maxLength: 4 });

const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({
    kind: fc.constant('organization' as const),
    organizationId,
    role: fc.constantFrom('owner' as const, 'admin' as const, 'member' as const, 'auditor' as const, 'reader' as const),
  }),
  fc.record({ kind: fc.constant('organization-actions' as const), organizationId, actions: someActions }),
  fc.record({ kind: fc.constant('repository' as const), repositoryId, actions: someActions }),
  fc.record({
    kind: fc.constant('packages' as const),
    repositoryId,
    purls: fc.uniqueArray(purl, { minLength: 1 }),
    actions: someActions,
  }),
);
const owner = fc.record({ grants: fc.array(grant, { maxLength: 4 }), installationAdmin: fc.boolean() });

const resources: Resource[] = [
  { kind: 'installation' },
  { kind: 'account', userId: 'u-1' as UserId },
  ...organizations.map((id) => ({ kind: 'organization' as const, organizationId: id })),
  ...visibilities.flatMap((visibility) =>
    organizations.flatMap((organization) =>
      repositories.flatMap((repository) => {
        const place = { organizationId: organization, repositoryId: repository, visibility };
        return [
          { kind: 'repository' as const, ...place },
          ...purls.map((name) => ({ kind: 'package' as const, purl: name, ...place })),
        ];
      }),
    ),
  ),
];

function tokenOf(
  person: { grants: Grant[]; installationAdmin: boolean },
  own: TokenScope[],
  ceilings: TokenScope[][] = [],
): Extract<Principal, { kind: 'token' }> {
  const bounds = ceilings.length === 0 ? {} : { ceilings };
  return {
    kind: 'token',
    tokenId: 't-1' as TokenId,
    userId: 'u-1' as UserId,
    username: 'ada',
    scopes: own,
    ...person,
    ...bounds,
  };
}

describe('a token made from a token', () => {
  it('may do nothing that any of those before it may not, and nothing that its owner may not (A4)', () => {
    fc.assert(
      fc.property(owner, scopes, fc.array(scopes, { minLength: 1, maxLength: 4 }), (person, own, ceilings) => {
        const child = tokenOf(person, own, ceilings);
        const parents = ceilings.map((ceiling, index) => tokenOf(person, ceiling, ceilings.slice(index + 1)));
        const session: Principal = { ...child, kind: 'user', sessionId: 's-1' as never };
        const beyond = resources.filter((resource) =>
          actions.some(
            (action) =>
              can(child, action, resource).allowed &&
              ![...parents, session].every((other) => can(other, action, resource).allowed),
          ),
        );
        expect(beyond).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('learns of nothing that those before it may not know (A6)', () => {
    fc.assert(
      fc.property(owner, scopes, scopes, (person, own, ceiling) => {
        const told = resources.filter((resource) => {
          const before = can(tokenOf(person, ceiling), 'delete', resource);
          const after = can(tokenOf(person, own, [ceiling]), 'delete', resource);
          const wasHidden = !before.allowed && before.because === 'hidden';
          return wasHidden && (after.allowed || after.because !== 'hidden');
        });
        expect(told).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('reaches a repository through the organization of the token before it, without either naming the other', () => {
    const token = tokenOf(
      { grants: [], installationAdmin: false },
      [{ actions: ['publish', 'read'], on: { kind: 'repository', repositoryId: repositories[0]! } }],
      [[{ actions: ['publish'], on: { kind: 'organization', organizationId: organizations[0]! } }]],
    );
    const inside = {
      organizationId: organizations[0]!,
      repositoryId: repositories[0]!,
      visibility: 'private' as const,
    };
    expect(tokenReaches(token, 'publish', { kind: 'repository', ...inside })).toBe(true);
    expect(tokenReaches(token, 'read', { kind: 'repository', ...inside })).toBe(false);
    const elsewhere = { ...inside, organizationId: organizations[1]! };
    expect(tokenReaches(token, 'publish', { kind: 'repository', ...elsewhere })).toBe(false);
    expect(mayEver(token, 'publish')).toBe(true);
    expect(mayEver(token, 'read')).toBe(false);
    expect(namedByScopes(token)).toHaveLength(2);
  });
});
