import { createHash } from 'node:crypto';
import { digestOf, DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutations } from '../../test/mutations.js';
import { bundleOf, statementAbout } from '../../test/publish-body.js';
import { parseNpmName } from '../names/npm-name.js';
import { readSigstoreBundle } from './sigstore-bundle.rules.js';

const tarball = Buffer.from('a tarball');
const release = {
  name: parseNpmName('@acme/a'),
  version: '1.0.0',
  sha512: digestOf('sha512', createHash('sha512').update(tarball).digest('hex')),
};
const bundle = Buffer.from(JSON.stringify(bundleOf(statementAbout({ ...release }, tarball))));

it('a provenance bundle that was damaged is read or refused clearly (P9)', () => {
  expect(readSigstoreBundle(bundle, release)).toMatchObject({ predicateType: 'https://slsa.dev/provenance/v1' });
  fc.assert(
    fc.property(mutations, (mutate) => {
      expect(outcome(mutate(bundle))).toMatch(/^(refused|https:\/\/slsa.dev\/provenance\/.+)$/);
    }),
    { numRuns: 1000 },
  );
});

function outcome(bytes: Buffer): string {
  try {
    return readSigstoreBundle(bytes, release).predicateType;
  } catch (error) {
    return error instanceof DomainError ? 'refused' : String(error);
  }
}
