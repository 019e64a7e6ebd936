import type { OrganizationId, RepositoryId, TokenScope } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { scopesWithin } from './token-report.rules.js';

const acme = 'o-acme' as OrganizationId;
const other = 'o-other' as OrganizationId;
const main = 'r-main' as RepositoryId;
const foreign = 'r-foreign' as RepositoryId;
const unknown = 'r-unknown' as RepositoryId;
const ownerOf = (id: RepositoryId) => (id === main ? acme : id === foreign ? other : undefined);
const scope = (on: TokenScope['on']): TokenScope => ({ actions: ['read'], on });
const within = (...lists: TokenScope[][]) => scopesWithin(lists, acme, ownerOf);

describe('the scopes that reach into an organization', () => {
  it('are those on everything, on it, and on what it owns', () => {
    const reaching = [
      scope({ kind: 'everything' }),
      scope({ kind: 'organization', organizationId: acme }),
      scope({ kind: 'pattern', organizationId: acme, purlPrefix: 'pkg:npm/' }),
      scope({ kind: 'repository', repositoryId: main }),
    ];
    const others = [
      scope({ kind: 'organization', organizationId: other }),
      scope({ kind: 'package', repositoryId: foreign, purl: 'pkg:npm/a' as never }),
    ];
    expect(within([...others, ...reaching])).toEqual(reaching);
    expect(within(others)).toBeUndefined();
  });

  it('do not reach where one of the tokens before it does not', () => {
    const all = [scope({ kind: 'everything' })];
    expect(within(all, [scope({ kind: 'organization', organizationId: other })])).toBeUndefined();
    expect(within(all, [scope({ kind: 'repository', repositoryId: main })])).toEqual(all);
  });

  it('may be those on what nobody knows, which then keeps its name', () => {
    expect(within([scope({ kind: 'package', repositoryId: unknown, purl: 'pkg:npm/secret' as never })])).toEqual([
      scope({ kind: 'repository', repositoryId: unknown }),
    ]);
  });
});
