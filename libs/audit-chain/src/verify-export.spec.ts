import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeExport, testKey } from '../test/make-export.js';
import { linesOfExport } from './export-lines.js';
import { verifyExport } from './verify-export.js';

const key = testKey();
const keys = [key.publicText];

function swapped(lines: readonly string[], one: number, other: number): string[] {
  return lines.map((line, index) => (index === one ? lines[other] : index === other ? lines[one] : line) ?? '');
}

describe('an export that is verified offline (W9)', () => {
  it('is what was signed', async () => {
    expect(await verifyExport(makeExport(key).lines, keys)).toEqual({
      ok: true,
      chain: '5f0c6a2e-2a57-4a51-9d0a-1c4f0f6f2c11',
      entries: 5,
      withoutDetails: 0,
      signedAt: '2026-01-02T00:00:00.000Z',
      signedBy: key.name,
    });
  });

  it('may be empty', async () => {
    expect(await verifyExport(makeExport(key, { count: 0 }).lines, keys)).toMatchObject({ ok: true, entries: 0 });
  });

  it('still verifies where details are gone, and says how many', async () => {
    const { lines } = makeExport(key, { keepPrivate: (position) => position > 3 });
    expect(await verifyExport(lines, keys)).toMatchObject({ ok: true, entries: 5, withoutDetails: 3 });
  });

  it('with any one byte changed does not verify, and says in which line', async () => {
    const { lines } = makeExport(key, { count: 3 });
    const text = lines.map((line) => `${line}\n`).join('');
    const bytes = Buffer.from(text);
    const unseen: string[] = [];
    // The last line feed is after everything.
    for (let index = 0; index < bytes.length - 1; index += 1) {
      const line = bytes.subarray(0, index).filter((byte) => byte === 10).length;
      for (const value of [(bytes[index] ?? 0) ^ 1, 13]) {
        const changed = Buffer.from(bytes);
        changed[index] = value;
        const result = await verifyExport(linesOfExport(Readable.from([changed])), keys);
        // Which chain it is stands in the first line, and shows in the first entry.
        const places = line === 0 ? [0, 1] : [line];
        if (result.ok || !places.includes(result.position)) unseen.push(`byte ${index}: ${JSON.stringify(result)}`);
      }
    }
    expect(unseen).toEqual([]);
  });

  it.each([
    ['an entry is missing', (lines: string[]) => lines.toSpliced(3, 1), { position: 3, problem: 'missing' }],
    ['two entries changed places', (lines: string[]) => swapped(lines, 2, 4), { position: 2, problem: 'reordered' }],
    [
      'an entry is there twice',
      (lines: string[]) => lines.toSpliced(3, 0, lines[2] ?? ''),
      { position: 2, problem: 'reordered' },
    ],
    ['the checkpoint is gone', (lines: string[]) => lines.slice(0, -1), { position: 6, problem: 'cut-off' }],
    ['the last entries are gone', (lines: string[]) => lines.slice(0, 3), { position: 3, problem: 'cut-off' }],
    ['the last entry is gone', (lines: string[]) => lines.toSpliced(5, 1), { position: 5, problem: 'cut-off' }],
    ['everything is gone', () => [], { position: 0, problem: 'cut-off' }],
    ['more follows', (lines: string[]) => [...lines, ''], { position: 6, problem: 'changed' }],
  ])('says where and what when %s', async (_what, change, wrong) => {
    expect(await verifyExport(change(makeExport(key).lines), keys)).toMatchObject({ ok: false, ...wrong });
  });

  it('sees an entry that was rewritten with its hash, by the one after it', async () => {
    const forged = makeExport(key, { tamper: (entry) => ({ ...entry, event: { ...entry.event, actor: 'user:eve' } }) });
    const { lines } = makeExport(key);
    lines[3] = forged.lines[3] ?? '';
    expect(await verifyExport(lines, keys)).toMatchObject({ ok: false, position: 2, problem: 'changed' });
  });

  it('sees a chain that was rewritten as a whole, by the root that was signed', async () => {
    const { tree } = makeExport(key);
    const rewritten = makeExport(key, {
      signed: tree,
      tamper: (entry) => ({ ...entry, event: { ...entry.event, actor: 'user:eve' } }),
    });
    expect(await verifyExport(rewritten.lines, keys)).toMatchObject({ ok: false, position: 5, problem: 'changed' });
  });

  it('believes no other key, and none that took the name of ours', async () => {
    const other = testKey();
    expect(await verifyExport(makeExport(other).lines, keys)).toMatchObject({ position: 6, problem: 'signature' });
    const impostor = { ...other, name: key.name };
    expect(await verifyExport(makeExport(impostor).lines, keys)).toMatchObject({ problem: 'signature' });
    expect(await verifyExport(makeExport(key).lines, [])).toMatchObject({ problem: 'signature' });
  });

  it('does not believe a checkpoint of another chain', async () => {
    const { lines } = makeExport(key);
    const other = makeExport(key, { chain: 'installation' }).lines.at(-1) ?? '';
    expect(await verifyExport([...lines.slice(0, -1), other], keys)).toMatchObject({ problem: 'signature' });
  });

  it('reads no line that no export has (I1)', async () => {
    const endless = Readable.from([Buffer.alloc(2 * 1024 * 1024, 'x')]);
    expect(await verifyExport(linesOfExport(endless), keys)).toMatchObject({ ok: false, position: 0 });
  });
});
