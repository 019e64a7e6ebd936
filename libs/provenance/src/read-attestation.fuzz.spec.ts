import { DomainError } from '@waybill/domain';
import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, startCiIssuer } from '@waybill/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attest, bytesOf, release } from '../test/attested.js';
import { attestSdist, sdistRelease } from '../test/attested-sdist.js';
import type { AttestedRelease } from './attested-files.js';
import { readAttestation } from './read-attestation.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
});

afterAll(() => github.stop());

interface Splice {
  readonly at: number;
  readonly removed: number;
  readonly added: Uint8Array;
}

/** What hostile and broken clients do to bytes: change, leave out, insert, cut off. */
const splices = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.oneof(fc.nat(40), fc.constant(1_000_000)),
    added: fc.uint8Array({ maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function spliced(bytes: Buffer, all: readonly Splice[]): Buffer {
  return all.reduce((left, { at, removed, added }) => {
    const start = Math.floor(at * left.length);
    return Buffer.concat([left.subarray(0, start), added, left.subarray(start + removed)]);
  }, bytes);
}

function outcome(bytes: Buffer, of: AttestedRelease): string {
  try {
    return readAttestation(bytes, of).predicateType;
  } catch (error) {
    return error instanceof DomainError ? error.kind : String(error);
  }
}

it.each(['npm', 'pypi'])('an attestation of %s that was damaged is read or refused clearly (P9)', async (ecosystem) => {
  const [honest, of] =
    ecosystem === 'npm'
      ? [bytesOf(await attest(sigstore, github)), release]
      : [bytesOf(await attestSdist(sigstore, github)), sdistRelease];
  expect(outcome(honest, of)).toMatch(/^https:/);
  fc.assert(
    fc.property(splices, (all) => {
      expect(outcome(spliced(honest, all), of)).toMatch(/^(invalid|https:\/\/.+)$/);
    }),
    { numRuns: 1000 },
  );
});
