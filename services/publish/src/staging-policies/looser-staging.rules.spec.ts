import { describe, expect, it } from 'vitest';
import { looserStaging } from './looser-staging.rules.js';

const strict = { approvals: 3, stagedOnly: true };

describe('what asks less of staged releases', () => {
  it.each([
    ['fewer approvals', { ...strict, approvals: 2 }, ['approvals']],
    ['taking what nobody approves', { ...strict, stagedOnly: false }, ['stagedOnly']],
    ['one of them, whatever the other one asks', { approvals: 10, stagedOnly: false }, ['stagedOnly']],
    ['both', { approvals: 1, stagedOnly: false }, ['approvals', 'stagedOnly']],
  ] as const)('is %s (P8, W7)', (_what, after, fields) => {
    expect(looserStaging(strict, after)).toEqual(fields);
  });

  it('is neither the same nor more (P8)', () => {
    expect(looserStaging(strict, strict)).toEqual([]);
    expect(looserStaging({ approvals: 1, stagedOnly: false }, strict)).toEqual([]);
  });
});
