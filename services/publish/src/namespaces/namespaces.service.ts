import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { decodeCursor, encodeCursor, type Page } from '@waybill/management-api';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { z } from 'zod';
import { organizationsFor } from '../organizations/organizations-for.js';
import { claimedAlready, NamespaceChanges, namespaceNotFound, namespaceTaken } from './namespace-changes.js';
import { NamespaceEntity } from './namespace.entity.js';
import type { NamespaceWish } from './own-namespace.js';
import { lockOwn } from './own-namespace.js';
import { NamespaceRepository } from './namespace.repository.js';
import type { NamespaceKind, NamePattern } from './namespace.rules.js';
import { namePattern } from './namespace.rules.js';
import type { NamespacesQuery } from './namespaces.schema.js';

/** Of one organization. */
const maxClaims = 200;
const challengeBytes = 24;

export interface Claim {
  readonly organizationId: OrganizationId;
  readonly ecosystem: string;
  readonly kind: NamespaceKind;
  readonly pattern: string;
  readonly domain?: string | undefined;
  readonly by: AuditActor;
}

/** Claims of organizations on names (ADR 0044). */
@Injectable()
export class NamespacesService {
  readonly #namespaces: NamespaceRepository;
  readonly #changes: NamespaceChanges;
  readonly #unitOfWork: UnitOfWork;

  constructor(namespaces: NamespaceRepository, changes: NamespaceChanges, unitOfWork: UnitOfWork) {
    this.#namespaces = namespaces;
    this.#changes = changes;
    this.#unitOfWork = unitOfWork;
  }

  /** Errors: `invalid` `namespace.*`, `conflict` `namespace.taken`, `namespace.claimed`, `limit` `namespace.too-many`. */
  async claim(claim: Claim): Promise<NamespaceEntity> {
    const pattern = namePattern(claim.ecosystem, claim.kind, claim.pattern);
    const namespace = newNamespace(pattern, claim);
    try {
      return await this.#unitOfWork.run(async (manager) => {
        if ((await this.#namespaces.countOf(manager, claim.organizationId)) >= maxClaims) throw tooMany();
        if (await this.#namespaces.isHeldByOthers(manager, pattern, claim.organizationId)) throw namespaceTaken();
        await this.#changes.recordNew(manager, namespace, { by: claim.by, action: 'namespace.claim' });
        return namespace;
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'namespaces_claim_key')) throw error;
      throw claimedAlready();
    }
  }

  /** Makes the claim bind everybody. Verified already is success. Errors: `not-found`, `conflict` `namespace.taken`. */
  approve(namespaceId: string, by: AuditActor): Promise<NamespaceEntity> {
    return this.#unitOfWork.run(async (manager) => {
      const namespace = await this.#namespaces.lock(manager, namespaceId);
      if (namespace === null) throw namespaceNotFound();
      if (namespace.state === 'verified') return namespace;
      await this.#namespaces.lockEcosystem(manager, namespace.ecosystem);
      if (await this.#namespaces.isHeldByOthers(manager, namespace, namespace.organizationId)) throw namespaceTaken();
      Object.assign(namespace, { state: 'verified', verifiedBy: by.actor, verifiedAt: new Date() });
      await this.#changes.record(manager, namespace, { by, action: 'namespace.verify', details: { how: 'admin' } });
      return namespace;
    });
  }

  /**
   * It is decided again under the lock, which is when `assertCurrent` sees its version. Names under it are everybody's again.
   * Errors: `not-found`, `forbidden`.
   */
  async release(
    namespaceId: string,
    { caller, by, assertCurrent }: NamespaceWish & { readonly assertCurrent: (version: number) => void },
  ): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const namespace = await lockOwn(this.#namespaces, manager, { namespaceId, caller });
      assertCurrent(namespace.version);
      await this.#changes.record(manager, namespace, { by, action: 'namespace.release', released: true });
    });
  }

  async view(namespaceId: string): Promise<NamespaceEntity> {
    const namespace = await this.#namespaces.find(namespaceId);
    if (namespace === null) throw namespaceNotFound();
    return namespace;
  }

  /** Those of organizations that the caller may read. `organizationId`: of that one; null: of one that there is not. */
  async list(
    caller: Principal,
    query: NamespacesQuery,
    organizationId: OrganizationId | null | undefined,
  ): Promise<Page<NamespaceEntity>> {
    const after = decodeCursor(query.cursor, z.uuid());
    if (organizationId === null) return { items: [], next: null };
    // Nothing is asked for that the caller may not read: what a page leaves out would still be in its cursor.
    const wanted = organizationId === undefined ? undefined : [organizationId];
    const found = await this.#namespaces.list({
      organizations: organizationsFor(caller, 'read', wanted),
      ...(query.ecosystem === undefined ? {} : { ecosystem: query.ecosystem }),
      ...(query.state === undefined ? {} : { state: query.state }),
      ...(after === undefined ? {} : { after }),
      limit: query.limit,
    });
    const last = found.length === query.limit ? found.at(-1) : undefined;
    return {
      items: found,
      next: last === undefined ? null : encodeCursor(last.namespaceId),
    };
  }
}

function newNamespace(pattern: NamePattern, { organizationId, domain, by }: Claim): NamespaceEntity {
  return Object.assign(new NamespaceEntity(), {
    ...pattern,
    namespaceId: randomUUID(),
    organizationId,
    state: 'pending' as const,
    domain: domain ?? null,
    challenge: `waybill-${randomBytes(challengeBytes).toString('base64url')}`,
    domainProvenAt: null,
    forge: null,
    forgeOwner: null,
    forgeOwnerId: null,
    forgeProvenAt: null,
    lastCheckedAt: null,
    verifiedBy: null,
    verifiedAt: null,
    claimedBy: by.actor,
    claimedAt: new Date(),
    version: 1,
  });
}

function tooMany(): DomainError {
  return new DomainError('limit', 'namespace.too-many', `An organization claims at most ${maxClaims} namespaces.`);
}
