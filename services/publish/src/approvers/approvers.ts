import { Injectable } from '@nestjs/common';
import { confirmApprovers } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';
import { packageResourceOf } from '../packages/package-resource.js';
import type { WholeRelease } from '../releases/release.repository.js';

export interface GivenApproval {
  readonly userId: UserId;
  readonly whole: Pick<WholeRelease, 'repository' | 'package'>;
}

/**
 * Whether people who said yes to something before still may, when it goes on because of that (security.md P8, ADR 0060): auth says so at
 * that moment, since what it tells in events is heard later.
 */
@Injectable()
export class Approvers {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /**
   * In one message, whoever they are: those approvals whose people may approve no more. Ask under the lock, so that none is added
   * meanwhile. Errors: `unavailable` when auth does not answer.
   */
  async lapsed<Given extends GivenApproval>(given: readonly Given[]): Promise<Given[]> {
    if (given.length === 0) return [];
    const approvals = given.map(({ userId, whole }) => {
      const { organizationId, repositoryId, purl, visibility } = packageResourceOf(whole.repository, whole.package);
      return { userId, organizationId, repositoryId, packagePurl: purl, visibility };
    });
    const { mayApprove } = await this.#requests.ask(confirmApprovers, { approvals });
    // An answer that is too short confirms nobody.
    return given.filter((_one, index) => mayApprove[index] !== true);
  }
}
