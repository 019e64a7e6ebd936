import { Readable } from 'node:stream';
import { createGzip, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveBuffer, BudgetMeter, defaultArchiveBudget, readArchive } from '../src/index.js';
import { tar, tarMember } from './tar-builder.js';
import { read, refusal, streamOf } from './reading.js';
import { zip } from '@waybill/testing';

const mebibyte = 1024 * 1024;
const ignore = { onEntry: () => undefined };

/** A gzip file of a tar with one huge file of zeros, made as it is read. */
function zeroBomb(bytes: number, onMade: (made: number) => void): Readable {
  const size = bytes.toString(8).padStart(11, '0');
  const block = Buffer.alloc(mebibyte);
  function* content() {
    yield tarMember({ name: 'package/zeros', sizeField: size });
    for (let made = 0; made < bytes; made += block.length) {
      onMade(made);
      yield block;
    }
  }
  return Readable.from(content(), { objectMode: false }).pipe(createGzip({ level: 1 }));
}

describe('bombs stop early (I3)', () => {
  it('stops a gzip bomb of gigabytes by its ratio, at little more than the floor, in bounded memory', async () => {
    let made = 0;
    const before = process.memoryUsage().rss;
    const bomb = zeroBomb(2 * 1024 * mebibyte - mebibyte, (bytes) => {
      made = bytes;
    });
    await expect(readArchive(bomb, 'tar.gz', ignore)).rejects.toMatchObject({
      kind: 'limit',
      code: 'archive.ratio-exceeded',
    });
    expect(made).toBeLessThan(256 * mebibyte);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * mebibyte);
  });

  it('stops at the bound of unpacked bytes whatever the ratio', async () => {
    const budget = { ...defaultArchiveBudget, maxUnpackedBytes: 10_000 };
    const bytes = gzipSync(tar({ name: 'a', content: 'x'.repeat(20_000) }));
    await expect(refusal(bytes, 'tar.gz', budget)).resolves.toBe('unpacked-bytes-exceeded');
  });

  it('stops zeros that follow the end of a tar by their ratio', async () => {
    const budget = { ...defaultArchiveBudget, ratioFloorBytes: mebibyte };
    const bytes = gzipSync(Buffer.concat([tar({}), Buffer.alloc(8 * mebibyte)]));
    await expect(refusal(bytes, 'tar.gz', budget)).resolves.toBe('ratio-exceeded');
  });

  it('stops a zip bomb by its ratio', async () => {
    const budget = { ...defaultArchiveBudget, ratioFloorBytes: mebibyte };
    const bytes = zip([{ content: Buffer.alloc(4 * mebibyte) }]);
    await expect(refusal(bytes, 'zip', budget)).resolves.toBe('ratio-exceeded');
  });

  it('stops a zip member that unpacks to more than it declares before unpacking all of it', async () => {
    const bomb = deflateRawSync(Buffer.alloc(50 * mebibyte));
    const lies = { size: 10, compressedSize: bomb.length, method: 8 };
    const bytes = zip([{ content: bomb, stored: true, method: 8, central: lies, local: { size: 10 } }]);
    await expect(refusal(bytes, 'zip')).resolves.toBe('zip-size-mismatch');
  });

  it.each([
    ['maxEntries', 'entries-exceeded', tar({ name: 'a' }, { name: 'b' }, { name: 'c' })],
    ['maxEntryBytes', 'entry-bytes-exceeded', tar({ content: 'four' })],
    ['maxPathBytes', 'path-bytes-exceeded', tar({ name: 'abcd' })],
    ['maxPathDepth', 'path-depth-exceeded', tar({ name: 'a/b/c/d' })],
    ['maxTotalPathBytes', 'total-path-bytes-exceeded', tar({ name: 'ab' }, { name: 'cd' })],
    ['maxCompressedBytes', 'compressed-bytes-exceeded', tar({})],
  ])('stops at %s', async (limit, code, bytes) => {
    await expect(refusal(bytes, 'tar', { ...defaultArchiveBudget, [limit]: 2 })).resolves.toBe(code);
  });

  it('counts the folders that paths imply as members', async () => {
    const budget = { ...defaultArchiveBudget, maxEntries: 10 };
    await expect(refusal(tar({ name: 'a/b/c/d/e/f/g/h/i/j/k' }), 'tar', budget)).resolves.toBe('entries-exceeded');
  });

  it('believes no zip directory that claims more members than allowed', async () => {
    const budget = { ...defaultArchiveBudget, maxEntries: 1 };
    await expect(refusal(zip([{ name: 'a' }, { name: 'b' }]), 'zip', budget)).resolves.toBe('entries-exceeded');
  });
});

describe('work that small archives could cause (I3)', () => {
  it('follows symlinks that multiply each other only so far', async () => {
    const links = Array.from({ length: 40 }, (_unused, index) => {
      const next = `l${index + 1}`;
      return { name: `l${index}`, type: '2', linkName: `${next}/${next}/${next}` };
    });
    const bytes = tar(...links, { name: 'l40', type: '2', linkName: '.' });
    await expect(refusal(bytes, 'tar')).resolves.toBe('symlink-loop');
  });

  it('keeps a bounded number of findings and counts the rest', async () => {
    const members = Array.from({ length: 700 }, (_unused, index) => ({ name: `../${index}` }));
    const { summary } = await read(tar({ name: 'A' }, { name: 'a' }, ...members), 'tar', { mode: 'collect' });
    expect(summary.findings).toHaveLength(501);
    expect(summary.findingsOmitted).toBe(200);
  });
});

describe('time (I3)', () => {
  it('ends at the deadline when the source never delivers', async () => {
    const silent = new Readable({ read: () => undefined });
    const budget = { ...defaultArchiveBudget, deadlineMs: 20 };
    await expect(readArchive(silent, 'tar', { budget, ...ignore })).rejects.toMatchObject({
      kind: 'limit',
      code: 'archive.deadline-exceeded',
    });
    expect(silent.destroyed).toBe(true);
  });

  it('ends at the deadline when a visitor never returns', async () => {
    const budget = { ...defaultArchiveBudget, deadlineMs: 20 };
    const reading = readArchive(streamOf(tar({})), 'tar', { budget, onEntry: () => new Promise(() => undefined) });
    await expect(reading).rejects.toMatchObject({ code: 'archive.deadline-exceeded' });
  });

  it('ends when the caller gives up', async () => {
    const caller = new AbortController();
    const reading = readArchive(new Readable({ read: () => undefined }), 'tar.gz', {
      signal: caller.signal,
      ...ignore,
    });
    caller.abort();
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable', code: 'archive.aborted' });
  });
});

describe('one budget for archives within archives (I3)', () => {
  const nest = (levels: number): Buffer =>
    levels === 0 ? tar({ content: 'core' }) : tar({ name: 'inner.tar', content: nest(levels - 1) });

  async function readNested(bytes: Readable, meter: BudgetMeter): Promise<void> {
    await readArchive(bytes, 'tar', {
      budget: meter,
      onEntry: async (entry, content, context) => {
        if (entry.path.endsWith('.tar')) await readNested(content, context.meter.descend());
      },
    });
  }

  it('reads as deep as allowed and no deeper', async () => {
    const budget = { ...defaultArchiveBudget, maxDepth: 3 };
    await expect(readNested(streamOf(nest(2), 4096), new BudgetMeter(budget))).resolves.toBeUndefined();
    await expect(readNested(streamOf(nest(3), 4096), new BudgetMeter(budget))).rejects.toMatchObject({
      code: 'archive.depth-exceeded',
    });
  });

  it('adds up what nested archives unpack', async () => {
    const one = nest(1);
    const budget = { ...defaultArchiveBudget, maxUnpackedBytes: one.length + 100 };
    await expect(readNested(streamOf(one, 4096), new BudgetMeter(budget))).rejects.toMatchObject({
      code: 'archive.unpacked-bytes-exceeded',
    });
  });

  it('adds up what archives read with one meter unpack', async () => {
    const bytes = tar({});
    const meter = new BudgetMeter({ ...defaultArchiveBudget, maxUnpackedBytes: bytes.length * 2 });
    const readOne = () => readArchive(archiveBuffer(bytes), 'tar', { budget: meter, ...ignore });
    await Promise.all([readOne(), readOne()]);
    await expect(readOne()).rejects.toMatchObject({ code: 'archive.unpacked-bytes-exceeded' });
  });
});
