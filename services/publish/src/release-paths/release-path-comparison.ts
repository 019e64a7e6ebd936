import { Injectable } from '@nestjs/common';
import type { Finding, PackageId, ReleaseId } from '@waybill/domain';
import { actorOf, DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import type { Submission } from '../pipeline/submission.js';
import { found, publisherOf } from '../pipeline/submission.js';
import type { ReleaseRules } from '../release-policies/release-policy.rules.js';
import { rulesFor } from '../release-policies/release-policy.rules.js';
import { contextFindings, isEventOfStrangers } from './context.rules.js';
import { discontinuityOf } from './discontinuity.rules.js';
import { downgradeOf } from './downgrade.rules.js';
import { PredecessorRepository } from './predecessor.repository.js';
import type { Predecessors, ReleaseOrigin } from './release-origin.js';
import { credentialOf } from './release-origin.js';
import { isSourceVerified, sourceFinding } from './source.rules.js';

/** How each finding of this comparison is refused, where the policy says so. */
const refusals: Readonly<Record<string, string>> = {
  'path.downgrade': 'release.path-downgrade',
  'path.provenance-missing': 'release.path-downgrade',
  'path.discontinuity': 'release.path-discontinuity',
  'path.context': 'release.path-context',
  'source.unverified': 'release.source-unverified',
};

/** Holds the way that a release comes against the way that others of its package came (security.md P1–P3, P14). */
@Injectable()
export class ReleasePathComparison {
  readonly #predecessors: PredecessorRepository;

  constructor(predecessors: PredecessorRepository) {
    this.#predecessors = predecessors;
  }

  /**
   * Writes what it finds into the submission, in place of what it found before. `manager`: where the package is locked, so that
   * nothing comes in between any more. Errors: `forbidden` `release.trusted-publishing-only`, `release.path-downgrade`,
   * `release.path-discontinuity`, `release.path-context`, `release.source-unverified`.
   */
  async compare(
    submission: Submission,
    owner: Pick<PackageEntity, 'packageId' | 'trustedPublishingOnly'> | undefined,
    manager?: EntityManager,
  ): Promise<void> {
    const { repositoryId } = found(submission, 'repository');
    const arriving = arrivingOrigin(submission);
    const packageId: PackageId | null = owner?.packageId ?? null;
    const publisherId = arriving.trustedPublisher?.publisherId ?? null;
    const branch = branchOf(arriving);
    const of = { repositoryId, packageId, publisherId, branch };
    const { policy, predecessors } = await this.#predecessors.ground(of, manager);
    const rules = rulesFor(policy, found(submission, 'packagePurl'), owner?.trustedPublishingOnly ?? null);
    assertTakes(arriving, rules);
    const { sourceUrl } = submission.request.summary;
    const { findings, comparedWith } = compared(arriving, predecessors, rules, sourceUrl);
    const refused = findings.find((finding) => finding.level === 'refuse');
    if (refused !== undefined) throw refusalOf(refused);
    const others = (submission.findings ?? []).filter((finding) => refusals[finding.code] === undefined);
    submission.findings = [...others, ...findings];
    submission.comparedWith = comparedWith;
    submission.sourceVerified = isSourceVerified(sourceUrl, arriving);
  }
}

/** What no policy softens, and what one asks for outright. */
function assertTakes({ trustedPublisher }: ReleaseOrigin, { trustedPublishingOnly }: ReleaseRules): void {
  if (trustedPublisher === null) {
    if (trustedPublishingOnly === 'always') throw trustedOnly();
    return;
  }
  if (isEventOfStrangers(trustedPublisher.path)) {
    const message = 'It was started by an event that people without any right to the repository can start.';
    throw new DomainError('forbidden', 'release.path-context', message);
  }
}

function compared(
  arriving: ReleaseOrigin,
  predecessors: Predecessors,
  rules: ReleaseRules,
  sourceUrl: string | undefined,
): { findings: Finding[]; comparedWith: ReleaseId | null } {
  const downgrade = downgradeOf(arriving, predecessors, rules);
  const discontinuity = discontinuityOf(arriving, predecessors, rules.discontinuity);
  const source = sourceFinding(sourceUrl, arriving, rules.source);
  const { newest, trusted, samePublisher } = predecessors;
  const usual = arriving.trustedPublisher === null ? newest : (samePublisher ?? trusted ?? newest);
  const predecessor = downgrade?.predecessor ?? discontinuity?.predecessor ?? usual;
  return {
    findings: [
      ...(downgrade === undefined ? [] : [downgrade.finding]),
      ...(discontinuity === undefined ? [] : [discontinuity.finding]),
      ...contextFindings(arriving.trustedPublisher?.path, rules),
      ...(source === undefined ? [] : [source]),
    ],
    comparedWith: predecessor?.releaseId ?? null,
  };
}

function arrivingOrigin(submission: Submission): ReleaseOrigin {
  const { principal, stage } = submission.request;
  return {
    version: found(submission, 'version'),
    credential: credentialOf(actorOf(principal)),
    username: principal.kind === 'anonymous' ? 'anonymous' : principal.username,
    trustedPublisher: publisherOf(submission) ?? null,
    provenance: submission.provenance ?? null,
    approvals: stage === true ? 'to-come' : 0,
  };
}

function branchOf({ trustedPublisher }: ReleaseOrigin): string | null {
  return trustedPublisher?.path.refType === 'branch' ? (trustedPublisher.path.ref ?? null) : null;
}

function refusalOf({ code, message, rule }: Finding): DomainError {
  return new DomainError('forbidden', refusals[code] ?? 'release.path', message, { details: { rule } });
}

function trustedOnly(): DomainError {
  return new DomainError(
    'forbidden',
    'release.trusted-publishing-only',
    'Only trusted publishers publish to this package: let its workflow do it, without a token of your own.',
  );
}
