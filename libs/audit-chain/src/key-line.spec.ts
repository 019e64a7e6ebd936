import { describe, expect, it } from 'vitest';
import { makeExport, testKey } from '../test/make-export.js';
import { endorseKey, keysOfLine } from './key-line.js';
import { canonicalJson } from './canonical-json.js';
import { verifyExport } from './verify-export.js';

const [old, middle, current, foreign] = [testKey(), testKey(), testKey(), testKey()];
const day = (of: number) => `2026-01-0${String(of)}T00:00:00.000Z`;
const said = (key: { publicText: string }, by: Parameters<typeof endorseKey>[1], time: string) =>
  endorseKey({ publicKey: key.publicText, time }, by);

// Exports of the suite are signed on the second of January.
const line = [said(old, old, '2025-01-01T00:00:00.000Z'), said(middle, old, '2025-06-01T00:00:00.000Z')];
const whole = [...line, said(current, middle, day(1))];

function exportWith(signer: typeof old, keys: readonly string[]): string[] {
  const { lines } = makeExport(signer, { count: 2 });
  const end = JSON.parse(lines.at(-1) ?? '') as object;
  return [...lines.slice(0, -1), canonicalJson({ ...end, keys: [...keys] })];
}

describe('keys that follow one another (W9)', () => {
  it('are believed after one that was kept, and not before it', async () => {
    const lines = exportWith(current, whole);
    for (const kept of [old, middle, current]) {
      expect(await verifyExport(lines, [kept.publicText])).toMatchObject({ ok: true, signedBy: current.name });
    }
    const early = exportWith(old, whole.slice(0, 1));
    expect(await verifyExport(early, [current.publicText])).toMatchObject({ problem: 'signature' });
    expect(await verifyExport(exportWith(current, []), [old.publicText])).toMatchObject({ problem: 'signature' });
    expect(await verifyExport(lines, [foreign.publicText])).toMatchObject({ problem: 'signature' });
  });

  it('are no others: somebody who has none of them endorses none', async () => {
    const forged = [
      [...line, said(foreign, foreign, day(1))],
      [said(foreign, foreign, day(1))],
      [...whole, said(foreign, old, day(2))],
      [line[1] ?? '', line[0] ?? ''],
      [...line, line[1] ?? ''],
      [...line, said(current, middle, '2025-05-01T00:00:00.000Z')],
      ['garbage'],
      [said(foreign, foreign, '2025-01-01T00:00:00.000Z'), said(old, foreign, '2025-01-02T00:00:00.000Z')],
    ];
    for (const keys of forged) {
      expect(await verifyExport(exportWith(foreign, keys), [old.publicText])).toMatchObject({ ok: false });
    }
    expect(keysOfLine(['waybill-audit-key'])).toBeUndefined();
  });

  it('sign nothing that is dated before or after their time', async () => {
    expect(await verifyExport(exportWith(middle, whole), [old.publicText])).toMatchObject({ problem: 'signature' });
    const lines = makeExport(current).lines;
    const key = { publicKey: current.publicText };
    expect(await verifyExport(lines, [{ ...key, from: new Date(day(1)) }])).toMatchObject({ ok: true });
    for (const life of [{ from: new Date(day(3)) }, { until: new Date(day(1)) }]) {
      expect(await verifyExport(lines, [{ ...key, ...life }])).toMatchObject({ position: 6, problem: 'signature' });
    }
  });

  it('with any one byte changed verify nothing', async () => {
    const lines = exportWith(current, whole);
    const end = lines.at(-1) ?? '';
    const unseen: number[] = [];
    for (let index = 0; index < end.length; index += 1) {
      const changed = `${end.slice(0, index)}${String.fromCodePoint(end.charCodeAt(index) ^ 1)}${end.slice(index + 1)}`;
      const result = await verifyExport([...lines.slice(0, -1), changed], [middle.publicText]);
      if (result.ok) unseen.push(index);
    }
    expect(unseen).toEqual([]);
  });
});
