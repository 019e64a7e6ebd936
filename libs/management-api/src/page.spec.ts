import { describe, expect, it } from 'vitest';
import { sendPage } from './page.js';

function answer(target: string, next: string | null) {
  const headers: Record<string, string> = {};
  const reply = {
    header(name: string, value: string) {
      headers[name] = value;
      return reply;
    },
  };
  const page = { items: [1], next };
  const body = sendPage({ raw: { url: target } } as never, reply as never, page);
  return { body, link: headers['link'] };
}

describe('a page', () => {
  it('names the one after it, with the filters and the limit of the request (RFC 8288)', () => {
    expect(answer('/api/v1/things?limit=2&q=a%26b&cursor=old', 'new')).toEqual({
      body: { items: [1], next: 'new' },
      link: '</api/v1/things?limit=2&q=a%26b&cursor=new>; rel="next"',
    });
    expect(answer('/api/v1/things', 'new').link).toBe('</api/v1/things?cursor=new>; rel="next"');
  });

  it('that is the last names none', () => {
    expect(answer('/api/v1/things', null).link).toBeUndefined();
  });

  it('cannot be made to name another place', () => {
    expect(answer('/api/v1/a>;rel="canonical"?x=%3E', 'new').link).toBe(
      '</api/v1/a%3E;rel=%22canonical%22?x=%3E&cursor=new>; rel="next"',
    );
  });
});
