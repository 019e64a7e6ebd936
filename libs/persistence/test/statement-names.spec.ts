import { describe, expect, it } from 'vitest';
import { StatementNames } from '../src/statement-names.js';

function use(names: StatementNames, text: string, times: number): string | undefined {
  let name: string | undefined;
  for (let time = 0; time < times; time += 1) name = names.nameOf(text);
  return name;
}

describe('the names of statements', () => {
  it('are given to what is used again and again, and stay', () => {
    const names = new StatementNames();
    expect(use(names, 'SELECT $1', 4)).toBeUndefined();
    const name = names.nameOf('SELECT $1');
    expect(name).toBeDefined();
    expect(names.nameOf('SELECT $1')).toBe(name);
    expect(use(names, 'SELECT $1 + 1', 5)).not.toBe(name);
  });

  it('are bounded in number, and none is for a long text', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 1000 }, (_, index) => use(names, `SELECT $1 + ${index}`, 5));
    expect(new Set(given.filter((name) => name !== undefined)).size).toBe(300);
    expect(use(new StatementNames(), `SELECT $1 -- ${'x'.repeat(10_000)}`, 5)).toBeUndefined();
  });

  it('are taken away from a statement whose result has changed', () => {
    const names = new StatementNames();
    const first = use(names, 'SELECT $1', 5);
    names.refuse('SELECT $1');
    expect(use(names, 'SELECT $1', 10)).toBeUndefined();
    expect(use(names, 'SELECT $1 + 1', 5)).not.toBe(first);
  });
});
