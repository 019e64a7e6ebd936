import { describe, expect, it } from 'vitest';
import { PurgeMemory } from './purge-memory.js';

describe('the memory of purges', () => {
  it('knows which fills a purge overtook, by tag', () => {
    const memory = new PurgeMemory();
    const before = memory.begin();
    memory.purged(['a', 'b']);
    const after = memory.begin();
    expect(memory.isOvertaken(before, ['x', 'b'])).toBe(true);
    expect(memory.isOvertaken(before, ['x'])).toBe(false);
    expect(memory.isOvertaken(after, ['a', 'b'])).toBe(false);
  });

  it('rather takes a fill for overtaken than remembers without bound', () => {
    const memory = new PurgeMemory(3);
    const before = memory.begin();
    for (let index = 0; index < 10; index += 1) memory.purged([`tag-${String(index)}`]);
    const after = memory.begin();
    expect(memory.isOvertaken(before, ['tag-0'])).toBe(true);
    expect(memory.isOvertaken(before, ['another'])).toBe(true);
    expect(memory.isOvertaken(after, ['tag-0', 'another'])).toBe(false);
  });

  it('takes everything for overtaken when purges may have been missed', () => {
    const memory = new PurgeMemory();
    const before = memory.begin();
    memory.purgedAll();
    expect(memory.isOvertaken(before, [])).toBe(true);
    expect(memory.isOvertaken(memory.begin(), [])).toBe(false);
  });
});
