import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, Principal, RepositoryId, SessionId, UserId } from '@waybill/domain';
import { anonymous, can } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { requireOwnerLeft, requireUnchanged, withOwnership } from './package-owners.rules.js';

const organizationId = randomUUID() as OrganizationId;
const userId = randomUUID() as UserId;
const resource = {
  kind: 'package',
  visibility: 'private',
  organizationId,
  repositoryId: randomUUID() as RepositoryId,
  purl: 'pkg:npm/left-pad' as PackagePurl,
} as const;
const ada: Principal = {
  kind: 'user',
  sessionId: randomUUID() as SessionId,
  userId,
  username: 'ada',
  installationAdmin: false,
  grants: [],
};
const member: Principal = { ...ada, grants: [{ kind: 'organization', organizationId, role: 'member' }] };
const owner = { userId, username: 'ada', suspended: false, granted: true };
const manages = (caller: Principal, as: Partial<typeof owner>) =>
  can(withOwnership(caller, [{ ...owner, ...as }], resource), 'manage-access', resource).allowed;

describe('owning a package', () => {
  it('lets whom somebody made an owner manage owners, and a first publisher as long as they may publish (A8)', () => {
    expect(manages(ada, {})).toBe(true);
    expect(manages(member, { granted: false })).toBe(true);
    expect(manages(ada, { granted: false })).toBe(false);
    expect(manages(ada, { suspended: true })).toBe(false);
    expect(manages(anonymous, {})).toBe(false);
    expect(manages(member, { userId: randomUUID() as UserId })).toBe(false);
  });

  it('compares what was read without regard to case or order', () => {
    const owners = [owner, { ...owner, username: 'ben' }];
    expect(() => requireUnchanged(owners, ['Ben', 'ADA'])).not.toThrow();
    expect(() => requireUnchanged(owners, ['ada'])).toThrow('changed meanwhile');
    expect(() => requireUnchanged(owners, ['ada', 'cyd'])).toThrow('changed meanwhile');
    expect(() => requireUnchanged(owners, ['ada', 'ada', 'ben', 'cyd'])).toThrow('changed meanwhile');
  });

  it('is never left to nobody', () => {
    expect(() => requireOwnerLeft([])).toThrow('at least one owner');
    expect(() => requireOwnerLeft([{ suspended: true }])).toThrow('at least one owner');
    expect(() => requireOwnerLeft([{ suspended: true }, { suspended: false }])).not.toThrow();
  });
});
