import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { DomainError } from '@waybill/domain';
import type { ArchiveFormat } from '../src/index.js';
import { archiveBuffer, archiveFile, readArchive, readEntries } from '../src/index.js';
import { tar, tarEnd, tarMember } from './tar-builder.js';
import type { Seen } from './reading.js';
import { read, streamOf } from './reading.js';
import { zip } from '@waybill/testing';

const three = tar({ name: 'p/a', content: 'a'.repeat(200_000) }, { name: 'p/b', content: 'b' }, { name: 'p/c' });

describe('visiting entries', () => {
  it('reads on when a visitor leaves the content, or part of it', async () => {
    const paths: string[] = [];
    await readArchive(streamOf(three, 4096), 'tar', {
      onEntry: async (entry, content) => {
        paths.push(entry.path);
        if (entry.path !== 'p/a') return;
        for await (const chunk of content) if (Buffer.isBuffer(chunk)) break;
      },
    });
    expect(paths).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('hands on what a visitor throws and closes the source', async () => {
    const source = streamOf(three, 4096);
    const onEntry = () => {
      throw new Error('seen enough');
    };
    await expect(readArchive(source, 'tar', { onEntry })).rejects.toThrow('seen enough');
    expect(source.destroyed).toBe(true);
  });

  it('answers a failing source as unavailable', async () => {
    const source = Readable.from(
      (function* () {
        yield three.subarray(0, 1000);
        throw new Error('connection reset');
      })(),
    );
    const reading = readArchive(source, 'tar', { onEntry: () => undefined });
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable', code: 'archive.source-failed' });
  });

  it('reads no further than the visitor (backpressure)', async () => {
    let made = 0;
    function* content() {
      yield tarMember({ name: 'p/large', sizeField: (2 ** 26).toString(8).padStart(11, '0') });
      for (; made < 2 ** 26; made += 65_536) yield Buffer.alloc(65_536);
      yield tarEnd;
    }
    let madeWhileWaiting = 0;
    await readArchive(Readable.from(content(), { objectMode: false }), 'tar', {
      onEntry: async (_entry, stream) => {
        stream.once('data', () => stream.pause());
        await once(stream, 'pause');
        await setImmediate();
        madeWhileWaiting = made;
      },
    });
    expect(madeWhileWaiting).toBeLessThan(2 ** 20);
    expect(made).toBe(2 ** 26);
  });

  it('answers a source that fails while a visitor is busy (no rejection is left over)', async () => {
    const bytes = gzipSync(tar({ name: 'p/random', content: randomBytes(300_000) }));
    const source = streamOf(bytes, 50_000);
    const reading = readArchive(source, 'tar.gz', {
      onEntry: async () => {
        source.destroy(new Error('connection reset'));
        await new Promise((resolve) => source.once('close', resolve));
        await setImmediate();
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'archive.source-failed' });
  });

  it('does not let a visitor wait forever for content that is cut off', async () => {
    const reading = readArchive(streamOf(three.subarray(0, 90_000), 4096), 'tar', {
      onEntry: (_entry, content) =>
        new Promise((resolve) => {
          content.once('end', resolve).resume();
        }),
    });
    await expect(reading).rejects.toMatchObject({ code: 'archive.truncated' });
  });

  it('reads a zip archive from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archives-'));
    try {
      await writeFile(join(folder, 'a.zip'), zip([{ name: 'a', content: 'content' }, { name: 'b' }]));
      const source = await archiveFile(join(folder, 'a.zip'));
      const { files } = await readEntries(source, 'zip', (path) => path === 'a', { maxBytesEach: 10 });
      expect(files.get('a')?.toString()).toBe('content');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('reading wanted entries into memory', () => {
  const wanted = (path: string) => path.startsWith('p/');

  it('refuses a file that is larger than allowed (I3)', async () => {
    const reading = readEntries(archiveBuffer(three), 'tar', wanted, { maxBytesEach: 100 });
    await expect(reading).rejects.toMatchObject({ kind: 'limit', code: 'archive.wanted-file-too-large' });
  });

  it('refuses more files than allowed (I3)', async () => {
    const reading = readEntries(archiveBuffer(three), 'tar', wanted, { maxBytesEach: 2 ** 20, maxFiles: 1 });
    await expect(reading).rejects.toMatchObject({ kind: 'limit', code: 'archive.wanted-files-exceeded' });
  });

  it('checks the rest of the archive as well (P10)', async () => {
    const bytes = tar({ name: 'p/a' }, { name: '../evil' });
    const reading = readEntries(archiveBuffer(bytes), 'tar', wanted, { maxBytesEach: 100 });
    await expect(reading).rejects.toMatchObject({ code: 'archive.path-traversal', details: { rule: 'P10' } });
  });
});

/** Read to an end with harmless paths, or refused in our own words. */
function assertSafe(outcome: unknown): void {
  if (outcome instanceof DomainError) return;
  const { entries } = outcome as Seen;
  const harmful = entries.filter(({ path }) => path === '' || /^\/|^[a-z]:|(^|\/)\.\.(\/|$)|\\|\p{Cc}/iu.test(path));
  expect(harmful).toEqual([]);
}

describe('properties', () => {
  const segment = fc
    .string({
      minLength: 1,
      maxLength: 40,
      unit: fc.constantFrom('a', 'b', 'X', 'Y', '0', '9', '-', '_', 'é', '日', ' '),
    })
    .filter((text) => !text.endsWith(' '));
  const name = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'));
  const members = fc.uniqueArray(fc.record({ name, content: fc.uint8Array({ maxLength: 2000 }) }), {
    maxLength: 12,
    selector: (member) => member.name,
  });

  it('reads what another tar writer wrote (round trip)', async () => {
    await fc.assert(
      fc.asyncProperty(members, async (files) => {
        const packer = pack();
        files.forEach((file, index) => packer.entry({ name: `${index}/${file.name}` }, Buffer.from(file.content)));
        packer.finalize();
        const parts: Buffer[] = [];
        for await (const part of packer) parts.push(part as Buffer);
        const found: [string, string][] = [];
        const source = streamOf(Buffer.concat(parts), 1000);
        await readArchive(source, 'tar', {
          onEntry: async (entry, content) => {
            const chunks: Buffer[] = [];
            for await (const chunk of content) chunks.push(chunk as Buffer);
            found.push([entry.path, Buffer.concat(chunks).toString('hex')]);
          },
        });
        const written = files.map((file, index) => [
          `${index}/${file.name}`,
          Buffer.from(file.content).toString('hex'),
        ]);
        expect(found).toEqual(written);
      }),
      { numRuns: 40 },
    );
  });

  const samples: [ArchiveFormat, Buffer][] = [
    [
      'tar',
      tar(
        { name: 'p/a', content: 'abc' },
        { type: 'L', content: 'p/long\0' },
        { name: 'x' },
        { name: 'l', type: '2', linkName: 'p' },
      ),
    ],
    ['tar.gz', gzipSync(tar({ name: 'p/a', content: 'abc' }, { name: 'p/b' }))],
    ['tar.zst', zstdCompressSync(tar({ name: 'p/a', content: 'abc' }, { name: 'p/b' }))],
    [
      'zip',
      zip([
        { name: 'p/a', content: 'abc' },
        { name: 'p/b', content: 'xyz', descriptor: 'signed' },
      ]),
    ],
  ];
  const edits = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });

  it.each(samples)(
    'a damaged %s never hangs, fails as DomainError only, and shows no path that escapes (I1, I2)',
    async (format, sample) => {
      await fc.assert(
        fc.asyncProperty(edits, fc.constantFrom('refuse' as const, 'collect' as const), async (changes, mode) => {
          const bytes = Buffer.from(sample);
          for (const { at, value } of changes) bytes[at % bytes.length] = value;
          const cut = changes[0]?.cut === true && changes.length > 3 ? changes[0].at % bytes.length : bytes.length;
          const outcome = await read(bytes.subarray(0, cut), format, { mode }).catch((thrown: unknown) => thrown);
          assertSafe(outcome);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('damaged headers with a right checksum show no path that escapes either (I2)', async () => {
    const field = fc.string({ maxLength: 30, unit: fc.constantFrom('/', '..', '\\', 'a', '\0', 'C:', '.', 'é') });
    const member = fc.record({
      name: field,
      linkName: field,
      prefix: field,
      type: fc.constantFrom('0', '1', '2', '5', '7', 'x', 'L'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 5 }), async (list) => {
        assertSafe(await read(tar(...list), 'tar', { mode: 'collect' }));
      }),
      { numRuns: 300 },
    );
  });
});
