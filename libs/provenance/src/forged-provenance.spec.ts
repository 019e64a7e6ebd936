import { X509Certificate } from 'node:crypto';
import type { RunningCiIssuer, Sigstore, SigstoreBundle } from '@waybill/testing';
import {
  makeCertificateAuthority,
  makeSigstore,
  makeTransparencyLog,
  npmStatement,
  startCiIssuer,
} from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attest, bytesOf, release, rootsOf, subject } from '../test/attested.js';
import type { MutableBundle } from '../test/forging.js';
import { changed as changedOf, entryOf, flipped } from '../test/forging.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;
let honest: SigstoreBundle;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
  honest = await attest(sigstore, github);
});

afterAll(() => github.stop());

const changed = (change: (bundle: MutableBundle) => void) => changedOf(honest, change);

function expectRefusal(bytes: Buffer, reason: string, words: RegExp): void {
  const verified = () => verifyProvenance(bytes, release, rootsOf(sigstore));
  expect(verified).toThrow(expect.objectContaining({ kind: 'invalid', code: `provenance.${reason}` }) as Error);
  expect(verified).toThrow(words);
}

it('provenance is verified as long as nobody has touched it', () => {
  expect(verifyProvenance(bytesOf(honest), release, rootsOf(sigstore)).files).toEqual(release.files);
});

describe('forged provenance is refused (P9):', () => {
  it('a flipped byte of the signature', () => {
    const forged = changed(({ dsseEnvelope }) => {
      for (const signature of dsseEnvelope.signatures) signature.sig = flipped(signature.sig);
    });
    expectRefusal(forged, 'log', /tlog entry signature mismatch/);
  });

  it('a flipped byte of the signature that the log has taken', async () => {
    const log = {
      ...sigstore.log,
      record: (kind: string, body: string) => {
        const entry = JSON.parse(body) as { spec: { signatures: { signature: string }[] } };
        for (const one of entry.spec.signatures) one.signature = flipped(one.signature);
        return sigstore.log.record(kind, JSON.stringify(entry));
      },
    };
    const forged = structuredClone(await attest(sigstore, github, { log })) as MutableBundle;
    for (const signature of forged.dsseEnvelope.signatures) signature.sig = flipped(signature.sig);
    expectRefusal(bytesOf(forged), 'signature', /signature verification failed/);
  });

  it('another statement under the signature', () => {
    const other = Buffer.from(JSON.stringify({ ...npmStatement(subject), predicate: { other: true } }));
    const forged = changed((bundle) => (bundle.dsseEnvelope.payload = other.toString('base64')));
    expectRefusal(forged, 'log', /payload hash mismatch/);
  });

  it.each([
    ['another package', { ...subject, name: 'right-pad' }],
    ['a package whose name begins alike', { ...subject, name: '@acme/left-pad-evil' }],
    ['another version', { ...subject, version: '1.0.1' }],
  ])('%s as subject', async (_, other) => {
    expectRefusal(await statement(npmStatement(other)), 'other-release', /about another release than pkg:npm/);
  });

  it('another digest', async () => {
    const other = npmStatement({ ...subject, tarball: Buffer.from('another tarball') });
    expectRefusal(await statement(other), 'other-bytes', /not about the bytes of left-pad-1.0.0.tgz/);
  });

  it('one right digest beside a wrong one', async () => {
    const both = withSubjects(([about]) => [{ ...about, digest: { ...about?.digest, sha256: '0'.repeat(64) } }]);
    expectRefusal(await statement(both), 'other-bytes', /not about the bytes/);
  });

  it('no digest that npm compares', async () => {
    const weaker = withSubjects(([about]) => [{ ...about, digest: { md5: '0'.repeat(32) } }]);
    expectRefusal(await statement(weaker), 'other-bytes', /not about the bytes/);
  });

  it('two subjects', async () => {
    const another = { name: 'pkg:npm/right-pad@1.0.0', digest: { sha512: '0'.repeat(128) } };
    expectRefusal(await statement(withSubjects((about) => [...about, another])), 'other-release', /another release/);
    expectRefusal(await statement(withSubjects(([about]) => [about, about])), 'malformed', /names a file twice/);
  });

  it('two statements in one, which readers take apart differently', async () => {
    const text = JSON.stringify(npmStatement(subject));
    expectRefusal(await statement(Buffer.from(text + text)), 'malformed', /everybody reads alike/);
    const twice = Buffer.from(text.replace('{', '{"subject":[],'));
    expectRefusal(await statement(twice), 'malformed', /everybody reads alike/);
  });

  it('two signatures, two contents, two certificates', () => {
    const [signature] = honest.dsseEnvelope.signatures;
    const two = changed((bundle) => bundle.dsseEnvelope.signatures.push({ sig: signature?.sig ?? '' }));
    expectRefusal(two, 'malformed', /signatures are not one/);
    const contents = { ...honest, messageSignature: { messageDigest: { digest: 'AA==' }, signature: 'AA==' } };
    expectRefusal(bytesOf(contents), 'malformed', /messageSignature stands beside/);
    const { certificate } = honest.verificationMaterial;
    const material = { ...honest.verificationMaterial, x509CertificateChain: { certificates: [certificate] } };
    expectRefusal(bytesOf({ ...honest, verificationMaterial: material }), 'malformed', /has not one certificate/);
  });

  it('another type of payload', async () => {
    const forged = await attest(sigstore, github, { payloadType: 'application/json' });
    expectRefusal(bytesOf(forged), 'malformed', /payloadType is not that of an in-toto statement/);
    const renamed = {
      ...forged,
      dsseEnvelope: { ...forged.dsseEnvelope, payloadType: 'application/vnd.in-toto+json' },
    };
    expectRefusal(bytesOf(renamed), 'signature', /signature verification failed/);
  });

  it('a statement that is no provenance', async () => {
    const vulnerabilities = {
      ...npmStatement(subject),
      predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1',
    };
    expectRefusal(await statement(vulnerabilities), 'type', /says nothing about packages of npm/);
  });

  it('a certificate that had expired', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000);
    // The log of certificates must have been trusted then: what is refused is the certificate, and nothing else.
    const roots = rootsOf({
      ...sigstore,
      trustedRoot: sigstore.trustedRoot.replaceAll(/"start":"20\d\d/g, '"start":"2020'),
    });
    const forged = bytesOf(await attest(sigstore, github, { certificate: { at: anHourAgo } }));
    expect(() => verifyProvenance(forged, release, roots)).toThrow(/not valid or expired at the specified date/);
    const inTime = bytesOf(await attest(sigstore, github));
    expect(verifyProvenance(inTime, release, roots).files).toHaveLength(1);
  });

  it('a certificate of another authority', async () => {
    const authority = await makeCertificateAuthority();
    expectRefusal(bytesOf(await attest(sigstore, github, { authority })), 'certificate', /Nobody who is trusted here/);
  });

  it('a certificate that no log of certificates has seen', async () => {
    const unlogged = bytesOf(await attest(sigstore, github, { certificate: { unlogged: true } }));
    expectRefusal(unlogged, 'certificate', /expected 1 SCTs, got 0/);
  });

  it('a certificate in which a byte was flipped', () => {
    const forged = changed(({ verificationMaterial: { certificate } }) => {
      certificate.rawBytes = flipped(certificate.rawBytes);
    });
    expectRefusal(forged, 'certificate', /Nobody who is trusted here/);
  });

  it('the certificate of somebody else', async () => {
    const other = await attest(sigstore, github, { certificate: { at: new Date(Date.now() - 20_000) } });
    const forged = changed((bundle) => {
      bundle.verificationMaterial.certificate.rawBytes = other.verificationMaterial.certificate.rawBytes;
    });
    expectRefusal(forged, 'signature', /signature verification failed/);
  });

  it('a log in which another certificate for the same key signed, and whom nobody would find there', async () => {
    const other = await attest(sigstore, github);
    const pem = new X509Certificate(Buffer.from(other.verificationMaterial.certificate.rawBytes, 'base64')).toString();
    const hiding = (body: string) => {
      const entry = JSON.parse(body) as { spec: { signatures: { verifier: string }[] } };
      for (const one of entry.spec.signatures) one.verifier = Buffer.from(pem).toString('base64');
      return JSON.stringify(entry);
    };
    const log = { ...sigstore.log, record: (kind: string, body: string) => sigstore.log.record(kind, hiding(body)) };
    expectRefusal(bytesOf(await attest(sigstore, github, { log })), 'log', /another certificate/);
  });

  it.each([
    ['promised it', 'log', /inclusion promise could not be verified/],
    ['proves it, at the time of an authority,', 'authority', /took no entries when it was signed/],
  ] as const)('a log that was closed before, which has %s', async (_, time, words) => {
    const bundle = bytesOf(await attest(sigstore, github, { time }));
    const root = JSON.parse(sigstore.trustedRoot) as { tlogs: { publicKey: { validFor: { end?: string } } }[] };
    for (const { publicKey } of root.tlogs) publicKey.validFor.end = new Date(Date.now() - 30_000).toISOString();
    const roots = rootsOf({ ...sigstore, trustedRoot: JSON.stringify(root) });
    expect(() => verifyProvenance(bundle, release, roots)).toThrow(words);
  });

  it('the log of a stranger', async () => {
    const log = makeTransparencyLog(sigstore.log.host);
    expectRefusal(bytesOf(await attest(sigstore, github, { log })), 'log', /not proven to be in a transparency log/);
  });

  it('a wrong path to the root of the log', () => {
    const forged = changed((bundle) => {
      const { inclusionProof } = entryOf(bundle);
      inclusionProof.hashes = inclusionProof.hashes.map((hash, index) => (index === 0 ? flipped(hash) : hash));
    });
    expectRefusal(forged, 'log', /calculated root hash does not match/);
    const shorter = changed((bundle) => void entryOf(bundle).inclusionProof.hashes.pop());
    expectRefusal(shorter, 'log', /invalid hash count/);
  });

  it('another place in the log', () => {
    const forged = changed((bundle) => (entryOf(bundle).inclusionProof.logIndex = '0'));
    expectRefusal(forged, 'log', /not proven to be in a transparency log/);
    const elsewhere = changed((bundle) => (entryOf(bundle).logIndex = '1'));
    expectRefusal(elsewhere, 'log', /inclusion promise/);
  });

  it('a root of the log that the log did not sign', () => {
    const forged = changed((bundle) => {
      const { checkpoint } = entryOf(bundle).inclusionProof;
      checkpoint.envelope = checkpoint.envelope.replace('\n6\n', '\n7\n');
    });
    expectRefusal(forged, 'log', /invalid checkpoint signature/);
  });

  it('no proof', () => {
    const forged = changed((bundle) => Reflect.deleteProperty(entryOf(bundle), 'inclusionProof'));
    expectRefusal(forged, 'log', /has no proof that it is in the transparency log/);
    const inOldForm = JSON.parse(forged.toString()) as object;
    const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
    expectRefusal(bytesOf({ ...inOldForm, mediaType }), 'log', /has no proof that it is in the transparency log/);
  });

  it('no entry of a log, and no time', () => {
    expectRefusal(
      changed((bundle) => (bundle.verificationMaterial.tlogEntries = [])),
      'timestamp',
      /expected 1 timestamps/,
    );
  });

  it('no entry of a log, with a time', async () => {
    const stamped = structuredClone(await attest(sigstore, github, { time: 'authority' })) as MutableBundle;
    stamped.verificationMaterial.tlogEntries = [];
    expectRefusal(bytesOf(stamped), 'log', /expected 1 tlog entries/);
  });

  it('another time than the log has promised', () => {
    const forged = changed((bundle) => {
      const entry = entryOf(bundle);
      entry.integratedTime = String(Number(entry.integratedTime) + 60);
    });
    expectRefusal(forged, 'log', /inclusion promise/);
  });

  it('what one trusted Sigstore has certified in the log of another', async () => {
    const other = await makeSigstore();
    const mixed = bytesOf(await attest(sigstore, github, { log: other.log }));
    expect(() => verifyProvenance(mixed, release, rootsOf(sigstore, other))).toThrow(
      expect.objectContaining({ kind: 'invalid' }) as Error,
    );
  });

  it('a repository in the statement that is not the one that signed', async () => {
    const stars = npmStatement(subject, 'https://github.com/famous/project');
    expectRefusal(await statement(stars), 'contradiction', /claims another repository than .*acme\/left-pad/);
    const person = { subjectAltName: 'https://accounts.example/mallory', extensions: issuerAlone };
    expectRefusal(
      bytesOf(await attest(sigstore, github, { statement: stars, identity: person })),
      'contradiction',
      /no workflow of one signed/,
    );
    const right = await statement(npmStatement(subject, 'https://github.com/ACME/left-pad'));
    expect(verifyProvenance(right, release, rootsOf(sigstore)).files).toHaveLength(1);
  });
});

/** Of a certificate for a person. */
const issuerAlone = [{ oid: '1.3.6.1.4.1.57264.1.8', value: 'https://accounts.example' }];

async function statement(of: object | Buffer): Promise<Buffer> {
  return bytesOf(await attest(sigstore, github, { statement: of }));
}

interface Subjects {
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
}

function withSubjects(change: (subjects: Subjects['subject']) => unknown): object {
  const made = npmStatement(subject) as Subjects;
  return { ...made, subject: change(made.subject) };
}
