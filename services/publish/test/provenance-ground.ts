import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Digest, Principal } from '@waybill/domain';
import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, npmStatement, startCiIssuer, tempDir } from '@waybill/testing';
import { providers, readClaims } from '@waybill/trusted-publishing';
import { publishEnvironment } from './publish-environment.js';
import { publisherWith, tokenOfPublisher } from './release-origins.js';
import type { RunningPublish, Submitted, SubmitRequest } from './running-publish.js';
import { startPublish } from './running-publish.js';

const bytes = 'a tarball';

/** A `publish` that trusts a Sigstore of its own, and a GitHub whose jobs sign there. */
export interface ProvenanceGround {
  readonly publish: RunningPublish;
  readonly sigstore: Sigstore;
  readonly github: RunningCiIssuer;
  /** What a job with these claims signs for what is submitted. */
  bundleFor(wanted: Partial<Submitted>, claims?: Record<string, unknown>): Promise<object>;
  /** A submission with an attestation beside its tarball. */
  attested(wanted: Submitted, bundle: object): Promise<SubmitRequest>;
  attestation(bundle: object, filename?: string): Promise<SubmitRequest['artifacts'][0]>;
  /** The token of a publisher for which this very job's ID token was exchanged. */
  tokenOfJob(repository: RepositoryFacts, claims?: Record<string, unknown>): Principal;
  stop(): Promise<void>;
}

/** What a job would sign for what is submitted. */
export function statementFor({ name = 'left-pad', version = '1.0.0', bytes: text = bytes }: Partial<Submitted>) {
  return npmStatement({ name, version, tarball: Buffer.from(text) });
}

export async function startProvenanceGround(): Promise<ProvenanceGround> {
  const sigstore = await makeSigstore();
  const github = await startCiIssuer('github-actions');
  const directory = await tempDir('trust');
  const file = join(directory.path, 'trusted_root.json');
  await writeFile(file, sigstore.trustedRoot);
  const made = await publishEnvironment();
  const environment = { ...made, variables: { ...made.variables, WAYBILL_SIGSTORE_TRUST: file } };
  const publish = await startPublish(environment);

  async function attestation(bundle: object, filename = 'left-pad.sigstore'): Promise<SubmitRequest['artifacts'][0]> {
    const staged = await publish.store.stage(Readable.from([Buffer.from(JSON.stringify(bundle))]), {
      maxBytes: 1_000_000,
      digests: ['sha512'],
    });
    const { sha256 } = staged.digests as { sha256: Digest };
    return {
      filename,
      role: 'attestation',
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      sizeBytes: staged.sizeBytes,
      digests: { sha256 },
      stagedKey: staged.key,
    };
  }

  return {
    publish,
    sigstore,
    github,
    attestation,
    bundleFor: async (wanted, claims = {}) =>
      sigstore.sign(statementFor(wanted), await github.token({ aud: 'sigstore', ...claims })),
    attested: async (wanted, bundle) => {
      const request = await publish.submission({ bytes, ...wanted });
      return { ...request, artifacts: [...request.artifacts, await attestation(bundle)] };
    },
    tokenOfJob: ({ repositoryId }, claims = {}) => {
      const path = providers['github-actions'].releasePath(readClaims('github-actions', github.payload(claims)));
      return tokenOfPublisher(publish.organizationId, repositoryId, publisherWith(path));
    },
    stop: async () => {
      await publish.stop();
      await environment.dispose();
      await github.stop();
      await directory.dispose();
    },
  };
}
