import type { OrganizationId } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { FetchSlots } from './fetch-slots.js';

const organization = (index: number) => [`o-${index}` as OrganizationId];

function taken(slots: FetchSlots, organizations: readonly OrganizationId[], tries: number): number {
  return Array.from({ length: tries }, () => slots.take(organizations)).filter((slot) => slot !== undefined).length;
}

describe('places for fetching keys', () => {
  it('are four for an organization, and given back once', () => {
    const slots = new FetchSlots();
    const slot = slots.take(organization(1));
    expect(taken(slots, organization(1), 10)).toBe(3);
    slot?.release();
    slot?.release();
    expect(taken(slots, organization(1), 10)).toBe(1);
  });

  it('are left for others by two hundred organizations that take what they can get (W4)', () => {
    const slots = new FetchSlots();
    for (let index = 0; index < 200; index += 1) taken(slots, organization(index), 50);
    expect(slots.take(organization(1000))).toBeDefined();
    // One for each, now that so many want some.
    expect(slots.take(organization(1000))).toBeUndefined();
  });

  it('of everybody’s issuers cannot be taken by organizations’, however many', () => {
    const slots = new FetchSlots();
    for (let index = 0; index < 2000; index += 1) taken(slots, organization(index), 50);
    expect(slots.take(organization(3000))).toBeUndefined();
    expect(Array.from({ length: 70 }, () => slots.take('all')).filter((slot) => slot !== undefined)).toHaveLength(64);
  });

  it('of one of several organizations is at the expense of the one that has some left', () => {
    const slots = new FetchSlots();
    taken(slots, organization(1), 4);
    expect(taken(slots, [...organization(1), ...organization(2)], 10)).toBe(4);
  });
});
