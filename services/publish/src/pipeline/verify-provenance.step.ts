import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { ReleaseFile, VerifiedBundle } from '@waybill/provenance';
import { AttestationReader } from '../provenance/attestation.reader.js';
import { assertOfPublisher, assertOneSource } from '../provenance/provenance-source.rules.js';
import { ProvenanceVerifier } from '../provenance/provenance-verifier.js';
import { type PipelineStep, publisherOf, type Submission } from './submission.js';

const attestationRole = 'attestation';
/** Each is read and verified as a whole: more than the largest releases of many files have, one for each. */
const maxAttestations = 200;

/**
 * Before any byte moves: who signed what is said of the release's origin is somebody who may be believed, it is about these very files
 * (security.md P9), and it is of the job that publishes.
 */
@Injectable()
export class VerifyProvenance implements PipelineStep {
  readonly name = 'verify-provenance';
  readonly #reader: AttestationReader;
  readonly #verifier: ProvenanceVerifier;

  constructor(reader: AttestationReader, verifier: ProvenanceVerifier) {
    this.#reader = reader;
    this.#verifier = verifier;
  }

  async run(submission: Submission): Promise<'next'> {
    const { artifacts, purl } = submission.request;
    const attestations = artifacts.filter(({ role }) => role === attestationRole);
    if (attestations.length > maxAttestations) throw tooMany();
    const files = artifacts.filter(({ role }) => role !== attestationRole).map(fileOf);
    const publisher = publisherOf(submission);
    const verified: VerifiedBundle[] = [];
    // One after another: each is read as a whole.
    for (const attestation of attestations) {
      const bundle = this.#verifier.verify(await this.#reader.read(attestation), { purl, files });
      assertOfPublisher(bundle.provenance, publisher);
      verified.push(bundle);
    }
    assertOneSource(verified.map(({ provenance }) => provenance));
    // A release of which a part came from elsewhere has no provenance.
    const covered = new Set(verified.flatMap((bundle) => bundle.files));
    const [first] = verified;
    if (first !== undefined && covered.size === files.length) submission.provenance = first.provenance;
    return 'next';
  }
}

function tooMany(): DomainError {
  const message = `A release has at most ${String(maxAttestations)} provenance bundles.`;
  return new DomainError('limit', 'provenance.too-many', message);
}

function fileOf({ filename, digests }: Submission['request']['artifacts'][number]): ReleaseFile {
  return { filename, digests: Object.values(digests) };
}
