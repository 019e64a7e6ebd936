import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import type { PackageKey } from '@waybill/read-model';
import { ReleaseRepository } from '../releases/release.repository.js';

/** The sigstore bundles that were published with releases. */
@Injectable()
export class AttestationsService {
  readonly #releases: ReleaseRepository;
  readonly #store: BlobStore;

  constructor(releases: ReleaseRepository, @Inject(BLOB_STORE) store: BlobStore) {
    this.#releases = releases;
    this.#store = store;
  }

  /**
   * `{attestations: [{predicateType, bundle}]}` as JSON text, in which each bundle is byte for byte the one that was
   * published: it was a JSON document then. Errors: `not-found` `npm.attestations`.
   */
  async documentOf({ repositoryId, purl }: PackageKey, version: string, spec: string): Promise<string> {
    const release = await this.#releases.findPublished(repositoryId, purl, version);
    const attestations = release?.attestations ?? [];
    if (attestations.length === 0) {
      throw new DomainError('not-found', 'npm.attestations', `No attestations for ${spec.slice(0, 300)} were found.`);
    }
    const entries = await Promise.all(
      attestations.map(async ({ predicateType, digest }) => {
        const bundle = (await buffer(await this.#store.open(digest))).toString('utf8');
        return `{"predicateType":${JSON.stringify(predicateType)},"bundle":${bundle}}`;
      }),
    );
    return `{"attestations":[${entries.join(',')}]}`;
  }
}
