import { describe, expect, it } from 'vitest';
import { assertOpen, decisionWhileClosed } from './open-package.rules.js';

const open = { archived: false, deletedAt: null };
const archived = { archived: true, deletedAt: null };
const deleted = { archived: true, deletedAt: new Date() };

describe('a package that is closed', () => {
  it('takes nothing new, and says why', () => {
    expect(() => assertOpen(open)).not.toThrow();
    expect(() => assertOpen(archived)).toThrow(expect.objectContaining({ code: 'package.archived', kind: 'conflict' }));
    expect(() => assertOpen(deleted)).toThrow(expect.objectContaining({ code: 'package.deleted', kind: 'conflict' }));
  });

  it('holds for a person what was on its way, and leaves every stricter decision as it is', () => {
    const published = { verdict: 'published', reasons: [] } as const;
    expect(decisionWhileClosed(published, open)).toBe(published);
    expect(decisionWhileClosed(published, archived)).toMatchObject({
      verdict: 'held',
      reasons: [{ code: 'package.archived' }],
    });
    expect(decisionWhileClosed(published, deleted)).toMatchObject({
      verdict: 'held',
      reasons: [{ code: 'package.deleted' }],
    });
    const rejected = { verdict: 'rejected', reasons: [] } as const;
    expect(decisionWhileClosed(rejected, deleted)).toBe(rejected);
  });
});
