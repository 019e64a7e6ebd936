import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { Principal, Resource, TokenId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { RepositoryFact } from '../known-repositories/known-repositories.repository.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { notThere } from '../not-there.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { mayAsOwner } from '../tokens/may-as-owner.js';
import type { TokenEntity } from '../tokens/token.entity.js';
import { TokenCreation } from '../tokens/token-creation.service.js';
import type { MintedToken } from '../tokens/token-minter.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import { tokenNotFound } from '../tokens/tokens.service.js';
import type { DeployAction } from './deploy-token.rules.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';

type RepositoryResource = Extract<Resource, { kind: 'repository' }>;

export interface NewDeployToken {
  /** What the repository is called, for the name that its tokens publish under. */
  readonly slug: string;
  readonly description: string;
  readonly actions: readonly DeployAction[];
  readonly expiresAt: Date | undefined;
}

/** Tokens of repositories: they stand for nobody, outlive whoever made them, and end with their repository. */
@Injectable()
export class DeployTokens {
  constructor(
    private readonly accounts: DeployAccountsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly tokens: TokensRepository,
    private readonly creation: TokenCreation,
    private readonly revoker: TokenRevoker,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Throws `forbidden` `token.beyond-own` for what the caller may not do there, `not-found` where the repository is deleted or
   * somebody else's meanwhile (security.md T11), `unavailable` while that is being found out, and like `TokenCreation.create`.
   */
  create(
    by: AuditActor,
    caller: Principal,
    repository: RepositoryResource,
    wish: NewDeployToken,
  ): Promise<MintedToken> {
    const { actions, slug, ...rest } = wish;
    // What everybody may read today is nobody's to give: the token would go on reading when it is private.
    if (!mayAsOwner(caller, actions, { ...repository, visibility: 'private' })) throw beyondOwn();
    const { repositoryId, organizationId } = repository;
    const scopes = [{ actions, on: { kind: 'repository' as const, repositoryId } }];
    return this.unitOfWork.run(async (manager) => {
      await this.#requirePlace(manager, caller, { repositoryId, organizationId, slug });
      const userId = await this.accounts.ensure(manager, repository, slug);
      const owner = { userId, kind: 'deploy' as const, organizationId };
      return this.creation.createFor(manager, by, { caller, owner, wish: { ...rest, scopes } });
    });
  }

  /** Its events are newer than what `publish` was asked a moment ago. Who hears of one waits until the token is there. */
  async #requirePlace(manager: EntityManager, caller: Principal, place: RepositoryFact): Promise<void> {
    await this.organizations.lockIfThere(manager, place.organizationId);
    const known = await this.repositories.lock(manager, place);
    if (known.deployVersion > known.eventVersion) throw changing();
    if (known.deleted || known.organizationId !== place.organizationId) throw notThere(caller);
  }

  /** Throws `not-found` for one of another repository (security.md A3). */
  async view(repository: RepositoryResource, tokenId: TokenId): Promise<TokenEntity> {
    const owner = await this.accounts.find(repository);
    const token = await this.tokens.findUnrevoked(tokenId);
    if (token === undefined || owner === undefined || token.userId !== owner) throw tokenNotFound();
    return token;
  }

  async revoke(by: AuditActor, repository: RepositoryResource, tokenId: TokenId): Promise<void> {
    await this.view(repository, tokenId);
    await this.revoker.revoke(by, { tokenId }, { reason: 'admin' });
  }
}

function changing(): DomainError {
  const message = 'The repository is changing hands just now; try again.';
  return new DomainError('unavailable', 'repository.changing', message, { retryAfterSeconds: 1 });
}

function beyondOwn(): DomainError {
  return new DomainError(
    'forbidden',
    'token.beyond-own',
    'You cannot give a token to do what you may not do in the repository yourself.',
  );
}
