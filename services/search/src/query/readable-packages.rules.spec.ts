import type { PackagePurl, Principal } from '@waybill/domain';
import { actions, anonymous, can, roles, visibilities } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readablePackages } from './readable-packages.rules.js';

const purls = ['pkg:npm/a', 'pkg:npm/b', 'pkg:npm/c'] as PackagePurl[];
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
  fc.record({
    kind: fc.constant('organization'),
    organizationId: fc.constantFrom('o1', 'o2'),
    role: fc.constantFrom(...roles),
  }),
);
const scope = fc.record({
  actions: someActions,
  on: fc.oneof(fc.record({ kind: fc.constant('everything') }), fc.record(onRepository), fc.record(onPackage)),
});
const person = { userId: fc.constant('u'), installationAdmin: fc.boolean(), grants: fc.array(grant, { maxLength: 3 }) };
const principal = fc.oneof(
  fc.constant(anonymous),
  fc.record({ kind: fc.constant('user'), ...person }),
  fc.record({ kind: fc.constant('token'), scopes: fc.array(scope, { maxLength: 3 }), ...person }),
);

describe('what a caller finds in a repository', () => {
  it('is exactly what the decision allows to read, asked for each package (A5, A7)', () => {
    fc.assert(
      fc.property(principal, repository, (generated, facts) => {
        const caller = generated as unknown as Principal;
        const place = facts as unknown as Parameters<typeof readablePackages>[1];
        const allowed = purls.filter((purl) => can(caller, 'read', { kind: 'package', ...place, purl }).allowed);
        const found = readablePackages(caller, place);
        expect(found === 'everything' ? purls : found.toSorted()).toEqual(allowed);
      }),
      { numRuns: 3000 },
    );
  });
});
