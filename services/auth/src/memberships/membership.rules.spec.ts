import type { OrganizationId, Principal, Role, SessionId, UserId } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { requireMayChange, requireOwnerLeft } from './membership.rules.js';

const acme = '6f1c9a4e-0000-4000-8000-000000000001' as OrganizationId;
const other = '6f1c9a4e-0000-4000-8000-000000000002' as OrganizationId;

function memberOf(organizationId: OrganizationId, role: Role): Principal {
  return {
    kind: 'user',
    sessionId: 's' as SessionId,
    userId: 'u' as UserId,
    username: 'ada',
    installationAdmin: false,
    grants: [{ kind: 'organization', organizationId, role }],
  };
}

describe('changing memberships', () => {
  it('lets only owners of this organization touch owners', () => {
    const touching = [
      { from: undefined, to: 'owner' },
      { from: 'owner', to: 'reader' },
      { from: 'owner', to: undefined },
    ] as const;
    for (const change of touching) {
      expect(() => requireMayChange(memberOf(acme, 'owner'), acme, change)).not.toThrow();
      expect(() => requireMayChange(memberOf(acme, 'admin'), acme, change)).toThrow('Only an owner');
      expect(() => requireMayChange(memberOf(other, 'owner'), acme, change)).toThrow('Only an owner');
      expect(() => requireMayChange({ kind: 'anonymous' }, acme, change)).toThrow('Only an owner');
    }
    expect(() => requireMayChange(memberOf(acme, 'admin'), acme, { from: 'reader', to: 'admin' })).not.toThrow();
  });

  it('keeps one owner', () => {
    expect(() => requireOwnerLeft({ from: 'owner', to: undefined }, false)).toThrow('at least one owner');
    expect(() => requireOwnerLeft({ from: 'owner', to: 'admin' }, false)).toThrow('at least one owner');
    expect(() => requireOwnerLeft({ from: 'owner', to: 'admin' }, true)).not.toThrow();
    expect(() => requireOwnerLeft({ from: 'owner', to: 'owner' }, false)).not.toThrow();
  });
});
