import type { Grant, Principal, Resource, TokenScope } from '@waybill/domain';
import { can } from '@waybill/domain';
import { median } from '../load/statistics.js';

const rounds = 5;
const millisecondsPerRound = 500;
const perLook = 1000;

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const scopes: readonly TokenScope[] = [{ actions: ['read', 'publish'], on: { kind: 'everything' } }];

/** Decisions per second on the last of so many grants, by a token with so many lists of scopes. */
export function decisionsPerSecond(grants: number, lists: number): number {
  const principal = tokenWith(grants, lists);
  const resource: Resource = {
    kind: 'package',
    organizationId: uuid(1) as never,
    repositoryId: uuid(2) as never,
    purl: `pkg:npm/bench-${grants}` as never,
    visibility: 'private',
  };
  return median(Array.from({ length: rounds }, () => oneRound(principal, resource)));
}

function oneRound(principal: Principal, resource: Resource): number {
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < millisecondsPerRound) {
    for (let index = 0; index < perLook; index += 1) {
      if (!can(principal, 'publish', resource).allowed) throw new Error('This must be allowed.');
    }
    count += perLook;
  }
  return (count / (performance.now() - began)) * 1000;
}

function tokenWith(grants: number, lists: number): Principal {
  const given = Array.from({ length: grants }, (_, index): Grant => ({
    kind: 'packages',
    repositoryId: uuid(2) as never,
    purls: [`pkg:npm/bench-${index + 1}` as never],
    actions: ['read', 'publish'],
  }));
  const ceilings = Array.from({ length: lists - 1 }, () => scopes);
  return {
    kind: 'token',
    tokenId: uuid(3) as never,
    userId: uuid(4) as never,
    username: 'bench',
    installationAdmin: false,
    grants: given,
    scopes,
    ...(ceilings.length === 0 ? {} : { ceilings }),
  };
}
