import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, RepositoryId } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import type { GivenToPerson } from './person-grants.rules.js';
import { grantsOfPerson } from './person-grants.rules.js';

const organizationId = randomUUID() as OrganizationId;
const repositoryId = randomUUID() as RepositoryId;
const purl = 'pkg:npm/left-pad' as PackagePurl;
const nothing: GivenToPerson = { memberships: [], given: [], ownedPackages: [] };
const onRepository = { organizationId, kind: 'repository', repositoryId, packagePurl: null, purlPrefix: null } as const;
const onPackage = { ...onRepository, kind: 'package', packagePurl: purl } as const;

describe('what is given to a person', () => {
  it('on the same thing, directly and through teams, is one grant', () => {
    const given = [
      { ...onRepository, actions: ['read', 'yank'] as const },
      { ...onRepository, actions: ['publish', 'read'] as const },
      { ...onPackage, actions: ['delete'] as const },
    ];
    const ownedPackages = [{ organizationId, repositoryId, purl }];
    expect(grantsOfPerson({ ...nothing, given, ownedPackages })).toEqual({
      grants: [
        { kind: 'repository', repositoryId, actions: ['read', 'publish', 'yank'] },
        {
          kind: 'packages',
          repositoryId,
          purls: [purl],
          actions: ['read', 'publish', 'metadata', 'delete', 'manage-access'],
        },
      ],
      left: 0,
    });
  });

  it('on packages of one repository travels together where it is the same', () => {
    const named = (name: string, ...given: readonly ('read' | 'publish')[]) => ({
      ...onPackage,
      packagePurl: `pkg:npm/${name}` as PackagePurl,
      actions: given,
    });
    const given = [named('a', 'read'), named('b', 'publish'), named('c', 'read'), named('b', 'read')];
    expect(grantsOfPerson({ ...nothing, given }).grants).toEqual([
      { kind: 'packages', repositoryId, purls: ['pkg:npm/a', 'pkg:npm/c'], actions: ['read'] },
      { kind: 'packages', repositoryId, purls: ['pkg:npm/b'], actions: ['read', 'publish'] },
    ]);
  });

  it('reaches what it names: the organization, names that begin so, everywhere or in one repository', () => {
    const pattern = { ...onRepository, kind: 'pattern', purlPrefix: 'pkg:npm/%40acme/', actions: ['read'] } as const;
    const given = [
      { ...onRepository, kind: 'organization', repositoryId: null, actions: ['audit'] } as const,
      pattern,
      { ...pattern, repositoryId: null },
    ];
    expect(grantsOfPerson({ ...nothing, given }).grants).toEqual([
      { kind: 'organization-actions', organizationId, actions: ['audit'] },
      { kind: 'pattern', organizationId, repositoryId, purlPrefix: 'pkg:npm/%40acme/', actions: ['read'] },
      { kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/%40acme/', actions: ['read'] },
    ]);
  });

  it('does not travel where a role in that organization gives it anyway', () => {
    const given = [{ ...onRepository, actions: ['read'] as const }];
    const membership = { organizationId, role: 'admin', basePermission: 'none' } as const;
    expect(grantsOfPerson({ memberships: [membership], given, ownedPackages: [] }).grants).toEqual([
      { kind: 'organization', ...membership },
    ]);
    const member = { ...membership, role: 'member' } as const;
    expect(grantsOfPerson({ memberships: [member], given, ownedPackages: [] }).grants).toHaveLength(2);
  });

  it('by strangers pushes nothing out that an organization of theirs gives', () => {
    const stranger = randomUUID() as OrganizationId;
    const given = Array.from({ length: 12_000 }, () => ({
      ...onRepository,
      organizationId: stranger,
      repositoryId: randomUUID() as RepositoryId,
      actions: ['read'] as const,
    }));
    const ownedPackages = given.map((row) => ({ organizationId: stranger, repositoryId: row.repositoryId, purl }));
    const own = [{ ...onRepository, actions: ['yank'] as const }];
    const memberships = [{ organizationId, role: 'member', basePermission: 'none' } as const];
    const { grants } = grantsOfPerson({
      memberships,
      given: [...given, ...own],
      ownedPackages: [...ownedPackages, { organizationId, repositoryId, purl }],
    });
    expect(grants.slice(1, 3)).toEqual([
      { kind: 'repository', repositoryId, actions: ['yank'] },
      { kind: 'packages', repositoryId, purls: [purl], actions: expect.arrayContaining(['publish']) as unknown },
    ]);
  });

  it('has an end in number and in bytes, beyond which it gives nothing', () => {
    const given = Array.from({ length: 12_000 }, () => ({
      ...onRepository,
      repositoryId: randomUUID() as RepositoryId,
      actions: ['read'] as const,
    }));
    const { grants, left } = grantsOfPerson({ ...nothing, given });
    expect(grants.length + left).toBe(12_000);
    expect(left).toBeGreaterThan(0);
    expect(grants.length).toBeLessThanOrEqual(10_000);
    expect(JSON.stringify(grants).length).toBeLessThanOrEqual(384 * 1024);
  });
});
