import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameDistribution } from './distribution-name.js';

describe('file names of distributions (PEP 427, 625)', () => {
  it.each([
    ['left_pad-1.0.tar.gz', 'Left.Pad-1.0.0.tar.gz'],
    ['left_pad-1.0.tar.gz', 'left-pad-v1.0.tar.gz'],
    ['left_pad-1.0rc1.zip', 'left_pad-1.0.c.1.zip'],
    ['left_pad-1.0-py2.py3-none-any.whl', 'Left_Pad-1.0-py3.py2-none-any.whl'],
    ['left_pad-1.0-01a-py3-none-any.whl', 'left_pad-1.0-1a-py3-none-any.whl'],
    ['a-0!1.0+Ubuntu_1.tar.gz', 'a-1+ubuntu.1.tar.gz'],
    [
      'a-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      'a-1.0-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    ],
  ])('are of one distribution however they are spelled: %s, %s', (one, other) => {
    expect(isSameDistribution(one, other)).toBe(true);
    expect(isSameDistribution(other, one)).toBe(true);
  });

  it.each([
    ['left_pad-1.0.tar.gz', 'left_pad-1.0.1.tar.gz'],
    ['left_pad-1.0.tar.gz', 'left_pad-1.0.zip'],
    ['left_pad-1.0.tar.gz', 'leftpad-1.0.tar.gz'],
    ['left_pad-1.0.tar.gz', 'left_pad-1.0.post1.tar.gz'],
    ['left_pad-1.0.tar.gz', 'left_pad-1!1.0.tar.gz'],
    ['left_pad-1.0-py3-none-any.whl', 'left_pad-1.0-1-py3-none-any.whl'],
    ['left_pad-1.0-py3-none-any.whl', 'left_pad-1.0-py2.py3-none-any.whl'],
    ['left_pad-1.0-cp310-cp310-any.whl', 'left_pad-1.0-cp310-abi3-any.whl'],
  ])('are of two: %s, %s', (one, other) => {
    expect(isSameDistribution(one, other)).toBe(false);
  });

  it.each([
    'left_pad',
    'left_pad-1.0',
    'left_pad-1.0.TAR.GZ',
    'left_pad-1.0.exe',
    'left__pad-1.0-py3-none-any.whl',
    'left_pad-1.0-py3-none.whl',
    'left_pad-1.0-1-py3-none.whl',
    'left_pad-1.0-py3..py2-none-any.whl',
    'left_pad-1.0-py3-none-.whl',
    'left_pad-one.tar.gz',
    '-1.0.tar.gz',
    '../left_pad-1.0.tar.gz',
    'lеft_pad-1.0.tar.gz',
    `${'a'.repeat(300)}-1.0.tar.gz`,
  ])('are none: %s', (none) => {
    expect(isSameDistribution(none, none)).toBe(false);
  });

  it('are compared in no time, whatever they are', () => {
    const parts = fc.array(fc.constantFrom('1', '.', '-', '_', 'a', 'rc', '+', '!', 'post', '.tar.gz', '.whl'), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [first, second] = [one.join(''), other.join('')];
        expect(isSameDistribution(first, second)).toBe(isSameDistribution(second, first));
      }),
    );
  });
});
