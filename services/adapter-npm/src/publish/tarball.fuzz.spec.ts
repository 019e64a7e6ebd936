import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mutations } from '@waybill/testing';
import { tarballOf } from '../../test/tarball.js';
import { assertInstallsInside } from './install-safety.rules.js';
import { summaryOf } from './release-summary.rules.js';
import { readTarball } from './tarball.reader.js';

let tarball: Buffer;

beforeAll(async () => {
  tarball = await tarballOf({
    'package.json': JSON.stringify({ name: 'a', version: '1.0.0', bin: { a: './cli.js' }, dependencies: { b: '^1' } }),
    'README.md': '# A',
    [`lib/${'n'.repeat(120)}.js`]: 'x'.repeat(2000),
    'binding.gyp': '{}',
  });
});

async function outcome(bytes: Buffer): Promise<unknown> {
  try {
    const { packageJson } = await readTarball(Readable.from([bytes]));
    assertInstallsInside(packageJson);
    return summaryOf(packageJson);
  } catch (error) {
    return error instanceof DomainError ? 'refused' : 'not refused clearly';
  }
}

describe('a tarball that was damaged (I2, I3)', () => {
  it('inside of its compression is read or refused clearly, and never keeps anybody waiting', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        const result = await outcome(gzipSync(mutate(gunzipSync(tarball))));
        expect(result).not.toBe('not refused clearly');
      }),
      { numRuns: 200 },
    );
  });

  it('in its compression is read or refused clearly, and never keeps anybody waiting', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        const result = await outcome(mutate(tarball));
        expect(result).not.toBe('not refused clearly');
      }),
      { numRuns: 200 },
    );
  });
});
