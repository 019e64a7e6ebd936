import { DomainError } from '@waybill/domain';
import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, startCiIssuer } from '@waybill/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attest, bytesOf, release, rootsOf } from '../test/attested.js';
import type { TrustRoot } from './trust-root.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;
let roots: TrustRoot[];
let honest: Buffer;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
  roots = rootsOf(sigstore);
  honest = bytesOf(await attest(sigstore, github));
});

afterAll(() => github.stop());

function outcome(bytes: Uint8Array): string {
  try {
    const { provenance } = verifyProvenance(bytes, release, roots);
    return `verified ${provenance.repositoryId ?? ''} ${provenance.commit ?? ''}`;
  } catch (error) {
    return error instanceof DomainError ? error.kind : String(error);
  }
}

describe('hostile bundles (T4)', () => {
  it('with any byte changed are verified as what they were, or refused clearly', () => {
    const told = outcome(honest);
    expect(told).toMatch(/^verified 74 /);
    const anywhere = fc.nat(honest.length - 1);
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(honest);
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        expect([told, 'invalid']).toContain(outcome(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('of any JSON are refused clearly', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(outcome(Buffer.from(text))).toBe('invalid');
      }),
    );
  });

  it('with certificates and timestamps that are no DER are refused clearly', () => {
    const { verificationMaterial, ...rest } = JSON.parse(honest.toString()) as { verificationMaterial: object };
    const deep = Buffer.concat(Array.from({ length: 4000 }, () => Buffer.from([0x30, 0x80])));
    fc.assert(
      fc.property(fc.oneof(fc.constant(deep), fc.uint8Array({ minLength: 1, maxLength: 300 })), (junk) => {
        const rawBytes = Buffer.from(junk).toString('base64');
        for (const material of [
          { ...verificationMaterial, certificate: { rawBytes } },
          {
            ...verificationMaterial,
            timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: rawBytes }] },
          },
        ]) {
          expect(outcome(bytesOf({ ...rest, verificationMaterial: material }))).toBe('invalid');
        }
      }),
    );
  });

  it('with certificates, times and names that nobody could have meant are refused clearly, and what failed inside is not told', () => {
    const { verificationMaterial: material, ...rest } = JSON.parse(honest.toString()) as {
      verificationMaterial: { certificate: object; tlogEntries: object[] };
    };
    const [entry] = material.tlogEntries;
    const nulls = Buffer.alloc(12_000, Buffer.from([0x05, 0x00]));
    const wide = Buffer.concat([Buffer.from([0x30, 0x82, nulls.length >> 8, nulls.length & 0xff]), nulls]);
    for (const hostile of [
      { certificate: { rawBytes: wide.toString('base64') } },
      { certificate: undefined, x509CertificateChain: { certificates: Array(9).fill(material.certificate) } },
      ...[
        { integratedTime: '9'.repeat(300_000) },
        { integratedTime: {} },
        { inclusionPromise: 'x' },
        { kindVersion: { kind: '__proto__', version: 'constructor' } },
        { canonicalizedBody: Buffer.from('null').toString('base64') },
        { canonicalizedBody: Buffer.from('['.repeat(300_000)).toString('base64') },
        { logId: { keyId: 'A'.repeat(500_000) } },
        { logIndex: '9'.repeat(18) },
      ].map((change) => ({ tlogEntries: [{ ...entry, ...change }] })),
    ]) {
      const bytes = bytesOf({ ...rest, verificationMaterial: { ...material, ...hostile } });
      expect(outcome(bytes)).toBe('invalid');
      expect(() => verifyProvenance(bytes, release, roots)).not.toThrow(/undefined|properties|is not a function/);
    }
  });

  it('that are too large, too deep or too many are refused before they are read', () => {
    expect(outcome(Buffer.alloc(1024 * 1024 + 1, 0x20))).toBe('invalid');
    expect(outcome(Buffer.from('['.repeat(100_000)))).toBe('invalid');
    const bundle = JSON.parse(honest.toString()) as { verificationMaterial: { tlogEntries: object[] } };
    const [entry] = bundle.verificationMaterial.tlogEntries;
    bundle.verificationMaterial.tlogEntries = Array.from({ length: 5 }, () => entry ?? {});
    expect(outcome(bytesOf(bundle))).toBe('invalid');
  });
});
