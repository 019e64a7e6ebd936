import type { RunningCiIssuer, Sigstore, SigstoreBundle, SigningOptions } from '@waybill/testing';
import {
  makeCertificateAuthority,
  makeSigstore,
  makeTileLog,
  makeTimestampAuthority,
  npmStatement,
  startCiIssuer,
} from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attest, bytesOf, release, rootsOf, subject } from '../test/attested.js';
import type { MutableBundle } from '../test/forging.js';
import { changed, entryOf, flipped } from '../test/forging.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
});

afterAll(() => github.stop());

// What clients write since 2026, and what they wrote before.
describe.each(['hashedrekord', 'dsse'] as const)(
  'a bundle whose log is Rekor v2, with an entry of kind %s,',
  (kind) => {
    let honest: SigstoreBundle;

    beforeAll(async () => {
      honest = await made();
    });

    function made(options: SigningOptions & { statement?: object } = {}): Promise<SigstoreBundle> {
      return attest(sigstore, github, { tileLog: sigstore.tileLog, tileLogEntry: kind, ...options });
    }

    function expectRefusal(bundle: object | Buffer, reason: string, words: RegExp): void {
      const bytes = Buffer.isBuffer(bundle) ? bundle : bytesOf(bundle);
      const verified = () => verifyProvenance(bytes, release, rootsOf(sigstore));
      expect(verified).toThrow(expect.objectContaining({ kind: 'invalid', code: `provenance.${reason}` }) as Error);
      expect(verified).toThrow(words);
    }

    const forged = (change: (bundle: MutableBundle) => void) => changed(honest, change);

    it('is verified, at the time that the timestamp authority tells', () => {
      const { provenance, files } = verifyProvenance(bytesOf(honest), release, rootsOf(sigstore));
      expect(files).toEqual(release.files);
      expect(provenance.repositoryId).toBe('74');
      expect(provenance.logIndex).toBe(honest.verificationMaterial.tlogEntries[0]?.logIndex);
      expect(Date.now() - Date.parse(provenance.signedAt)).toBeLessThan(60_000);
    });

    it('is verified where its client writes out what there is none of', () => {
      const [entry] = honest.verificationMaterial.tlogEntries;
      const tlogEntries = [{ ...entry, integratedTime: '0', inclusionPromise: null }];
      const spelled = { ...honest, verificationMaterial: { ...honest.verificationMaterial, tlogEntries } };
      expect(verifyProvenance(bytesOf(spelled), release, rootsOf(sigstore)).files).toHaveLength(1);
    });

    it('is refused without a timestamp', () => {
      const without = forged(({ verificationMaterial }) =>
        Reflect.deleteProperty(verificationMaterial, 'timestampVerificationData'),
      );
      expectRefusal(without, 'timestamp', /expected 1 timestamps, got 0/);
    });

    it('is refused with a time that is only said', () => {
      const said = forged((bundle) => {
        Reflect.deleteProperty(bundle.verificationMaterial, 'timestampVerificationData');
        entryOf(bundle).integratedTime = String(Math.floor(Date.now() / 1000));
      });
      expectRefusal(said, 'timestamp', /expected 1 timestamps, got 0/);
    });

    it('is refused with the timestamp of another authority', async () => {
      const clock = await makeTimestampAuthority();
      expectRefusal(await made({ clock }), 'timestamp', /timestamp could not be verified/);
    });

    it('is refused with the timestamp of another signature', async () => {
      const other = await made();
      const mixed = forged(({ verificationMaterial }) => {
        verificationMaterial.timestampVerificationData = structuredClone(
          other.verificationMaterial.timestampVerificationData,
        ) as MutableBundle['verificationMaterial']['timestampVerificationData'] & object;
      });
      expectRefusal(mixed, 'timestamp', /timestamp could not be verified/);
    });

    it('is refused with a checkpoint that the log did not sign', () => {
      const larger = forged((bundle) => {
        const { checkpoint } = entryOf(bundle).inclusionProof;
        checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, (_, size) => `\n${String(Number(size) + 1)}\n`);
      });
      expectRefusal(larger, 'log', /invalid checkpoint signature/);
      const unsigned = forged((bundle) => {
        const { checkpoint } = entryOf(bundle).inclusionProof;
        checkpoint.envelope = checkpoint.envelope.replace(/\n\u2014 log2025-1.*\n/, '\n');
      });
      expectRefusal(unsigned, 'log', /invalid checkpoint signature/);
    });

    it('is refused with the checkpoint of another time', async () => {
      const later = await made();
      const mixed = forged((bundle) => {
        const [entry] = later.verificationMaterial.tlogEntries;
        entryOf(bundle).inclusionProof.checkpoint = { envelope: entry?.inclusionProof.checkpoint.envelope ?? '' };
      });
      expectRefusal(mixed, 'log', /root hash does not match|invalid hash count/);
    });

    it('is refused with the log of a stranger that has the same name', async () => {
      const tileLog = makeTileLog(sigstore.tileLog.host);
      expectRefusal(await made({ tileLog }), 'log', /invalid checkpoint signature/);
      const renamed = changed(await made({ tileLog }), (bundle) => {
        entryOf(bundle).logId.keyId = sigstore.tileLog.keyId.toString('base64');
      });
      expectRefusal(renamed, 'log', /invalid checkpoint signature/);
    });

    it('is refused with the checkpoint of another log that is trusted', () => {
      const ofRekorV1 = sigstore.log.record('hashedrekord', '{}');
      const mixed = forged((bundle) => {
        entryOf(bundle).inclusionProof.checkpoint = { ...ofRekorV1.inclusionProof.checkpoint };
      });
      expectRefusal(mixed, 'log', /invalid checkpoint signature/);
    });

    it('is refused with a wrong path to the root of the log', () => {
      const other = forged((bundle) => {
        const { inclusionProof } = entryOf(bundle);
        inclusionProof.hashes = inclusionProof.hashes.map((hash, index) => (index === 0 ? flipped(hash) : hash));
      });
      expectRefusal(other, 'log', /calculated root hash does not match/);
      const shorter = forged((bundle) => void entryOf(bundle).inclusionProof.hashes.pop());
      expectRefusal(shorter, 'log', /invalid hash count/);
      const elsewhere = forged((bundle) => (entryOf(bundle).inclusionProof.logIndex = '0'));
      expectRefusal(elsewhere, 'log', /not proven to be in a transparency log/);
    });

    it('is refused with a proof of another tree than its checkpoint, which other clients verify by', () => {
      const larger = forged((bundle) => (entryOf(bundle).inclusionProof.treeSize = '4711'));
      expectRefusal(larger, 'log', /another tree of the log/);
      const other = forged((bundle) => {
        const { inclusionProof } = entryOf(bundle);
        inclusionProof.rootHash = flipped(inclusionProof.rootHash);
      });
      expectRefusal(other, 'log', /another tree of the log/);
    });

    it('is refused with the body of another entry', async () => {
      const other = await made({ statement: npmStatement(subject, 'https://github.com/acme/left-pad') });
      const itsBody = forged((bundle) => {
        entryOf(bundle).canonicalizedBody = other.verificationMaterial.tlogEntries[0]?.canonicalizedBody ?? '';
      });
      expectRefusal(itsBody, 'log', /calculated root hash does not match/);
      const itsEntry = forged((bundle) => {
        const { tlogEntries } = structuredClone(other.verificationMaterial) as MutableBundle['verificationMaterial'];
        bundle.verificationMaterial.tlogEntries = tlogEntries;
      });
      expectRefusal(itsEntry, 'log', /signature mismatch/);
    });

    it('is refused as an entry of another kind or version than the log has', () => {
      const renamed = forged((bundle) => (entryOf(bundle).kindVersion.kind = 'intoto'));
      expectRefusal(renamed, 'log', /kind\/version mismatch/);
      const older = forged((bundle) => (entryOf(bundle).kindVersion.version = '0.0.1'));
      expectRefusal(older, 'log', /kind\/version mismatch/);
    });

    it('is refused where the log has the signature of another certificate, whom nobody would find there', async () => {
      const stranger = await makeCertificateAuthority();
      const other = await attest(sigstore, github, { authority: stranger });
      const log: typeof sigstore.tileLog = {
        ...sigstore.tileLog,
        record: (recorded, body) =>
          sigstore.tileLog.record(
            recorded,
            body.replace(/"rawBytes":"[^"]+"/, `"rawBytes":"${other.verificationMaterial.certificate.rawBytes}"`),
          ),
      };
      expectRefusal(await made({ tileLog: log }), 'log', /another certificate/);
    });

    it('is refused where nothing but the checkpoint is missing', () => {
      const without = forged((bundle) => Reflect.deleteProperty(entryOf(bundle), 'inclusionProof'));
      expectRefusal(without, 'log', /has no proof that it is in the transparency log/);
    });
  },
);
