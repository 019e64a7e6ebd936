import { describe, expect, it } from 'vitest';
import { withLine } from './line-file.js';

describe('one setting in a file of lines', () => {
  it('is changed where it stands, and everything else stays', () => {
    const before = '# mine\nregistry = https://old.example/\nsave-exact=true\n';
    expect(withLine(before, 'registry', 'https://new.example/')).toBe(
      '# mine\nregistry=https://new.example/\nsave-exact=true\n',
    );
  });

  it('is put at the end where it is new', () => {
    expect(withLine('', 'a', 'b')).toBe('a=b\n');
    expect(withLine('x=y', 'a', 'b')).toBe('x=y\na=b\n');
  });
});
