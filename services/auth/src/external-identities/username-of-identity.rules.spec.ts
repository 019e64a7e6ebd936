import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUsername } from '../users/username.rules.js';
import { usernameOfIdentity } from './username-of-identity.rules.js';

describe('the username of somebody from elsewhere', () => {
  it.each([
    ['alice', 1, 'alice'],
    ['Alice.Smith@example.com', 1, 'alice-smith'],
    ['Åsa Öberg', 1, 'a-sa-o-berg'],
    ['alice', 3, 'alice-3'],
    ['用户', 1, 'user-1'],
    [undefined, 2, 'user-2'],
  ])('out of %j at attempt %i is %s', (wanted, attempt, username) => {
    expect(usernameOfIdentity(wanted, attempt)).toBe(username);
  });

  it('is one whatever they are called, and another at each attempt', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'binary', maxLength: 300 }), { nil: undefined }), (wanted) => {
        const names = [1, 2, 3].map((attempt) => usernameOfIdentity(wanted, attempt));
        expect(names.every(isUsername)).toBe(true);
        expect(new Set(names).size).toBe(3);
      }),
    );
  });
});
