import { describe, expect, it } from 'vitest';
import { hasVariantValues, variantNames, variantValues } from './request-variant.js';

const credentials = new Set(['x-toy-key']);

describe('what tells requests for one target apart', () => {
  it.each<[string | undefined, readonly string[] | undefined]>([
    [undefined, []],
    ['Accept', ['accept']],
    ['accept-language, Accept,accept', ['accept', 'accept-language']],
    ['Accept-Encoding, Authorization, Cookie, X-Toy-Key', []],
    ['*', undefined],
    ['Accept, *', undefined],
    ['a,b,c,d,e,f,g,h,i', undefined],
  ])('by Vary: %s', (vary, names) => {
    expect(variantNames(vary, credentials)).toEqual(names);
  });

  it('is their exact value; none and empty are one', () => {
    const values = variantValues({ accept: 'text/html' }, ['accept', 'accept-language']);
    expect(values).toEqual(['text/html', '']);
    expect(hasVariantValues({ accept: 'text/html' }, ['accept', 'accept-language'], ['text/html', ''])).toBe(true);
    expect(hasVariantValues({ accept: 'text/html ' }, ['accept'], ['text/html'])).toBe(false);
  });

  it('is bounded in length', () => {
    expect(variantValues({ accept: 'x'.repeat(256) }, ['accept'])).toHaveLength(1);
    expect(variantValues({ accept: 'x'.repeat(257) }, ['accept'])).toBeUndefined();
  });
});
