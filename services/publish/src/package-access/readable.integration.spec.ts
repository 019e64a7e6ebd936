import { randomUUID } from 'node:crypto';
import type { Action, OrganizationId, PackagePurl, Principal, RepositoryId, Visibility } from '@waybill/domain';
import { actions, anonymous, can, effectiveVisibility, roles, visibilities } from '@waybill/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { mayOnPackageSql, Parameters } from './readable.sql.js';

let publish: RunningPublish;

const organizations = [randomUUID(), randomUUID()] as OrganizationId[];
const repositories = visibilities.map((visibility, index) => ({
  repositoryId: randomUUID() as RepositoryId,
  organizationId: organizations[index % 2] as OrganizationId,
  visibility,
}));
const purls = ['pkg:npm/a', 'pkg:npm/ab', 'pkg:npm/b'] as PackagePurl[];
const owns: (Visibility | null)[] = [null, ...visibilities];
/** Every visibility of a package in every visibility of a repository. */
const packages = repositories.flatMap((repository) =>
  owns.flatMap((own) => purls.map((purl) => ({ repository, own, purl: `${purl}-${own ?? 'none'}` as PackagePurl }))),
);

beforeAll(async () => {
  publish = await startPublish();
  for (const { repositoryId, organizationId, visibility } of repositories) {
    await publish.query(`INSERT INTO repositories SELECT (json_populate_record(NULL::repositories, $1)).*`, [
      JSON.stringify({
        repository_id: repositoryId,
        slug: `r-${repositoryId.slice(0, 8)}`,
        organization_id: organizationId,
        visibility,
        kind: 'hosted',
        description: '',
        archived: false,
        created_at: new Date(),
        aggregate_version: 1,
        approvals_needed: 1,
        staged_only: false,
      }),
    ]);
  }
  for (const { repository, own, purl } of packages) {
    await publish.query(
      `INSERT INTO packages (package_id, repository_id, purl, name_key, aggregate_version, visible_version, visibility)
       VALUES (gen_random_uuid(), $1, $2, $2, 1, 1, $3)`,
      [repository.repositoryId, purl, own],
    );
  }
});

afterAll(async () => {
  await publish.stop();
});

const someActions = fc.subarray([...actions]);
const organizationId = fc.constantFrom(...organizations);
const repositoryId = fc.constantFrom(...repositories.map((repository) => repository.repositoryId));
const onPackage = {
  kind: fc.constant('package'),
  repositoryId,
  purl: fc.constantFrom(...packages.map(({ purl }) => purl)),
};
const onPattern = {
  kind: fc.constant('pattern'),
  organizationId,
  purlPrefix: fc.constantFrom('pkg:npm/', 'pkg:npm/a', 'pkg:npm/ab-'),
};
const grant = fc.oneof(
  fc.record(
    {
      kind: fc.constant('organization'),
      organizationId,
      role: fc.constantFrom(...roles),
      basePermission: fc.constantFrom('none', 'read', 'publish'),
    },
    { requiredKeys: ['kind', 'organizationId', 'role'] },
  ),
  fc.record({ kind: fc.constant('organization-actions'), organizationId, actions: someActions }),
  fc.record({ kind: fc.constant('repository'), repositoryId, actions: someActions }),
  fc.record({
    kind: fc.constant('packages'),
    repositoryId,
    purls: fc.uniqueArray(onPackage.purl, { minLength: 1, maxLength: 3 }),
    actions: someActions,
  }),
  fc.record({ ...onPattern, actions: someActions }),
  fc.record({ ...onPattern, repositoryId, actions: someActions }),
);
const scope = fc.record({
  actions: someActions,
  on: fc.oneof(
    fc.record({ kind: fc.constant('everything') }),
    fc.record({ kind: fc.constant('organization'), organizationId }),
    fc.record({ kind: fc.constant('repository'), repositoryId }),
    fc.record(onPackage),
    fc.record(onPattern),
  ),
});
const person = {
  userId: fc.constant('u'),
  installationAdmin: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  grants: fc.array(grant, { maxLength: 3 }),
};
const principal = fc.oneof(
  fc.constant(anonymous),
  fc.record({ kind: fc.constant('user'), ...person }),
  fc.record({
    kind: fc.constant('token'),
    scopes: fc.array(scope, { minLength: 1, maxLength: 3 }),
    ceilings: fc.array(fc.array(scope, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
    ...person,
  }),
);

describe('what a list of packages holds', () => {
  it('is exactly what the decision allows, but for what is unlisted and was given to nobody (A4, A5, A7)', async () => {
    const action = fc.constantFrom<Action>('read', 'publish', 'review-findings', 'metadata');
    await fc.assert(
      fc.asyncProperty(principal, action, async (generated, wanted) => {
        const caller = generated as unknown as Principal;
        const parameters = new Parameters();
        const rows = await publish.query(
          `SELECT p.repository_id, p.purl FROM packages p JOIN repositories r USING (repository_id)
            WHERE ${mayOnPackageSql(caller, wanted, parameters)}`,
          parameters.values,
        );
        const found = rows.map((row) => `${String(row['repository_id'])} ${String(row['purl'])}`).toSorted();
        const allowed = packages
          .filter(({ repository, own, purl }) => {
            const effective = effectiveVisibility(repository.visibility, own);
            // In a list, what is unlisted is as good as private.
            const visibility = effective === 'unlisted' ? 'private' : effective;
            return can(caller, wanted, { kind: 'package', ...repository, purl, visibility }).allowed;
          })
          .map(({ repository, purl }) => `${repository.repositoryId} ${purl}`)
          .toSorted();
        expect(found).toEqual(allowed);
      }),
      { numRuns: 300 },
    );
  });
});
