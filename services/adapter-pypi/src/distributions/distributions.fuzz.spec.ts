import { gunzipSync, gzipSync } from 'node:zlib';
import { archiveBuffer } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import { mutations } from '@waybill/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sdistMembers, sdistOf } from '../../test/sdist-of.js';
import { wheelOf } from '../../test/wheel-of.js';
import { parseEntryPoints } from './entry-points.js';
import { parseFileName } from './file-name.js';
import { readSdist } from './sdist.reader.js';
import { parseRecord } from './wheel-record.js';
import { readWheel } from './wheel.reader.js';

const wheel = wheelOf({
  info: { 'entry_points.txt': '[console_scripts]\nfoo = foo:main\n' },
  description: 'x'.repeat(500),
});
let sdist: Buffer;

beforeAll(async () => {
  sdist = await sdistOf(sdistMembers({ [`lib/${'n'.repeat(120)}.py`]: 'x'.repeat(2000) }));
});

async function outcome(filename: string, bytes: Buffer): Promise<string> {
  const fileName = parseFileName(filename);
  if (fileName === undefined) return 'no name';
  return outcomeOf(() =>
    fileName.filetype === 'sdist'
      ? readSdist(archiveBuffer(bytes), fileName)
      : readWheel(archiveBuffer(bytes), fileName),
  );
}

async function outcomeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'read';
  } catch (error) {
    return error instanceof DomainError && error.kind === 'invalid'
      ? 'refused'
      : `not refused clearly: ${String(error)}`;
  }
}

describe('a distribution that was damaged (I1, I2, I3)', () => {
  it.each<[string, string, (mutate: (bytes: Buffer) => Buffer) => Buffer]>([
    ['a wheel', 'foo_bar-1.0-py3-none-any.whl', (mutate) => mutate(wheel)],
    ['a source distribution', 'foo_bar-1.0.tar.gz', (mutate) => mutate(sdist)],
    [
      'a source distribution inside of its compression',
      'foo_bar-1.0.tar.gz',
      (mutate) => gzipSync(mutate(gunzipSync(sdist))),
    ],
  ])('is read or refused clearly: %s', async (_what, filename, damaged) => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        expect(await outcome(filename, damaged(mutate))).toMatch(/^(?:read|refused)$/);
      }),
      { numRuns: 200 },
    );
  });

  it('in its RECORD or its commands is read or refused clearly', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z/",=\n[\]\r ;#]{0,60}$/));
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        expect(await outcomeOf(() => parseRecord(Buffer.from(content)))).toMatch(/^(?:read|refused)$/);
        expect(await outcomeOf(() => parseEntryPoints(Buffer.from(content)))).toMatch(/^(?:read|refused)$/);
      }),
      { numRuns: 1000 },
    );
  });
});
