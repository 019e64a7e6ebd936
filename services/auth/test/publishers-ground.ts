import { randomUUID } from 'node:crypto';
import { packageChanged, packageMoved, releasePublished, repositoryChanged } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId, UserId } from '@waybill/domain';
import { runJoined, UnitOfWork } from '@waybill/persistence';
import type { ProviderName, TokenClaims } from '@waybill/trusted-publishing';
import { exampleClaims, lookupKeys, matchPublisher, readClaims } from '@waybill/trusted-publishing';
import type { EntityManager } from 'typeorm';
import type { PublisherCandidate, PublisherWish } from '../src/trusted-publishers/publisher-wish.js';
import { TrustedPublishers } from '../src/trusted-publishers/trusted-publishers.js';
import type { Answer, Credential } from './auth-conversation.js';
import { GrantsGround } from './grants-ground.js';
import { publishedRelease } from './published-release.js';

export const githubIssuer = 'https://token.actions.githubusercontent.com';
export const publishersPath = '/api/v1/orgs/acme/trusted-publishers';
export const releaseWorkflow = { owner: 'acme', repository: 'left-pad', workflow: 'release.yml' } as const;

const once = { text: 'SELECT 1', values: [] };

type Repository = ReturnType<GrantsGround['publish']['create']>;

/** The organization acme with trusted publishers, and what `publish` says of what they are for. */
export class PublishersGround {
  readonly grants: GrantsGround;

  private constructor(grants: GrantsGround) {
    this.grants = grants;
  }

  static async start(): Promise<PublishersGround> {
    return new PublishersGround(await GrantsGround.start());
  }

  get auth() {
    return this.grants.auth;
  }

  get publishers(): TrustedPublishers {
    return this.auth.get(TrustedPublishers, { strict: false });
  }

  inTransaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.auth.get(UnitOfWork, { strict: false }).run(work);
  }

  register(body: object, as: Credential = this.auth.admin): Promise<Answer> {
    return this.auth.http('POST', publishersPath, { as, body: { github: releaseWorkflow, ...body } });
  }

  /** One that was registered; its id. */
  async registered(body: object): Promise<PublisherId> {
    const made = await this.register(body);
    if (made.status !== 201) throw new Error(`not registered: ${made.withoutRequestId}`);
    return String(made.json['id']) as PublisherId;
  }

  /** A repository of acme that auth has heard of. */
  async repository(slug: string, organizationId: OrganizationId = this.grants.organizationId): Promise<Repository> {
    const made = this.grants.publish.create(slug, organizationId);
    await this.auth.query('INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3)', [
      made.repositoryId,
      organizationId,
      slug,
    ]);
    return made;
  }

  /** The candidates of a token of acme/left-pad on GitHub with these claims, for a package. */
  candidates(wish: Partial<PublisherWish> & { readonly claims?: TokenClaims } = {}): Promise<PublisherCandidate[]> {
    const { claims = claimsOf('github-actions', githubIssuer), ...more } = wish;
    const keys = lookupKeys(claims.provider, claims);
    const common = { issuer: claims.issuer, organizations: 'all' as const, lookupKeys: keys, ecosystem: 'npm' };
    return this.publishers.candidates({ ...common, ...more }, 100);
  }

  /** What an exchange does with a publisher; false where it is not to be had any more, or does not trust the token. */
  async use(publisherId: PublisherId, claims: TokenClaims, at = new Date()): Promise<boolean> {
    const keys = lookupKeys(claims.provider, claims);
    const wish = { issuer: claims.issuer, organizations: 'all' as const, lookupKeys: keys };
    for (;;) {
      const all = await this.publishers.candidates(wish, 100);
      const candidate = all.find(({ publisher }) => publisher.publisherId === publisherId);
      const match = candidate && matchPublisher({ ...candidate.publisher.rule }, claims);
      if (candidate === undefined || match?.matches !== true) return false;
      const { pins } = match;
      const isUsed = await this.inTransaction(async (manager) => {
        if ((await this.publishers.lock(manager, [candidate], once)).size === 0) return false;
        const parts = { once, ...this.publishers.useParts([{ candidate, pins }], at, 'once') };
        await runJoined(manager, parts, 'SELECT 1 FROM once');
        return true;
      });
      if (isUsed) return true;
    }
  }

  async isThere(publisherId: PublisherId): Promise<boolean> {
    const [row] = await this.auth.query('SELECT ended_at FROM trusted_publishers WHERE publisher_id = $1', [
      publisherId,
    ]);
    return row?.['ended_at'] === null;
  }

  changes(repository: Repository, version: number, change: object): Promise<void> {
    const facts = { ...repository, kind: 'hosted', archived: false, deleted: false, transferredFrom: null };
    const event = { aggregate: repository.repositoryId, version, data: { ...facts, ...change } };
    return this.auth.emit(repositoryChanged, event);
  }

  deletesPackage(repository: Repository, packagePurl: PackagePurl, version: number): Promise<void> {
    const data = { ...inPackage(repository, packagePurl), visibility: null, archived: false, deleted: true };
    return this.auth.emit(packageChanged, { aggregate: `${repository.repositoryId}/${packagePurl}`, version, data });
  }

  movesPackage(repository: Repository, packagePurl: PackagePurl, version: number, to: Repository): Promise<void> {
    const toRepository = { ...to, kind: 'hosted' };
    const data = { ...inPackage(repository, packagePurl), to: toRepository, visibility: null, archived: false };
    return this.auth.emit(packageMoved, { aggregate: `${repository.repositoryId}/${packagePurl}`, version, data });
  }

  /** A first release, as publish tells it. */
  publishes(
    repository: Repository,
    packagePurl: PackagePurl,
    by: { readonly userId?: UserId; readonly publisherId?: PublisherId },
  ): Promise<void> {
    const path = { provider: 'github-actions', issuer: githubIssuer };
    const trustedPublisher = by.publisherId === undefined ? null : { publisherId: by.publisherId, path };
    const data = publishedRelease(repository, packagePurl, { userId: by.userId ?? null, trustedPublisher });
    return this.auth.emit(releasePublished, {
      aggregate: `${repository.repositoryId}/${packagePurl}`,
      version: 1,
      data,
    });
  }
}

/** What a token says that is the example of its provider but for some claims. */
export function claimsOf(provider: ProviderName, issuer: string, changes: Record<string, unknown> = {}): TokenClaims {
  const claims = { ...exampleClaims(provider, issuer), ...changes };
  return readClaims(provider, { aud: 'waybill', exp: 2_000_000_000, iat: 1_900_000_000, jti: randomUUID(), ...claims });
}

function inPackage(repository: Repository, packagePurl: PackagePurl) {
  return { repository: { ...repository, kind: 'hosted' }, packagePurl, changedBy: 'user:x' };
}

export type { Repository };
