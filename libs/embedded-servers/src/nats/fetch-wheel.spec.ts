import { describe, expect, it } from 'vitest';

import { findLink, indexUrlIn } from './fetch-wheel.js';

describe('the page of a package index', () => {
  it('names the address of a file, whatever its quotes and fragment', () => {
    const page = `<a href='../../f/other.whl'>x</a>\n<a class="y" HREF="../../f/tool-1%2B2.whl?a=1&amp;b=2#sha256=00">z</a>`;
    expect(findLink(page, 'tool-1+2.whl')).toBe('../../f/tool-1%2B2.whl?a=1&b=2#sha256=00');
    expect(findLink(page, 'ool-1+2.whl')).toBeUndefined();
  });

  it('is where pip.conf says', () => {
    expect(indexUrlIn('[global]\ncert = /x\nindex-url = https://packages.example/simple\n')).toBe(
      'https://packages.example/simple',
    );
    expect(indexUrlIn('[global]\nextra-index-url = https://other.example/simple\n')).toBeUndefined();
  });
});
