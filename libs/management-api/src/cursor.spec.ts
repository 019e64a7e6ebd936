import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const place = z.strictObject({ name: z.string().max(64), at: z.int() });

describe('a cursor', () => {
  it('says where the next page begins, in characters that a query takes as they are', () => {
    const cursor = encodeCursor({ name: 'ünï/x?&', at: 3 });
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(cursor, place)).toEqual({ name: 'ünï/x?&', at: 3 });
    expect(decodeCursor(undefined, place)).toBeUndefined();
  });

  it.each([
    ['is no base64url', 'a b'],
    ['is empty', ''],
    ['is no JSON', Buffer.from('{').toString('base64url')],
    ['is not UTF-8 JSON', Buffer.from([0xff, 0xfe]).toString('base64url')],
    ['is of another list', encodeCursor({ id: 'x' })],
    ['has a place of another type', encodeCursor({ name: 'a', at: '3' })],
    ['is endless', 'e30'.repeat(1000)],
  ])('that %s is refused, and names its field', (_what, text) => {
    expect(() => decodeCursor(text, place)).toThrow(
      expect.objectContaining({
        code: 'page.cursor-malformed',
        status: 400,
        details: { errors: [expect.objectContaining({ field: 'query.cursor' })] },
      }),
    );
  });
});
