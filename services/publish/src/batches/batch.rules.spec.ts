import type { Finding, ReleaseDecision } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { decideBatch } from './batch.rules.js';

const secret: Finding = { rule: 'P11', code: 'secret', level: 'hold', message: 'A key.' };
const escape: Finding = { rule: 'P10', code: 'archive', level: 'refuse', message: 'Leaves its folder.' };
const published: ReleaseDecision = { verdict: 'published', reasons: [] };
const held: ReleaseDecision = { verdict: 'held', reasons: [secret] };
const rejected: ReleaseDecision = { verdict: 'rejected', reasons: [escape] };

function verdictsOf(...decisions: (ReleaseDecision | null)[]) {
  return decideBatch(decisions.map((decision, index) => ({ purl: `pkg:npm/p${index}@1.0.0`, decision })));
}

describe('a batch', () => {
  it('is published when all are cleared, and waits until then', () => {
    expect(verdictsOf(published, null)).toBeUndefined();
    expect(verdictsOf(null, null)).toBeUndefined();
    expect(verdictsOf(held, null)).toBeUndefined();
    expect(verdictsOf(published, published)).toEqual([published, published]);
  });

  it('is held or rejected whole, and the others are told by which one', () => {
    const [first, second] = verdictsOf(published, held) ?? [];
    expect(second).toBe(held);
    expect(first).toMatchObject({ verdict: 'held', reasons: [{ code: 'batch.held' }] });
    expect(first?.reasons[0]?.message).toContain('pkg:npm/p1@1.0.0');
    expect(verdictsOf(held, rejected)?.[0]).toMatchObject({
      verdict: 'rejected',
      reasons: [{ code: 'secret' }, { code: 'batch.rejected', level: 'refuse' }],
    });
  });

  it('is rejected at once when one of them is, whatever the others will turn out to be', () => {
    expect(verdictsOf(rejected, null)?.map((decision) => decision.verdict)).toEqual(['rejected', 'rejected']);
  });
});
