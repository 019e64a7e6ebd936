import type { OrganizationId, PackagePurl, RepositoryId } from '@waybill/domain';
import type { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';

/** Which publishers a verified token could be of, and what it is wanted for. */
export interface PublisherWish {
  /** `iss`, exactly (security.md T3). */
  readonly issuer: string;
  /** Whose publishers the issuer counts for. */
  readonly organizations: 'all' | readonly OrganizationId[];
  /** Of the token: `lookupKeys` of libs/trusted-publishing. */
  readonly lookupKeys: readonly string[];
  /** The type of the purls; any without. */
  readonly ecosystem?: string | undefined;
  readonly packagePurl?: PackagePurl | undefined;
  /** The slug of the only repository to look in. */
  readonly repository?: string | undefined;
}

/** A target of a publisher in one repository that there is; a pattern over an organization is one in each of its repositories. */
export interface PublisherTarget {
  readonly targetId: string;
  readonly kind: TrustedPublisherTargetEntity['kind'];
  readonly repositoryId: RepositoryId;
  /** Its slug. */
  readonly repository: string;
  readonly packagePurl: PackagePurl | null;
  readonly purlPrefix: string | null;
  /** Whether its package was never published yet. */
  readonly pending: boolean;
  /** Whether it is for all repositories of the organization, of which this is one. */
  readonly everywhere: boolean;
}

/** A publisher that has not ended, with those of its targets that the wish reaches: at least one. */
export interface PublisherCandidate {
  readonly publisher: TrustedPublisherEntity;
  readonly targets: readonly PublisherTarget[];
}

/** Of a locked one, for those of its targets that it was used for; no others are kept from expiring. */
export interface PublisherUse {
  readonly candidate: PublisherCandidate;
  /** Ids that the rule did not know yet, from `matchPublisher` (T8). */
  readonly pins: Readonly<Record<string, string>>;
}
