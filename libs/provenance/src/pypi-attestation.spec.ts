import type { ReleasePurl } from '@waybill/domain';
import type { RunningCiIssuer, Sigstore, SigningOptions } from '@waybill/testing';
import {
  makeCertificateAuthority,
  makeSigstore,
  makeTransparencyLog,
  npmStatement,
  startCiIssuer,
} from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttestationObject, MutableAttestation } from '../test/attested-sdist.js';
import { attestationOf, attestSdist, publishStatement, sdist, sdistRelease } from '../test/attested-sdist.js';
import { attest, bytesOf, fileOf, rootsOf, subject } from '../test/attested.js';
import { flipped } from '../test/forging.js';
import type { AttestedRelease } from './attested-files.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;
let honest: AttestationObject;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
  honest = await attestSdist(sigstore, github);
});

afterAll(() => github.stop());

const made = (options: SigningOptions & { statement?: object | Buffer } = {}): Promise<AttestationObject> =>
  attestSdist(sigstore, github, options);
const verify = (attestation: object, release: AttestedRelease = sdistRelease) =>
  verifyProvenance(bytesOf(attestation), release, rootsOf(sigstore));

function changed(change: (attestation: MutableAttestation) => void): AttestationObject {
  const copy = structuredClone(honest) as MutableAttestation;
  change(copy);
  return copy;
}

function entryOf({ verification_material: { transparency_entries: entries } }: MutableAttestation) {
  const [entry] = entries;
  if (entry === undefined) throw new Error('The attestation has no entry of the log.');
  return entry;
}

function expectRefusal(attestation: object, reason: string, words: RegExp): void {
  const verified = () => verify(attestation);
  expect(verified).toThrow(expect.objectContaining({ kind: 'invalid', code: `provenance.${reason}` }) as Error);
  expect(verified).toThrow(words);
}

const { predicateType: publish, subject: subjects } = publishStatement;
const slsa = {
  ...publishStatement,
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { buildDefinition: {} },
};

describe('an attestation of a Python distribution (PEP 740)', () => {
  it('is verified, and says which workflow of which repository published the file', () => {
    const { provenance, files } = verify(honest);
    expect(files).toEqual(sdistRelease.files);
    expect(provenance).toMatchObject({
      predicateType: publish,
      issuer: github.issuer,
      repositoryId: '74',
      workflow: '.github/workflows/release.yml',
      logIndex: honest.verification_material.transparency_entries[0]?.logIndex,
    });
  });

  it.each([
    ['an empty predicate', { ...publishStatement, predicate: {} }],
    ['no predicate', { ...publishStatement, predicate: undefined }],
    ['SLSA provenance', slsa],
    ['another spelling of the file name', withSubject({ name: 'Left.Pad-1.0.tar.gz' })],
    ['other digests beside that of sha256', withSubject({ digest: { ...subjects[0]?.digest, blake2b: 'x' } })],
  ])('is verified with %s', async (_, statement) => {
    expect(verify(await made({ statement })).files).toHaveLength(1);
  });

  it('is about one file of several', () => {
    const wheel = fileOf('left_pad-1.0.0-py3-none-any.whl', Buffer.from('a wheel'));
    const release = { ...sdistRelease, files: [wheel, ...sdistRelease.files] };
    expect(verify(honest, release).files).toEqual(sdistRelease.files);
  });
});

function withSubject(change: object): object {
  return { ...publishStatement, subject: [{ ...subjects[0], ...change }] };
}

describe('a forged attestation is refused (P9):', () => {
  it.each<[string, object, string, RegExp]>([
    ['another file name', withSubject({ name: 'left_pad-1.0.1.tar.gz' }), 'other-release', /another release/],
    ['another project', withSubject({ name: 'left_pads-1.0.0.tar.gz' }), 'other-release', /another release/],
    ['another kind of file', withSubject({ name: 'left_pad-1.0.0.zip' }), 'other-release', /another release/],
    ['no file name', withSubject({ name: 'left_pad' }), 'other-release', /another release/],
    ['another digest', withSubject({ digest: { sha256: '0'.repeat(64) } }), 'other-bytes', /not about the bytes/],
    ['no sha256', withSubject({ digest: { md5: '0'.repeat(32) } }), 'other-bytes', /not about the bytes/],
    ['two subjects', { ...publishStatement, subject: [...subjects, ...subjects] }, 'malformed', /more than one file/],
    ['no subject', { ...publishStatement, subject: [] }, 'malformed', /subject/],
    ['an old statement', { ...publishStatement, _type: 'https://in-toto.io/Statement/v0.1' }, 'type', /of this type/],
    ['an old predicate', { ...slsa, predicateType: 'https://slsa.dev/provenance/v0.2' }, 'type', /of this type/],
    ['an unknown predicate', { ...publishStatement, predicateType: 'https://x.example/v1' }, 'type', /of this type/],
    ['a publish attestation that says more', { ...publishStatement, predicate: { a: 1 } }, 'malformed', /predicate/],
    ['SLSA provenance that says nothing', { ...slsa, predicate: null }, 'malformed', /predicate/],
  ])('with %s', async (_, statement, reason, words) => {
    expectRefusal(await made({ statement }), reason, words);
  });

  it('with two statements in one, which readers take apart differently', async () => {
    const text = JSON.stringify(publishStatement);
    expectRefusal(
      await made({ statement: Buffer.from(text.replace('{', '{"subject":[],')) }),
      'malformed',
      /reads alike/,
    );
    expectRefusal(await made({ statement: Buffer.from(`\ufeff${text}`) }), 'malformed', /reads alike/);
    const half = text.replace('"predicate":null', String.raw`"predicate":{"a":"\ud800"}`);
    expectRefusal(await made({ statement: Buffer.from(half) }), 'malformed', /reads alike/);
  });

  it('of another version than 1, or without a part', () => {
    expectRefusal({ ...honest, version: 2 }, 'malformed', /version is not 1/);
    expectRefusal({ ...honest, version: '1' }, 'malformed', /version is not 1/);
    expectRefusal({ version: 1, envelope: honest.envelope }, 'malformed', /verification_material/);
    expectRefusal({ ...honest, envelope: { statement: honest.envelope.statement } }, 'malformed', /envelope.signature/);
  });

  it('that is a bundle of Sigstore, as a bundle is no package of npm’s that is an attestation object', async () => {
    const bundle = await sigstore.sign(publishStatement, await github.token({ aud: 'sigstore' }));
    expectRefusal(bundle, 'malformed', /version is not 1/);
    const npm: AttestedRelease = { purl: 'pkg:npm/left-pad@1.0.0' as ReleasePurl, files: sdistRelease.files };
    expect(() => verify(attestationOf(bundle), npm)).toThrow(/mediaType/);
  });

  it('with a flipped byte of the signature', () => {
    const other = changed(({ envelope }) => (envelope.signature = flipped(envelope.signature)));
    expectRefusal(other, 'log', /tlog entry signature mismatch/);
  });

  it('with another statement under the signature', async () => {
    const other = await made({ statement: slsa });
    const mixed = changed(({ envelope }) => (envelope.statement = other.envelope.statement));
    expectRefusal(mixed, 'log', /payload hash mismatch/);
  });

  it('with the certificate of somebody else', async () => {
    const other = await made({ certificate: { at: new Date(Date.now() - 20_000) } });
    const mixed = changed(({ verification_material: material }) => {
      material.certificate = other.verification_material.certificate;
    });
    expectRefusal(mixed, 'signature', /signature verification failed/);
  });

  it('with a certificate of another authority, or that no log has seen, or that is none', async () => {
    const authority = await makeCertificateAuthority();
    expectRefusal(await made({ authority }), 'certificate', /Nobody who is trusted here/);
    expectRefusal(await made({ certificate: { unlogged: true } }), 'certificate', /expected 1 SCTs/);
    const none = changed(({ verification_material: material }) => (material.certificate = 'AAAA'));
    expectRefusal(none, 'malformed', /cannot be read/);
    const open = changed(({ verification_material: material }) => (material.certificate = '-'));
    expectRefusal(open, 'malformed', /certificate is not base64/);
  });

  it('with the log of a stranger', async () => {
    const log = makeTransparencyLog(sigstore.log.host);
    expectRefusal(await made({ log }), 'log', /not proven to be in a transparency log/);
  });

  it('with no entry of a log, or with more than there are logs', () => {
    const none = changed(({ verification_material: material }) => (material.transparency_entries = []));
    expectRefusal(none, 'malformed', /transparency_entries/);
    const [entry] = honest.verification_material.transparency_entries;
    const many = { ...honest.verification_material, transparency_entries: Array(5).fill(entry) };
    expectRefusal({ ...honest, verification_material: many }, 'malformed', /transparency_entries/);
    const twice = { ...many, transparency_entries: [entry, entry] };
    expectRefusal({ ...honest, verification_material: twice }, 'timestamp', /duplicate/);
  });

  it('with a second entry that nobody verifies but Waybill', async () => {
    const stranger = await made({ log: makeTransparencyLog(sigstore.log.host) });
    const both = changed(({ verification_material: material }) => {
      material.transparency_entries.push(
        ...structuredClone(stranger as MutableAttestation).verification_material.transparency_entries,
      );
    });
    expectRefusal(both, 'log', /signature mismatch|not proven/);
  });

  it('with a wrong path, another place, another time', () => {
    const path = changed((attestation) => {
      const { inclusionProof } = entryOf(attestation);
      inclusionProof.hashes = inclusionProof.hashes.map((hash, index) => (index === 0 ? flipped(hash) : hash));
    });
    expectRefusal(path, 'log', /calculated root hash does not match/);
    expectRefusal(
      changed((attestation) => (entryOf(attestation).logIndex = '1')),
      'log',
      /inclusion promise/,
    );
    const later = changed(
      (attestation) => (entryOf(attestation).integratedTime = String(Math.floor(Date.now() / 1000) + 60)),
    );
    expectRefusal(later, 'log', /inclusion promise/);
  });

  it('without a proof, or without a promise, which is all that tells the time', () => {
    const unproven = changed((attestation) => Reflect.deleteProperty(entryOf(attestation), 'inclusionProof'));
    expectRefusal(unproven, 'log', /has no proof/);
    const timeless = changed((attestation) => Reflect.deleteProperty(entryOf(attestation), 'inclusionPromise'));
    expectRefusal(timeless, 'timestamp', /no place for who does/);
  });

  it('that Rekor v2 has, whose time has no place in it', async () => {
    expectRefusal(await made({ tileLog: sigstore.tileLog }), 'timestamp', /Rekor v2/);
  });

  it('of a repository that is not the one that signed', async () => {
    const { predicate } = npmStatement(subject, 'https://github.com/famous/project') as { predicate: object };
    expectRefusal(await made({ statement: { ...slsa, predicate } }), 'contradiction', /claims another repository/);
  });

  it('that is about the package of another ecosystem', async () => {
    const bundle = await attest(sigstore, github);
    expectRefusal(attestationOf(bundle), 'other-release', /another release/);
  });

  it('that is too large', () => {
    const padded = { ...honest, padding: 'x'.repeat(1024 * 1024) };
    expectRefusal(padded, 'malformed', /at most 1048576 bytes/);
  });

  it('of a file that is not uploaded', () => {
    const release = { ...sdistRelease, files: [fileOf(sdist.filename, Buffer.from('other bytes'))] };
    expect(() => verify(honest, release)).toThrow(/not about the bytes/);
  });
});
