import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './wire-codec.js';

describe('the frame of a message', () => {
  it('carries any head and any bytes', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (text, bytes) => {
        const head: unknown = JSON.parse(text);
        const frame = decodeFrame(encodeFrame(head, bytes));
        expect(frame.head).toEqual(head);
        expect(Buffer.from(bytes).equals(frame.body)).toBe(true);
      }),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a length', Buffer.from([0, 0])],
    ['a head that is longer than the message', Buffer.from([0, 0, 1, 0, 0x7b])],
    ['a head that is no JSON', Buffer.from([0, 0, 0, 1, 0x7b])],
    ['a head that is no UTF-8', Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22])],
  ])('refuses %s', (_what, data) => {
    expect(() => decodeFrame(data)).toThrow(expect.objectContaining({ code: 'edge.malformed-frame' }));
  });
});
