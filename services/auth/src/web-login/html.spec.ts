import { describe, expect, it } from 'vitest';
import { html, visible } from './html.js';

describe('markup', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" autofocus onfocus="alert(1)', '&quot; autofocus onfocus=&quot;alert(1)'],
    [`' onmouseover='x`, '&#39; onmouseover=&#39;x'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['${7*7}{{7*7}}', '${7*7}{{7*7}}'],
    ['</style><img src=x>', '&lt;/style&gt;&lt;img src=x&gt;'],
  ])('escapes %s (W1)', (hostile, shown) => {
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(`<p title="${shown}">${shown}</p>`);
  });

  it('puts markup of ours into markup of ours as it is', () => {
    expect(html`<b>${html`<i>${'a < b'}</i>`}</b>`.toString()).toBe('<b><i>a &lt; b</i></b>');
  });

  it('shows nothing that turns, hides or breaks the rest of a sentence', () => {
    expect(visible('npm\u202E\u2066 gpj\u200B.exe\u0000\r\nSet-Cookie: x\u2028y')).toBe('npm gpj .exe Set-Cookie: x y');
    expect(visible('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`);
  });
});
