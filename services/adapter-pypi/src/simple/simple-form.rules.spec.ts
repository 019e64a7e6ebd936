import { describe, expect, it } from 'vitest';
import { negotiateForm } from './simple-form.rules.js';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';
const plain = 'text/html; charset=utf-8';

describe('the form of a page', () => {
  it.each([
    ['pip', `${json}, ${html}; q=0.1, text/html; q=0.01`, json],
    ['uv', `${json}, ${html};q=0.2, text/html;q=0.01`, json],
    ['uv of another host', `application/vnd.pyx.simple.v1+msgpack, ${json};q=0.9, text/html;q=0.01`, json],
    ['poetry', `${json}, */*;q=0.1`, json],
    ['an old pip', 'text/html', plain],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', plain],
    ['curl', '*/*', plain],
    ['nothing said', undefined, plain],
    ['an empty header', '', plain],
  ])('is the one that %s asks for', (_client, accept, mediaType) => {
    expect(negotiateForm(accept)?.mediaType).toBe(mediaType);
  });

  it.each([
    [`${json};q=0.1, ${html};q=0.9`, html],
    [`text/html;q=0.5, ${json};q=0.5`, plain],
    [`text/html;q=0, ${json}`, json],
    [`text/html;q=0, */*`, json],
    ['application/*', json],
    [`APPLICATION/VND.PYPI.SIMPLE.V1+JSON`, json],
  ])('follows the weights: %s', (accept, mediaType) => {
    expect(negotiateForm(accept)?.mediaType).toBe(mediaType);
  });

  it('is the present version where the latest one is asked for', () => {
    expect(negotiateForm('application/vnd.pypi.simple.latest+json')?.mediaType).toBe(json);
    expect(negotiateForm('application/vnd.pypi.simple.latest+html')?.mediaType).toBe(html);
  });

  it.each(['application/json', 'application/vnd.pypi.simple.v2+json', 'text/plain', 'text/html;q=0', '*/*;q=0'])(
    'is none where none is acceptable: %s',
    (accept) => {
      expect(negotiateForm(accept)).toBeUndefined();
    },
  );

  it('is what the address says, whatever the header says, with the plus sign as it is or decoded', () => {
    expect(negotiateForm('text/html', json)?.mediaType).toBe(json);
    expect(negotiateForm('text/html', json.replace('+', ' '))?.mediaType).toBe(json);
    expect(negotiateForm(json, 'text/html')?.mediaType).toBe(plain);
    expect(negotiateForm(json, 'application/xml')).toBeUndefined();
  });
});
