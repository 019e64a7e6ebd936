import { Injectable } from '@nestjs/common';
import type { ReleaseFacts } from '@waybill/contracts';
import type { PathChange } from './path-changes.js';
import { changesBetween } from './path-changes.js';
import { PredecessorRepository } from './predecessor.repository.js';
import type { StoredOrigin } from './release-origin.js';
import { credentialOf } from './release-origin.js';

/** What a person is shown who decides on a release: the one that it was compared with, and what is different. */
export interface HeldComparison {
  readonly predecessor: StoredOrigin | null;
  readonly changes: readonly PathChange[];
}

@Injectable()
export class HeldComparisons {
  readonly #predecessors: PredecessorRepository;

  constructor(predecessors: PredecessorRepository) {
    this.#predecessors = predecessors;
  }

  async of(release: ReleaseFacts): Promise<HeldComparison> {
    const predecessor = await this.#predecessors.comparedWith(release.releaseId);
    if (predecessor === null) return { predecessor, changes: [] };
    const { version, publishedBy, trustedPublisher, provenance, approvals } = release;
    const after = {
      version,
      credential: credentialOf(publishedBy.actor),
      username: publishedBy.username,
      trustedPublisher,
      provenance,
      approvals: approvals.length,
    };
    return { predecessor, changes: changesBetween(predecessor, after) };
  }
}
