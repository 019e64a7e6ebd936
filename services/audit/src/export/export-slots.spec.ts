import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ExportSlots } from './export-slots.js';

const long = () => Readable.from(['a', 'b']);

async function closed(stream: Readable): Promise<void> {
  const isClosed = new Promise((resolve) => stream.once('close', resolve));
  stream.destroy();
  await isClosed;
}

describe('exports that are written at a time', () => {
  it('are two of one actor, until one has ended or nobody reads it', async () => {
    const slots = new ExportSlots();
    const first = slots.hold('user:ada', long);
    const second = slots.hold('user:ada', long);
    expect(() => slots.hold('user:ada', long)).toThrow(
      expect.objectContaining({ code: 'audit.exports-too-many', kind: 'limit' }) as Error,
    );
    slots.hold('user:ben', long);
    expect(await text(first)).toBe('ab');
    const third = slots.hold('user:ada', long);
    expect(() => slots.hold('user:ada', long)).toThrow();
    await closed(second);
    await closed(third);
    slots.hold('user:ada', long);
  });

  it('are so many of all', () => {
    const slots = new ExportSlots();
    for (let count = 0; count < 16; count += 1) slots.hold(`user:${count}`, long);
    expect(() => slots.hold('user:more', long)).toThrow();
  });

  it('take no slot where they fail to begin', () => {
    const slots = new ExportSlots();
    const fail = () => {
      throw new Error('no');
    };
    for (let count = 0; count < 20; count += 1) expect(() => slots.hold('user:ada', fail)).toThrow('no');
    slots.hold('user:ada', long);
  });
});
