import { describe, expect, it } from 'vitest';
import { Seal } from './seal.js';

const secret = 'a secret of the installation, for tests';
const seal = new Seal(secret, 'a purpose');
const opened = Buffer.from('what is sealed');

describe('what is sealed', () => {
  it('opens under the same secret, purpose and name, and does not stand in the sealed bytes (W6)', () => {
    const sealed = seal.seal('row 1', opened);
    expect(new Seal(secret, 'a purpose').open('row 1', sealed)).toEqual(opened);
    expect(sealed.includes(opened)).toBe(false);
    expect(seal.seal('row 1', opened)).not.toEqual(sealed);
  });

  it.each([
    ['another secret', new Seal(`${secret}.`, 'a purpose'), 'row 1'],
    ['another purpose', new Seal(secret, 'another purpose'), 'row 1'],
    ['another row', seal, 'row 2'],
  ])('does not open under %s (W6)', (_what, other, name) => {
    const sealed = seal.seal('row 1', opened);
    expect(() => other.open(name, sealed)).toThrow(expect.objectContaining({ code: 'seal.broken' }) as Error);
  });

  it('does not open when any byte of it was changed, or when it is cut', () => {
    const sealed = seal.seal('row 1', opened);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => seal.open('row 1', changed)).toThrow(/cannot be opened/);
    }
    expect(() => seal.open('row 1', sealed.subarray(0, 20))).toThrow(/cannot be opened/);
  });

  it('needs a secret of some length', () => {
    expect(() => new Seal('short', 'a purpose')).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
  });
});
