import type { Finding } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { boundedReasons } from './bounded-reasons.js';

function finding(index: number): Finding {
  return { rule: 'P11', code: 'secret.found', level: 'hold', message: 'x'.repeat(1000), path: `file-${index}` };
}

describe('the reasons of a decision', () => {
  it('are all there when they fit', () => {
    const reasons = [finding(1), finding(2)];
    expect(boundedReasons(reasons)).toEqual(reasons);
    expect(boundedReasons([])).toEqual([]);
  });

  it('never outgrow a message, and say how many are left out', () => {
    const reasons = Array.from({ length: 10_000 }, (_, index) => finding(index));
    const bounded = boundedReasons(reasons);
    expect(JSON.stringify(bounded).length).toBeLessThan(300 * 1024);
    expect(bounded[0]).toEqual(reasons[0]);
    expect(bounded.at(-1)).toMatchObject({
      code: 'findings.more',
      level: 'hold',
      message: `${reasons.length - bounded.length + 1} more findings are not listed here.`,
    });
  });
});
