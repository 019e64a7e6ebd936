import type { PackagePurl, Principal, Visibility } from '@waybill/domain';
import { actions, anonymous, can, effectiveVisibility, roles, visibilities } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VisiblePackages } from '../search-index/search-index.js';
import { readablePackages } from './readable-packages.rules.js';

const purls = ['pkg:npm/a', 'pkg:npm/ab', 'pkg:npm/abc', 'pkg:npm/b'] as PackagePurl[];
const onPattern = {
  kind: fc.constant('pattern'),
  organizationId: fc.constantFrom('o1', 'o2'),
  purlPrefix: fc.constantFrom('pkg:npm/', 'pkg:npm/a', 'pkg:npm/ab'),
};
const repository = fc.record({
  repositoryId: fc.constantFrom('r1', 'r2'),
  organizationId: fc.constantFrom('o1', 'o2'),
  visibility: fc.constantFrom(...visibilities),
});
const someActions = fc.uniqueArray(fc.constantFrom(...actions), { maxLength: 3 });
const onPackage = {
  kind: fc.constant('package'),
  repositoryId: fc.constantFrom('r1', 'r2'),
  purl: fc.constantFrom(...purls),
};
const onRepository = { kind: fc.constant('repository'), repositoryId: fc.constantFrom('r1', 'r2') };
const grant = fc.oneof(
  fc.record({ ...onPackage, actions: someActions }),
  fc.record({ ...onRepository, actions: someActions }),
  fc.record({ ...onPattern, actions: someActions }),
  fc.record({
    kind: fc.constant('organization'),
    organizationId: fc.constantFrom('o1', 'o2'),
    role: fc.constantFrom(...roles),
  }),
);
const scope = fc.record({
  actions: someActions,
  on: fc.oneof(
    fc.record({ kind: fc.constant('everything') }),
    fc.record(onRepository),
    fc.record(onPackage),
    fc.record(onPattern),
  ),
});
const person = { userId: fc.constant('u'), installationAdmin: fc.boolean(), grants: fc.array(grant, { maxLength: 3 }) };
const principal = fc.oneof(
  fc.constant(anonymous),
  fc.record({ kind: fc.constant('user'), ...person }),
  fc.record({
    kind: fc.constant('token'),
    scopes: fc.array(scope, { maxLength: 3 }),
    ceilings: fc.array(fc.array(scope, { maxLength: 2 }), { maxLength: 2 }),
    ...person,
  }),
);

function isFound(visible: VisiblePackages, purl: string, own: Visibility | null): boolean {
  if (visible === 'everything') return true;
  return (
    visible.saying.includes(own) ||
    visible.named.some((one) => one.purl === purl && one.saying.includes(own)) ||
    visible.beginning.some((one) => purl.startsWith(one.purl) && one.saying.includes(own))
  );
}

describe('what a caller finds in a repository', () => {
  it('is exactly what the decision allows to read, asked for each package (A5, A7)', () => {
    fc.assert(
      fc.property(principal, repository, (generated, facts) => {
        const caller = generated as unknown as Principal;
        const place = facts as unknown as Parameters<typeof readablePackages>[1];
        const found = readablePackages(caller, place);
        for (const purl of purls) {
          for (const own of [null, ...visibilities]) {
            // An unlisted package of a listed repository is in no list but theirs who were given it.
            const isHidden = own === 'unlisted' && place.visibility !== 'unlisted';
            const visibility = isHidden ? 'private' : effectiveVisibility(place.visibility, own);
            const isAllowed = can(caller, 'read', { kind: 'package', ...place, visibility, purl }).allowed;
            expect(isFound(found, purl, own)).toBe(isAllowed);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});
