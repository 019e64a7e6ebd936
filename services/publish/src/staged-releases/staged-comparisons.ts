import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import { packageResourceOf } from '../packages/package-resource.js';
import type { HeldComparison } from '../release-paths/held-comparisons.js';
import { HeldComparisons } from '../release-paths/held-comparisons.js';
import { releaseFacts } from '../releases/release-facts.js';
import type { StagedRelease } from './staged-releases.service.js';

/** How a staged release came, beside the one before it: for those who may approve it, and nobody else (security.md P8, A6). */
@Injectable()
export class StagedComparisons {
  readonly #comparisons: HeldComparisons;

  constructor(comparisons: HeldComparisons) {
    this.#comparisons = comparisons;
  }

  async of(caller: Principal, { whole }: StagedRelease): Promise<HeldComparison> {
    const resource = packageResourceOf(whole.repository, whole.package);
    if (!can(caller, 'approve', resource).allowed) return { predecessor: null, changes: [] };
    return this.#comparisons.of(releaseFacts(whole));
  }
}
