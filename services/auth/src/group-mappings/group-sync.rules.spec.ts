import type { OrganizationId } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import type { TeamId } from '../teams/team.entity.js';
import type { GroupMappingId } from './group-mapping.entity.js';
import { followsRole, placesOf } from './group-sync.rules.js';

const [acme, other] = ['o-1', 'o-2'] as OrganizationId[];
const [web, core] = ['t-1', 't-2'] as TeamId[];
const id = (text: string) => text as GroupMappingId;

describe('what groups give', () => {
  it('is per organization the strongest role and all teams', () => {
    const mappings = [
      { groupMappingId: id('m-4'), organizationId: acme, role: 'reader', teamId: web },
      { groupMappingId: id('m-2'), organizationId: acme, role: 'admin', teamId: null },
      { groupMappingId: id('m-3'), organizationId: acme, role: 'member', teamId: core },
      { groupMappingId: id('m-1'), organizationId: other, role: 'reader', teamId: null },
    ] as Parameters<typeof placesOf>[0];
    expect(placesOf(mappings)).toEqual([
      { organizationId: acme, role: 'admin', teamIds: [web, core], mappingIds: ['m-2', 'm-3', 'm-4'] },
      { organizationId: other, role: 'reader', teamIds: [], mappingIds: ['m-1'] },
    ]);
    expect(placesOf([])).toEqual([]);
  });

  it('does not touch an owner, or who was a member before (A8)', () => {
    expect(followsRole('member', true)).toBe(true);
    expect(followsRole('owner', true)).toBe(false);
    expect(followsRole('admin', false)).toBe(false);
  });
});
