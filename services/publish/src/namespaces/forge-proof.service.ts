import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { PublishConfig } from '../config.js';
import type { ForgeLookup, ForgeRepository } from './forge-lookup.js';
import { FORGE_LOOKUP } from './forge-lookup.js';
import type { Forge, ForgeOwner } from './forge.rules.js';
import { challengeRepositoryOf, forgeOwnerOf, isProvenByOwner } from './forge.rules.js';
import { NamespaceChanges, namespaceTaken } from './namespace-changes.js';
import type { NamespaceEntity } from './namespace.entity.js';
import { NamespaceRepository } from './namespace.repository.js';
import type { NamespaceWish } from './own-namespace.js';
import { lockOwn } from './own-namespace.js';
import { beginCheck } from './proof-pause.rules.js';

/**
 * Looks at a forge whether whoever claims names may make repositories of an owner there: a public one, named by the challenge
 * of the claim (ADR 0051). For names that are the owner's that verifies the claim; for others it is shown to the admins.
 */
@Injectable()
export class ForgeProofService {
  readonly #namespaces: NamespaceRepository;
  readonly #changes: NamespaceChanges;
  readonly #unitOfWork: UnitOfWork;
  readonly #lookup: ForgeLookup;
  readonly #forges: readonly Forge[];
  readonly #namesOf: string | undefined;

  constructor(
    namespaces: NamespaceRepository,
    changes: NamespaceChanges,
    unitOfWork: UnitOfWork,
    @Inject(FORGE_LOOKUP) lookup: ForgeLookup,
    @Inject(SERVICE_CONFIG) config: Partial<PublishConfig>,
  ) {
    this.#namespaces = namespaces;
    this.#changes = changes;
    this.#unitOfWork = unitOfWork;
    this.#lookup = lookup;
    this.#forges = config.WAYBILL_FORGES ?? [];
    this.#namesOf = config.WAYBILL_FORGE_OF_NAMES;
  }

  /**
   * `text`: `github.com/acme`. Errors: `not-found`, `invalid` `namespace.forge-unknown`, `limit` `namespace.checked-lately`,
   * `conflict` `namespace.not-proven`, `namespace.owner-changed`, `namespace.taken`, `unavailable` `forge.unavailable`.
   */
  async prove(namespaceId: string, text: string, wish: NamespaceWish): Promise<NamespaceEntity> {
    const named = forgeOwnerOf(text);
    const forge = this.#forges.find(({ host }) => host === named?.host);
    if (named === undefined || forge === undefined) throw forgeUnknown(this.#forges);
    const wanted = await this.#begin(namespaceId, wish.caller);
    const found = await this.#lookup.find(forge, named.owner, wanted);
    if (found === undefined || !isThat(found, named, wanted)) throw notProven(named, wanted);
    return this.#unitOfWork.run((manager) =>
      this.#conclude(manager, namespaceId, { named, ownerId: found.ownerId, wish }),
    );
  }

  /** Resolves to the name of the repository that is looked for. */
  #begin(namespaceId: string, caller: Principal): Promise<string> {
    return this.#unitOfWork.run(async (manager) => {
      const namespace = await lockOwn(this.#namespaces, manager, { namespaceId, caller });
      beginCheck(namespace);
      await this.#namespaces.save(manager, namespace);
      return challengeRepositoryOf(namespace.challenge);
    });
  }

  async #conclude(
    manager: EntityManager,
    namespaceId: string,
    { named, ownerId, wish }: { readonly named: ForgeOwner; readonly ownerId: string; readonly wish: NamespaceWish },
  ): Promise<NamespaceEntity> {
    const { caller, by } = wish;
    const namespace = await lockOwn(this.#namespaces, manager, { namespaceId, caller });
    const isSame = namespace.forge === named.host && namespace.forgeOwner === named.owner;
    // The name was given up, and somebody else has it.
    if (isSame && namespace.forgeOwnerId !== ownerId) throw ownerChanged(named);
    const { host: forge, owner: forgeOwner } = named;
    Object.assign(namespace, { forge, forgeOwner, forgeOwnerId: ownerId, forgeProvenAt: new Date() });
    const isVerifying = namespace.state === 'pending' && isProvenByOwner(namespace, named, this.#namesOf);
    if (isVerifying) {
      await this.#namespaces.lockEcosystem(manager, namespace.ecosystem);
      if (await this.#namespaces.isHeldByOthers(manager, namespace, namespace.organizationId)) throw namespaceTaken();
      Object.assign(namespace, { state: 'verified', verifiedBy: 'forge', verifiedAt: new Date() });
    }
    await this.#changes.record(manager, namespace, {
      by,
      action: isVerifying ? 'namespace.verify' : 'namespace.prove-owner',
      details: { how: 'forge', forge, forgeOwner, forgeOwnerId: ownerId },
    });
    return namespace;
  }
}

/** An answer about something else proves nothing. */
function isThat(found: ForgeRepository, { owner }: ForgeOwner, wanted: string): boolean {
  return found.owner.toLowerCase() === owner && found.name.toLowerCase() === wanted;
}

function notProven({ host, owner }: ForgeOwner, wanted: string): DomainError {
  const message = `There is no public repository ${host}/${owner}/${wanted} (yet).`;
  return new DomainError('conflict', 'namespace.not-proven', message);
}

function ownerChanged({ host, owner }: ForgeOwner): DomainError {
  const message = `${host}/${owner} is somebody else than when the claim was proven.`;
  return new DomainError('conflict', 'namespace.owner-changed', message);
}

function forgeUnknown(forges: readonly Forge[]): DomainError {
  const hosts = forges.map(({ host }) => host).join(', ') || 'none';
  const message = `Forges whose owners are known here: ${hosts}. One is named as in github.com/acme.`;
  return new DomainError('invalid', 'namespace.forge-unknown', message, {
    details: { errors: [{ field: 'body.forge', code: 'namespace.forge-unknown', message }] },
  });
}
