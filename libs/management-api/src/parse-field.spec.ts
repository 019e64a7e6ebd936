import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseField } from './parse-field.js';

const scopes = z.array(z.strictObject({ actions: z.array(z.enum(['read', 'publish'])).min(1) })).max(2);

describe('a field that a schema reads', () => {
  it('is what the schema makes of it', () => {
    expect(parseField(scopes, [{ actions: ['read'] }], 'body.scopes')).toEqual([{ actions: ['read'] }]);
  });

  it('names what is wrong, and repeats no value (W6)', () => {
    const wrong = [{ actions: ['canary-of-a-password'], 'canary-key': 1 }];
    expect(() => parseField(scopes, wrong, 'body.scopes')).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        message: expect.not.stringContaining('canary') as string,
        details: {
          errors: [
            expect.objectContaining({ field: 'body.scopes.0.actions.0', code: 'field.invalid-value' }),
            { field: 'body.scopes.0', code: 'field.unrecognized-keys', message: 'has a field that is not known here' },
          ],
        },
      }),
    );
  });
});
