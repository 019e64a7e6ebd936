import { describe, expect, it } from 'vitest';
import { causeOf } from './failure-cause.rules.js';

describe('why something elsewhere failed', () => {
  it('is the names and codes of all that caused it', () => {
    const refused = Object.assign(new Error('connect 10.0.0.1:443'), { code: 'ECONNREFUSED' });
    expect(causeOf(new TypeError('fetch failed', { cause: refused }))).toBe('TypeError < Error ECONNREFUSED');
    const answered = Object.assign(new Error('no'), {
      name: 'ResponseBodyError',
      error: 'invalid_client',
      status: 401,
    });
    expect(causeOf(answered)).toBe('ResponseBodyError invalid_client 401');
    expect(causeOf(undefined)).toBe('');
  });

  it('repeats no words, whoever wrote them, and ends (W6)', () => {
    const canary = 'canary of a password';
    const endless: { cause?: unknown } = Object.assign(new Error(canary), { code: canary, error: canary });
    endless.cause = endless;
    expect(causeOf(endless)).toBe('Error < Error < Error < Error < Error < Error');
    expect(causeOf({ code: 'a'.repeat(100) })).toBe('');
  });
});
