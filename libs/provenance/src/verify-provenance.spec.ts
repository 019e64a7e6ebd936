import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, startCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attest, bytesOf, release, rootsOf } from '../test/attested.js';
import { verifyProvenance } from './verify-provenance.js';

let sigstore: Sigstore;
let github: RunningCiIssuer;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
});

afterAll(() => github.stop());

describe('provenance', () => {
  it('is verified, and says which workflow of which repository built the release', async () => {
    const bundle = await attest(sigstore, github);
    const { provenance, files } = verifyProvenance(bytesOf(bundle), release, rootsOf(sigstore));
    expect(provenance).toEqual({
      predicateType: 'https://slsa.dev/provenance/v1',
      issuer: github.issuer,
      identity: 'https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1.4.2',
      repositoryUrl: 'https://github.com/acme/left-pad',
      repositoryId: '74',
      ownerId: '65',
      workflow: '.github/workflows/release.yml',
      ref: 'refs/tags/v1.4.2',
      commit: github.payload()['sha'],
      runUrl: expect.stringContaining('/acme/left-pad/actions/runs/') as string,
      logIndex: bundle.verificationMaterial.tlogEntries[0]?.logIndex,
      signedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    expect(files).toEqual(release.files);
  });

  it('is verified where a timestamp authority tells the time', async () => {
    const bundle = await attest(sigstore, github, { time: 'authority' });
    const { provenance } = verifyProvenance(bytesOf(bundle), release, rootsOf(sigstore));
    expect(Date.now() - Date.parse(provenance.signedAt)).toBeLessThan(60_000);
    expect(provenance.logIndex).toBe(bundle.verificationMaterial.tlogEntries[0]?.inclusionProof.logIndex);
  });

  it('is verified by whichever root is right', async () => {
    const other = await makeSigstore();
    const bundle = bytesOf(await attest(sigstore, github));
    expect(verifyProvenance(bundle, release, rootsOf(other, sigstore)).files).toHaveLength(1);
    expect(verifyProvenance(bundle, release, rootsOf(sigstore, other)).files).toHaveLength(1);
  });

  it('of a job of GitLab says which file of which project', async () => {
    const gitlab = await startCiIssuer('gitlab-ci');
    try {
      const bundle = bytesOf(await attest(sigstore, gitlab));
      expect(verifyProvenance(bundle, release, rootsOf(sigstore)).provenance).toMatchObject({
        issuer: gitlab.issuer,
        repositoryUrl: `${gitlab.issuer}/acme/tools/left-pad`,
        workflow: '.gitlab-ci.yml',
        ref: 'refs/tags/v1.4.2',
      });
    } finally {
      await gitlab.stop();
    }
  });
});
