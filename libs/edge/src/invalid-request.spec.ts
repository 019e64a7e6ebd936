import { describe, expect, it } from 'vitest';
import { asHttpError } from './domain-error.filter.js';
import { invalidRequest } from './invalid-request.js';

const canary = 'canary-of-a-password';

describe('a body that is not usable', () => {
  it('is told what it lacks in plain words, with a code that stays', () => {
    const error = invalidRequest([
      { property: 'reason', constraints: { matches: 'must match /^[^\\0]*$/u regular expression', isString: 'text' } },
      { property: 'role', value: null, constraints: { isIn: 'role must be one of owner, admin' } },
    ]);
    expect([error.status, error.code, error.message]).toEqual([
      400,
      'request.invalid',
      'The request is not usable: reason is needed; role is needed.',
    ]);
  });

  it('is told what is wrong, also below, and what is not known here; no value is repeated (W6)', () => {
    const error = invalidRequest([
      { property: 'password', value: canary, constraints: { maxLength: 'password must be shorter' } },
      { property: 'typo', value: canary, constraints: { whitelistValidation: 'property typo should not exist' } },
      { property: 'on', value: {}, children: [{ property: 'kind', constraints: { isIn: 'kind is odd' } }] },
    ]);
    expect(error.details).toEqual({
      errors: [
        { field: 'body.password', code: 'field.max-length', message: 'password must be shorter' },
        { field: 'body.typo', code: 'field.unknown', message: 'typo is not known here' },
        { field: 'body.on.kind', code: 'field.required', message: 'on.kind is needed' },
      ],
    });
    expect(JSON.stringify(error)).not.toContain(canary);
  });

  it('with very many problems names some, and keeps to a bound', () => {
    const error = invalidRequest(
      Array.from({ length: 200 }, (_, index) => ({ property: `p${String(index)}`, constraints: { isString: 'x' } })),
    );
    expect(error.message).toMatch(/^The request is not usable: p0 is needed; .*p4 is needed \(and 45 more\)\.$/);
    expect(error.details['errors']).toHaveLength(50);
  });
});

describe('what the HTTP libraries refuse', () => {
  it.each([
    [400, 'request.malformed'],
    [404, 'route.not-found'],
    [405, 'http.method-not-allowed'],
    [413, 'body.too-large'],
    [415, 'body.media-type'],
    [421, 'request.refused'],
  ])('with %i has the code %s', (statusCode, code) => {
    const { error, status } = asHttpError(Object.assign(new Error('no'), { statusCode }));
    expect([status, error.code]).toEqual([statusCode, code]);
  });
});
